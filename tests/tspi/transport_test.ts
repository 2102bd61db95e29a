import { assert, assertEquals, assertThrows } from "@std/assert";
import type { TcsRequest, TcsResponse } from "../../lib/tcs/mod.ts";
import type { CommandName } from "../../lib/tpm12/commands/mod.ts";
import {
  TPM_NV_PER_OWNERREAD,
  TPM_NV_PER_OWNERWRITE,
  TPM_TAG_TRANSPORT_LOG_IN,
} from "../../lib/tpm12/mod.ts";
import * as T from "../../lib/tspi/mod.ts";
import { makeIdentity } from "../../lib/tspi/make_identity.ts";
import { VerifyError, verifyTransportLog } from "../../lib/verify/mod.ts";
import {
  assertFails,
  assertTspFails,
  type BedOptions,
  makeKey,
  type OwnedBed,
  ownedBed,
  secretPolicy,
  SIGNING,
  signs,
  unownedBed,
} from "./bed.ts";

const TRANSPORT = T.TSS_TSPATTRIB_CONTEXT_TRANSPORT;
const CONTROL = T.TSS_TSPATTRIB_CONTEXTTRANS_CONTROL;
const MODE = T.TSS_TSPATTRIB_CONTEXTTRANS_MODE;
const LOGGED = T.TSS_TSPATTRIB_TRANSPORT_AUTHENTIC_CHANNEL;
const ENCRYPTED = T.TSS_TSPATTRIB_TRANSPORT_DEFAULT_ENCRYPTION;
const EXCLUSIVE = T.TSS_TSPATTRIB_TRANSPORT_EXCLUSIVE;
const STATIC = T.TSS_TSPATTRIB_TRANSPORT_STATIC_AUTH;

/** Has the commands of a context go through transport, of these modes. */
async function enable(context: T.Context, ...modes: readonly number[]): Promise<void> {
  for (const mode of modes) await context.setAttribUint32(TRANSPORT, MODE, { value: mode });
  const value = T.TSS_TSPATTRIB_ENABLE_TRANSPORT;
  await context.setAttribUint32(TRANSPORT, CONTROL, { value });
}

/** Makes the commands of a context go straight to the TPM. */
async function disable(context: T.Context): Promise<void> {
  const value = T.TSS_TSPATTRIB_DISABLE_TRANSPORT;
  await context.setAttribUint32(TRANSPORT, CONTROL, { value });
}

/** A bed whose TPM tells the public part of its SRK, as it does not at first. */
async function openBed(options: BedOptions = {}): Promise<OwnedBed> {
  const bed = await ownedBed(options);
  await bed.context.tpm.setStatus(T.TSS_TPMSTATUS_DISABLEPUBSRKREAD, false);
  await bed.srk.getPubKey();
  return bed;
}

/** Notes the commands that a context sends to the core services from now on. */
function listen(context: T.Context): { name: CommandName; request: unknown; answer: unknown }[] {
  const heard: { name: CommandName; request: unknown; answer: unknown }[] = [];
  const { tcsi } = context;
  const honest = tcsi.command.bind(tcsi);
  tcsi.command = async <N extends CommandName>(name: N, request: TcsRequest<N>) => {
    const answer: TcsResponse<N> = await honest(name, request);
    heard.push({ name, request, answer });
    return answer;
  };
  return heard;
}

/** What an ordinary program does. */
async function useEverything(bed: OwnedBed): Promise<void> {
  const { context, srk } = bed;
  const { tpm } = context;
  assertEquals((await tpm.getRandom(20)).length, 20);
  const key = await makeKey(bed);
  await signs(key);
  await key.getPubKey();
  const pcrs = context.createPcrComposite();
  pcrs.selectPcrIndex(0);
  await tpm.pcrExtend(10, new Uint8Array(20).fill(7));
  await tpm.quote(key, pcrs);
  await assertFails("TPM_AUTHFAIL", async () => {
    const copy = context.createRsaKey(0);
    copy.blob = key.blob;
    secretPolicy(context, "wrong").assignToObject(copy);
    await copy.loadKey(srk);
    await signs(copy);
  });
  const data = context.createEncData();
  secretPolicy(context, "data").assignToObject(data);
  const secret = new TextEncoder().encode("sealed inside");
  await data.seal(srk, secret);
  assertEquals(await data.unseal(srk), secret);
  await data.changeAuth(srk, secretPolicy(context, "other"));
  assertEquals(await data.unseal(srk), secret);
  const area = context.createNvStore();
  area.index = 0x1001;
  area.dataSize = 8;
  area.permissions = TPM_NV_PER_OWNERWRITE | TPM_NV_PER_OWNERREAD;
  await area.defineSpace();
  await area.writeValue(0, Uint8Array.of(1, 2, 3, 4));
  assertEquals(await area.readValue(0, 4), Uint8Array.of(1, 2, 3, 4));
  await area.releaseSpace();
  await key.unloadKey();
  await context.loadKeyByBlob(srk, key.blob);
}

