import { assertEquals } from "@std/assert";
import { encode } from "../../lib/codec/mod.ts";
import { verifyPkcs1Sha1 } from "../../lib/crypto/mod.ts";
import { FileKeyStorage } from "../../lib/tcs/mod.ts";
import { TPM_PCR_COMPOSITE } from "../../lib/tpm12/mod.ts";
import * as T from "../../lib/tspi/mod.ts";
import { verifyQuote } from "../../lib/verify/mod.ts";
import { peerTest } from "../peers/requirements.ts";
import { assertFails, makeKey, type OwnedBed, ownedBed, secretPolicy } from "../tspi/bed.ts";
import { LibtspiProgram } from "./libtspi_program.ts";
import { shortestDer } from "./shortest_der.ts";

const SECRET = new TextEncoder().encode("between two stacks");
const PASSWORD = "Prüfwort ✓";
const UUID = "00000001-0002-0003-0405-060708090a0b";
/** What the program signs and takes as a challenge. */
const DIGEST = Uint8Array.from({ length: 20 }, (_, i) => i + 1);
const STORAGES = { user: T.TSS_PS_TYPE_USER, system: T.TSS_PS_TYPE_SYSTEM };
const UNDER_SRK = { parentStorageType: T.TSS_PS_TYPE_SYSTEM, parentUuid: T.TSS_UUID_SRK };
const BINDING = T.TSS_KEY_TYPE_BIND | T.TSS_KEY_SIZE_2048 | T.TSS_KEY_AUTHORIZATION;
const SIGNING = T.TSS_KEY_TYPE_SIGNING | T.TSS_KEY_SIZE_2048 | T.TSS_KEY_AUTHORIZATION;

/** A TPM behind a tcsd, and a program on libtspi that shares the file of the user's keys. */
interface Exchange {
  readonly bed: OwnedBed;
  readonly program: LibtspiProgram;
}

/** Data that is encrypted already, with its secret where it has one. */
function encrypted(
  { context }: OwnedBed,
  { kind, blob, secret }: { kind: number; blob: Uint8Array; secret?: string },
): T.EncData {
  const data = context.createEncData(kind);
  data.blob = blob;
  if (secret !== undefined) secretPolicy(context, secret).assignToObject(data);
  return data;
}

/** Requires that a loaded key signs as the public key of the exchange says. */
async function signsAs(key: T.Key, publicKey: T.Key): Promise<void> {
  secretPolicy(key.context, "key").assignToObject(key);
  const hash = key.context.createHash();
  hash.setHashValue(DIGEST);
  await hash.verifySignature(publicKey, await hash.sign(key));
  await key.unloadKey();
}

function publicPart(context: T.Context, blob: Uint8Array): T.Key {
  const key = context.createRsaKey(T.TSS_KEY_TYPE_SIGNING);
  key.publicBlob = blob;
  return key;
}

/** We use the key that libtspi made in all the ways in which it gave it. */
async function useKeys(exchange: Exchange): Promise<void> {
  const { context, srk } = exchange.bed;
  const publicKey = publicPart(context, exchange.program.take("signing.public"));
  await signsAs(await context.loadKeyByBlob(srk, exchange.program.take("signing")), publicKey);
  const { blobType, rawBlob } = T.decodeBERTssBlob(exchange.program.take("signing.der"));
  assertEquals([blobType, rawBlob], [T.TSS_BLOB_TYPE_KEY, exchange.program.take("signing")]);
  assertEquals(T.encodeDERTssBlob(rawBlob, blobType), exchange.program.take("signing.der"));
  for (const storageType of Object.values(STORAGES)) {
    await signsAs(await context.loadKeyByUUID(storageType, UUID), publicKey);
  }
}

/** We open what libtspi sealed and bound. */
async function useData(exchange: Exchange): Promise<void> {
  const { bed } = exchange;
  const blob = exchange.program.take("sealed");
  const sealed = encrypted(bed, { kind: T.TSS_ENCDATA_SEAL, blob, secret: "data" });
  assertEquals(await sealed.unseal(bed.srk), SECRET);
  const decoded = T.decodeBERTssBlob(exchange.program.take("sealed.der"));
  assertEquals(decoded, { blobType: T.TSS_BLOB_TYPE_SEALEDDATA, rawBlob: blob });
  const key = await bed.context.loadKeyByBlob(bed.srk, exchange.program.take("binding"));
  secretPolicy(bed.context, "key").assignToObject(key);
  const bound = encrypted(bed, { kind: T.TSS_ENCDATA_BIND, blob: exchange.program.take("bound") });
  assertEquals(await bound.unbind(key), SECRET);
  await bed.context.tpm.pcrExtend(16, DIGEST);
  await assertFails("TPM_WRONGPCRVAL", () => sealed.unseal(bed.srk));
}

/** We verify libtspi's quote, without the TPM. */
async function useQuote(exchange: Exchange): Promise<void> {
  const { context } = exchange.bed;
  const pcrs = context.createPcrComposite();
  for (const index of [10, 16]) pcrs.setPcrValue(index, await context.tpm.pcrRead(index));
  const verified = verifyQuote({
    quote: exchange.program.take("quoted"),
    composite: encode(TPM_PCR_COMPOSITE, pcrs.composite),
    signature: exchange.program.take("quote"),
    publicKey: publicPart(context, exchange.program.take("signing.public")).publicKey,
    nonce: DIGEST,
  });
  assertEquals(verified.digest, pcrs.getCompositeHash());
}