Deno.test("everything an ordinary program does goes on inside an encrypted session", async () => {
  for (const adipScheme of ["XOR", "AES128-CTR"] as const) {
    await using bed = await openBed({ adipScheme });
    const { context, srk } = bed;
    await context.setTransEncryptionKey(srk);
    await enable(context, ENCRYPTED);
    const heard = listen(context);
    await useEverything(bed);
    const names = new Set(heard.map(({ name }) => name));
    assertEquals([...names], ["TPM_OIAP", "TPM_EstablishTransport", "TPM_ExecuteTransport"]);
    assertEquals(heard.filter(({ name }) => name === "TPM_OIAP").length, 1);
  }
});

Deno.test("what is sealed is not to be seen on its way in an encrypted session", async () => {
  await using bed = await openBed();
  const { context, srk } = bed;
  const secret = new TextEncoder().encode("nobody may see this");
  const data = context.createEncData();
  for (const modes of [[], [ENCRYPTED]]) {
    await context.setTransEncryptionKey(srk);
    await enable(context, ...modes);
    const heard = listen(context);
    await data.seal(srk, secret);
    assertEquals(await data.unseal(srk), secret);
    const seen = heard.flatMap(({ request, answer }) => [
      ...Object.values(request as object),
      ...Object.values(answer as object),
    ]).filter((value) => value instanceof Uint8Array && value.toHex().includes(secret.toHex()));
    assertEquals(seen.length, modes.length === 0 ? 2 : 0);
    await disable(context);
  }
});

Deno.test("the signed log of a session says everything that went on inside", async () => {
  await using bed = await openBed();
  const { context, srk } = bed;
  const signer = await makeKey(bed, SIGNING);
  await context.setTransEncryptionKey(srk);
  await enable(context, LOGGED, ENCRYPTED);
  await useEverything(bed);
  const nonce = new Uint8Array(20).fill(3);
  const { externalData, data, validationData, entries } = await context.closeSignTransport(signer, {
    externalData: nonce,
  });
  assertEquals(externalData, nonce);
  const evidence = {
    signInfo: data,
    signature: validationData,
    publicKey: signer.publicKey,
    nonce,
    entries,
  };
  verifyTransportLog(evidence);
  const less = entries.filter((_, i) => i !== 4);
  assertThrows(() => verifyTransportLog({ ...evidence, entries: less }), VerifyError);
  const withKeys = entries.filter((entry) =>
    entry.tag === TPM_TAG_TRANSPORT_LOG_IN && entry.pubKeyHash.some((byte) => byte !== 0)
  );
  assert(withKeys.length > 5);
});

Deno.test("the owner makes an identity inside, and has a key stay", async () => {
  await using bed = await openBed();
  const { context, srk } = bed;
  const { tpm } = context;
  await enable(context, LOGGED, STATIC);
  const identity = context.createRsaKey(T.TSS_KEY_TYPE_IDENTITY | T.TSS_KEY_AUTHORIZATION);
  secretPolicy(context, "identity").assignToObject(identity);
  await makeIdentity(identity, { srk });
  await identity.loadKey(srk);
  const pcrs = context.createPcrComposite();
  pcrs.selectPcrIndex(0);
  await tpm.quote(identity, pcrs);
  const signer = await makeKey(bed);
  const stays = (attribValue: boolean) =>
    tpm.keyControlOwner(signer, T.TSS_TSPATTRIB_KEYCONTROL_OWNEREVICT, { attribValue });
  assertEquals(await stays(true), "00000000-0000-0000-0000-000000000000");
  await stays(false);
  await context.closeSignTransport(signer);
});

Deno.test("a session that all know the secret of has a log, too, and each session its own", async () => {
  await using bed = await openBed();
  const { context } = bed;
  const signer = await makeKey(bed);
  await enable(context, LOGGED, STATIC);
  const lengths = [];
  for (let times = 0; times < 3; times++) {
    for (let i = 0; i < times; i++) await context.tpm.getRandom(1);
    if (times === 0) await context.tpm.pcrRead(0);
    const { entries } = await context.closeSignTransport(signer);
    lengths.push(entries.length);
  }
  // Two of the beginning, two of each command, two of the signer's OIAP, and that of the end.
  assertEquals(lengths, [7, 7, 9]);
});