/** Debian's libtspi, built on OpenSSL 3, does not read the integers that it writes itself. */
function forLibtspi(rawBlob: Uint8Array, blobType: number): Uint8Array {
  return shortestDer(T.encodeDERTssBlob(rawBlob, blobType));
}

/** Makes what the program uses. */
async function makeAll(exchange: Exchange): Promise<T.Key> {
  const { bed } = exchange;
  const { context, srk } = bed;
  const [signing, binding] = [await makeKey(bed, SIGNING), await makeKey(bed, BINDING)];
  for (const storageType of Object.values(STORAGES)) {
    await context.registerKey(signing, { storageType, uuid: UUID, ...UNDER_SRK });
  }
  const sealed = context.createEncData(T.TSS_ENCDATA_SEAL);
  secretPolicy(context, "data").assignToObject(sealed);
  const now = context.createPcrComposite();
  now.setPcrValue(16, await context.tpm.pcrRead(16));
  await sealed.seal(srk, SECRET, { pcrComposite: now });
  const bound = context.createEncData(T.TSS_ENCDATA_BIND);
  await bound.bind(binding, SECRET);
  const quoted = context.createPcrComposite();
  for (const index of [10, 16]) quoted.selectPcrIndex(index);
  const quote = await context.tpm.quote(signing, quoted, { externalData: DIGEST });
  exchange.program.give({
    "signing": signing.blob,
    "signing.der": forLibtspi(signing.blob, T.TSS_BLOB_TYPE_KEY),
    "signing.public": signing.publicBlob,
    "binding": binding.blob,
    "sealed.der": forLibtspi(sealed.blob, T.TSS_BLOB_TYPE_SEALEDDATA),
    "bound": bound.blob,
    "quoted": quote.data,
    "quote": quote.validationData,
  });
  for (const key of [signing, binding]) await key.unloadKey();
  return signing;
}

/** A policy whose secret is the typed password, in UTF-16LE with its NUL or without. */
function passwordPolicy(context: T.Context, nul: boolean): T.Policy {
  const policy = context.createPolicy();
  policy.setSecret(T.TSS_SECRET_MODE_POPUP);
  policy.hashMode = nul ? T.TSS_TSPATTRIB_HASH_MODE_NULL : T.TSS_TSPATTRIB_HASH_MODE_NOT_NULL;
  return policy;
}

/** One side seals for a password that the other opens with. */
async function lockAndOpen(exchange: Exchange, nul: boolean): Promise<void> {
  const { bed } = exchange;
  const mode = nul ? "1" : "0";
  await using context = await bed.another({ prompt: () => PASSWORD });
  const srk = await context.loadKeyByUUID(T.TSS_PS_TYPE_SYSTEM, T.TSS_UUID_SRK);
  const data = context.createEncData(T.TSS_ENCDATA_SEAL);
  exchange.program.give({ secret: SECRET, password: new TextEncoder().encode(PASSWORD) });
  await exchange.program.run(bed, "lock", mode);
  data.blob = exchange.program.take("sealed");
  passwordPolicy(context, !nul).assignToObject(data);
  await assertFails("TPM_AUTH2FAIL", () => data.unseal(srk));
  await bed.context.tpm.setStatus(T.TSS_TPMSTATUS_RESETLOCK, true);
  passwordPolicy(context, nul).assignToObject(data);
  assertEquals(await data.unseal(srk), SECRET);
  await data.seal(srk, SECRET);
  exchange.program.give({ sealed: data.blob });
  await exchange.program.run(bed, "open", mode);
  assertEquals(exchange.program.take("opened"), SECRET);
}

for (
  const [path, name, peers] of [
    ["tcsd-emulator", "through our tcsd on our emulator", []],
    ["debian-swtpm", "through Debian's tcsd on swtpm", ["swtpm", "tcsd"]],
  ] as const
) {
  const exchangeTest = (title: string, body: (exchange: Exchange) => Promise<void>) =>
    peerTest(["libtspi", "cc", ...peers], `${title}, ${name}`, async () => {
      using program = new LibtspiProgram("exchange_data");
      const userStorage = new FileKeyStorage(program.userKeys);
      await using bed = await ownedBed({ path, userStorage });
      await body({ bed, program });
    });

  exchangeTest(
    "we use libtspi's keys by blob, DER and UUID, its sealed and bound data and its quote",
    async (exchange) => {
      exchange.program.give({ secret: SECRET });
      await exchange.program.run(exchange.bed, "make");
      await useKeys(exchange);
      await useQuote(exchange);
      await useData(exchange);
    },
  );

  exchangeTest(
    "libtspi uses our keys by blob, DER and UUID, our sealed and bound data and our quote",
    async (exchange) => {
      const { publicKey } = await makeAll(exchange);
      await exchange.program.run(exchange.bed, "use");
      for (
        const signature of ["signature", "signature.der", "signature.user", "signature.system"]
      ) {
        assertEquals(verifyPkcs1Sha1(publicKey, DIGEST, exchange.program.take(signature)), true);
      }
      assertEquals(exchange.program.take("opened"), SECRET);
      assertEquals(exchange.program.take("unbound"), SECRET);
    },
  );

  for (const nul of [false, true]) {
    exchangeTest(
      `a password ${nul ? "with" : "without"} its NUL is the same secret to libtspi and us`,
      (exchange) => lockAndOpen(exchange, nul),
    );
  }
}