Deno.test("everything goes on inside an exclusive session, too, eviction included", async () => {
  await using bed = await openBed();
  const { context } = bed;
  const signer = await makeKey(bed);
  await enable(context, LOGGED, STATIC, EXCLUSIVE);
  await useEverything(bed);
  await context.closeSignTransport(signer);
});

Deno.test("an exclusive session ends when another command comes between", async () => {
  await using bed = await openBed();
  const { context } = bed;
  const signer = await makeKey(bed);
  await enable(context, LOGGED, STATIC, EXCLUSIVE);
  await context.tpm.getRandom(1);
  await using other = await bed.another();
  await other.tpm.getRandom(1);
  await assertTspFails("TSS_E_TSP_TRANS_NOTEXCLUSIVE", () => context.tpm.getRandom(1));
  // The next command opens another session.
  await context.tpm.getRandom(1);
  await context.closeSignTransport(signer);
  await context.tpm.getRandom(1);
  await other.tpm.getRandom(1);
  // What is only let go need not be told.
  await signer.unloadKey();
});

Deno.test("commands at once go through the session one after the other", async () => {
  await using bed = await openBed();
  const { context, srk } = bed;
  await context.setTransEncryptionKey(srk);
  await enable(context, ENCRYPTED);
  const heard = listen(context);
  const random = await Promise.all(Array.from({ length: 5 }, () => context.tpm.getRandom(8)));
  assertEquals(new Set(random.map((bytes) => bytes.toHex())).size, 5);
  assertEquals(heard.filter(({ name }) => name === "TPM_EstablishTransport").length, 1);
});

Deno.test("transport may be asked for before the connection, and ends when it is not wanted", async () => {
  await using bed = await openBed();
  const { context, srk } = bed;
  const unconnected = T.Context.create();
  await enable(unconnected, STATIC);
  await assertTspFails("TSS_E_NO_CONNECTION", () => unconnected.commander);
  await context.setTransEncryptionKey(srk);
  await enable(context, ENCRYPTED);
  await context.tpm.getRandom(1);
  await disable(context);
  const heard = listen(context);
  await context.tpm.getRandom(1);
  assertEquals(heard.map(({ name }) => name), ["TPM_GetRandom"]);
});

Deno.test("a TPM without owner has no transport sessions", async () => {
  await using bed = await unownedBed();
  await enable(bed.context, STATIC);
  await assertFails("TPM_NOSRK", () => bed.context.tpm.getRandom(1));
});

Deno.test("the attributes of transport are set and read, as TrouSerS reads them, too", async () => {
  await using bed = await unownedBed();
  const { context } = bed;
  const get = (subFlag: number) => context.getAttribUint32(TRANSPORT, subFlag);
  assertEquals(await get(CONTROL), T.TSS_TSPATTRIB_DISABLE_TRANSPORT);
  assertEquals(await get(T.TSS_TSPATTRIB_DISABLE_TRANSPORT), 1);
  assertEquals([await get(MODE), await get(ENCRYPTED)], [0, 0]);
  await enable(context, ENCRYPTED, LOGGED | EXCLUSIVE, STATIC);
  assertEquals(await get(CONTROL), T.TSS_TSPATTRIB_ENABLE_TRANSPORT);
  assertEquals(await get(T.TSS_TSPATTRIB_ENABLE_TRANSPORT), 1);
  assertEquals(await get(MODE), ENCRYPTED | LOGGED | EXCLUSIVE | STATIC);
  for (const mode of [ENCRYPTED, LOGGED, EXCLUSIVE]) assertEquals(await get(mode), 1);
  await enable(context, T.TSS_TSPATTRIB_TRANSPORT_NO_DEFAULT_ENCRYPTION);
  assertEquals(await get(T.TSS_TSPATTRIB_TRANSPORT_NO_DEFAULT_ENCRYPTION), 1);
  assertEquals(await get(MODE), LOGGED | EXCLUSIVE | STATIC);
  for (const [subFlag, value] of [[MODE, 16], [CONTROL, 1]] as const) {
    const set = () => context.setAttribUint32(TRANSPORT, subFlag, { value });
    await assertTspFails("TSS_E_INVALID_ATTRIB_DATA", set);
  }
  await assertTspFails("TSS_E_INVALID_ATTRIB_SUBFLAG", () => get(99));
});

Deno.test("a session takes a loaded key that decrypts, whose public part is known, or a static secret", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  // The public part of the SRK is nobody's business until the owner says so.
  await assertTspFails("TSS_E_TSP_TRANS_NO_PUBKEY", () => context.setTransEncryptionKey(srk));
  await context.tpm.setStatus(T.TSS_TPMSTATUS_DISABLEPUBSRKREAD, false);
  await enable(context, ENCRYPTED);
  const use = () => context.tpm.getRandom(1);
  await assertTspFails("TSS_E_INVALID_HANDLE", use);
  const unloaded = context.createRsaKey(T.TSS_KEY_TYPE_STORAGE);
  await assertTspFails("TSS_E_KEY_NOT_LOADED", () => context.setTransEncryptionKey(unloaded));
  await disable(context);
  const signer = await makeKey(bed);
  await context.setTransEncryptionKey(signer);
  await enable(context);
  await assertFails("TPM_INVALID_KEYUSAGE", use);
  await disable(context);
  await context.setTransEncryptionKey(srk);
  await enable(context, STATIC);
  // Everybody could decrypt.
  await assertFails("TPM_BAD_SCHEME", use);
  await enable(context, T.TSS_TSPATTRIB_TRANSPORT_NO_DEFAULT_ENCRYPTION);
  await use();
  await disable(context);
});

Deno.test("a session's key is used with its secret", async () => {
  await using bed = await openBed();
  const { context } = bed;
  const key = await makeKey(bed, T.TSS_KEY_TYPE_STORAGE | T.TSS_KEY_AUTHORIZATION);
  await context.setTransEncryptionKey(key);
  await enable(context, ENCRYPTED);
  secretPolicy(context, "wrong").assignToObject(key);
  await assertFails("TPM_AUTHFAIL", () => context.tpm.getRandom(1));
  secretPolicy(context, "key").assignToObject(key);
  await context.tpm.getRandom(1);
});

Deno.test("closeSignTransport() takes an open session with a log, a challenge and a signing key", async () => {
  await using bed = await openBed();
  const { context } = bed;
  const signer = await makeKey(bed);
  const close = (key = signer, externalData?: Uint8Array) => () =>
    context.closeSignTransport(key, { externalData });
  await assertTspFails("TSS_E_INTERNAL_ERROR", close());
  await enable(context, STATIC);
  await assertTspFails("TSS_E_INTERNAL_ERROR", close());
  await context.tpm.getRandom(1);
  await assertFails("TPM_BAD_MODE", close());
  await enable(context, LOGGED);
  await context.tpm.getRandom(1);
  await assertTspFails("TSS_E_BAD_PARAMETER", close(signer, new Uint8Array(21)));
  await assertTspFails("TSS_E_KEY_NOT_LOADED", close(context.createRsaKey(SIGNING)));
  await assertFails("TPM_INAPPROPRIATE_SIG", close(bed.srk));
  await context.tpm.getRandom(1);
  secretPolicy(context, "wrong").assignToObject(signer);
  await assertFails("TPM_AUTHFAIL", close());
});

Deno.test("a log that nobody can verify is not signed, nor one that is signed wrongly taken", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const signer = await makeKey(bed);
  await enable(context, LOGGED, STATIC);
  const copy = context.createRsaKey(0);
  copy.blob = signer.blob;
  await copy.loadKey(srk);
  await assertTspFails("TSS_E_TSP_TRANS_NO_PUBKEY", () => context.closeSignTransport(signer));
  await disable(context);
  await enable(context);
  await context.tpm.getRandom(1);
  const { algorithmParms, pubKey } = signer.fields;
  const key = pubKey.key.with(5, pubKey.key[5]! ^ 1);
  signer.adoptPublicPart({ algorithmParms, pubKey: { key } });
  await assertTspFails("TSS_E_FAIL", () => context.closeSignTransport(signer));
});

Deno.test("an answer that was changed on its way is not taken", async () => {
  await using bed = await openBed();
  const { context } = bed;
  await enable(context, STATIC);
  await context.tpm.getRandom(1);
  const { tcsi } = context;
  const honest = tcsi.command.bind(tcsi);
  tcsi.command = async <N extends CommandName>(name: N, request: TcsRequest<N>) => {
    const answer = await honest(name, request);
    if (!("wrappedRsp" in answer)) return answer;
    const wrappedRsp = (answer.wrappedRsp as Uint8Array).slice();
    wrappedRsp[14]! ^= 1;
    return { ...answer, wrappedRsp };
  };
  await assertTspFails("TSS_E_TSP_TRANS_AUTHFAIL", () => context.tpm.getRandom(4));
  tcsi.command = honest;
  const heard = listen(context);
  await context.tpm.getRandom(4);
  assertEquals(heard.map(({ name }) => name), ["TPM_EstablishTransport", "TPM_ExecuteTransport"]);
});
