import { assertEquals } from "@std/assert";
import { encode } from "../../lib/codec/mod.ts";
import { TPM_MIGRATIONKEYAUTH, TPM_MS_REWRAP, TPM_MSA_COMPOSITE } from "../../lib/tpm12/mod.ts";
import * as T from "../../lib/tspi/mod.ts";
import { nodeSha1 } from "../bytes.ts";
import { assertTspFails } from "./bed.ts";

const { TSS_MIGATTRIB_MIGRATIONBLOB: BLOB, TSS_MIGATTRIB_MIG_AUTH_DATA: AUTH_DATA } = T;
const { TSS_MIGATTRIB_AUTHORITY_DATA: AUTHORITY, TSS_MIGATTRIB_TICKET_DATA: TICKET } = T;
const ZEROS = new Uint8Array(20);
const digest = (byte: number) => new Uint8Array(20).fill(byte);

function newData(): T.MigData {
  return T.Context.create().createMigData();
}

/** A key object with a public part. */
function newKey(byte: number): T.Key {
  const key = T.Context.create().createRsaKey(T.TSS_KEY_TYPE_STORAGE);
  key.change({ pubKey: { key: new Uint8Array(256).fill(byte) } });
  return key;
}

function set(data: T.MigData, [flag, part]: readonly [number, number], value: Uint8Array) {
  return data.setAttribData(flag, part, { value });
}

Deno.test("migration data is made without flags", async () => {
  const context = T.Context.create();
  assertEquals(context.createObject(T.TSS_OBJECT_TYPE_MIGDATA) instanceof T.MigData, true);
  await assertTspFails(
    "TSS_E_INVALID_OBJECT_INITFLAG",
    () => context.createObject(T.TSS_OBJECT_TYPE_MIGDATA, 1),
  );
});

Deno.test("authorities are named by keys or digests, and make one digest", async () => {
  const data = newData();
  const keys = [newKey(1), newKey(2)];
  for (const { publicBlob } of keys) {
    await set(data, [BLOB, T.TSS_MIGATTRIB_MIG_MSALIST_PUBKEY_BLOB], publicBlob);
  }
  const digests = keys.map(({ publicBlob }) => nodeSha1(publicBlob));
  const list = await data.getAttribData(AUTHORITY, T.TSS_MIGATTRIB_AUTHORITY_MSALIST);
  assertEquals(list, Uint8Array.of(...digests[0]!, ...digests[1]!));
  const composite = encode(TPM_MSA_COMPOSITE, { migAuthDigest: digests });
  const authorityDigest = () => data.getAttribData(AUTHORITY, T.TSS_MIGATTRIB_AUTHORITY_DIGEST);
  assertEquals(await authorityDigest(), nodeSha1(composite));
  await set(data, [AUTHORITY, T.TSS_MIGATTRIB_AUTHORITY_MSALIST], digest(7));
  assertEquals(data.authorities, [digest(7)]);
  assertEquals(await authorityDigest(), nodeSha1(Uint8Array.of(0, 0, 0, 1, ...digest(7))));
  await set(data, [AUTHORITY, T.TSS_MIGATTRIB_AUTHORITY_MSALIST], new Uint8Array(0));
  assertEquals(await authorityDigest(), ZEROS);
  await assertTspFails(
    "TSS_E_INVALID_ATTRIB_DATA",
    () => set(data, [AUTHORITY, T.TSS_MIGATTRIB_AUTHORITY_MSALIST], new Uint8Array(39)),
  );
  await assertTspFails(
    "TSS_E_BAD_PARAMETER",
    () => set(data, [BLOB, T.TSS_MIGATTRIB_MIG_MSALIST_PUBKEY_BLOB], keys[0]!.blob),
  );
});

Deno.test("a restriction is set by keys, by digests or whole, and gives what is signed", async () => {
  const data = newData();
  const ticket = () => data.getAttribData(TICKET, T.TSS_MIGATTRIB_TICKET_RESTRICT_TICKET);
  const parts = [
    [T.TSS_MIGATTRIB_MIG_AUTHORITY_PUBKEY_BLOB, T.TSS_MIGATTRIB_MIG_AUTH_AUTHORITY_DIGEST],
    [T.TSS_MIGATTRIB_MIG_DESTINATION_PUBKEY_BLOB, T.TSS_MIGATTRIB_MIG_AUTH_DESTINATION_DIGEST],
    [T.TSS_MIGATTRIB_MIG_SOURCE_PUBKEY_BLOB, T.TSS_MIGATTRIB_MIG_AUTH_SOURCE_DIGEST],
  ] as const;
  const expected: Uint8Array[] = [ZEROS, ZEROS, ZEROS];
  for (const [i, [byKey, byDigest]] of parts.entries()) {
    await set(data, [AUTH_DATA, byDigest], digest(9));
    assertEquals(await data.getAttribData(AUTH_DATA, byDigest), digest(9));
    const { publicBlob } = newKey(i + 1);
    await set(data, [BLOB, byKey], publicBlob);
    expected[i] = nodeSha1(publicBlob);
    assertEquals(await ticket(), Uint8Array.from(expected.flatMap((part) => [...part])));
    assertEquals(
      await data.getAttribData(TICKET, T.TSS_MIGATTRIB_TICKET_SIG_DIGEST),
      nodeSha1(...expected),
    );
  }
  await set(data, [TICKET, T.TSS_MIGATTRIB_TICKET_RESTRICT_TICKET], new Uint8Array(60).fill(4));
  assertEquals(data.restriction.sourceKeyDigest, digest(4));
  assertEquals(data.sigDigest, nodeSha1(new Uint8Array(60).fill(4)));
  await assertTspFails(
    "TSS_E_BAD_PARAMETER",
    () => set(data, [TICKET, T.TSS_MIGATTRIB_TICKET_RESTRICT_TICKET], new Uint8Array(59)),
  );
});

Deno.test("digests, tickets and signatures are kept as they are given", async () => {
  const data = newData();
  const digests: [number, number][] = [
    [AUTHORITY, T.TSS_MIGATTRIB_AUTHORITY_DIGEST],
    [AUTHORITY, T.TSS_MIGATTRIB_AUTHORITY_APPROVAL_HMAC],
    [TICKET, T.TSS_MIGATTRIB_TICKET_SIG_DIGEST],
    [TICKET, T.TSS_MIGATTRIB_TICKET_SIG_TICKET],
  ];
  for (const [i, at] of digests.entries()) {
    assertEquals(await data.getAttribData(...at), ZEROS);
    await set(data, at, digest(i + 1));
    assertEquals(await data.getAttribData(...at), digest(i + 1));
    await assertTspFails("TSS_E_INVALID_ATTRIB_DATA", () => set(data, at, new Uint8Array(21)));
  }
  const { algorithmParms, pubKey } = newKey(3).tpmPubkey;
  const ticket = encode(TPM_MIGRATIONKEYAUTH, {
    migrationKey: { algorithmParms, pubKey },
    migrationScheme: TPM_MS_REWRAP,
    digest: digest(1),
  });
  await set(data, [T.TSS_MIGATTRIB_MIGRATIONTICKET, 0], ticket);
  assertEquals(await data.getAttribData(T.TSS_MIGATTRIB_MIGRATIONTICKET), ticket);
  await assertTspFails(
    "TSS_E_BAD_PARAMETER",
    () => set(data, [T.TSS_MIGATTRIB_MIGRATIONTICKET, 0], ticket.subarray(1)),
  );
  await set(data, [TICKET, T.TSS_MIGATTRIB_TICKET_SIG_VALUE], digest(1));
  assertEquals(await data.getAttribData(TICKET, T.TSS_MIGATTRIB_TICKET_SIG_VALUE), digest(1));
});

Deno.test("a new key on its way takes the place of one that was sent on", async () => {
  const data = newData();
  const [first, second] = [newKey(1).blob, newKey(2).blob];
  const xor = [BLOB, T.TSS_MIGATTRIB_MIG_XOR_BLOB] as const;
  const rewrapped = [BLOB, T.TSS_MIGATTRIB_MIG_REWRAPPED_BLOB] as const;
  await set(data, xor, first);
  assertEquals(data.arrivingBlob, first);
  await set(data, rewrapped, second);
  assertEquals(data.arrivingBlob, second);
  assertEquals(await data.getAttribData(...xor), first);
  await set(data, xor, first);
  assertEquals(data.arrivingBlob, first);
  assertEquals(await data.getAttribData(...rewrapped), new Uint8Array(0));
  for (const at of [xor, rewrapped]) {
    await assertTspFails("TSS_E_BAD_PARAMETER", () => set(data, at, first.subarray(1)));
  }
});

Deno.test("the payload type is one of two", async () => {
  const data = newData();
  const flag = T.TSS_MIGATTRIB_PAYLOAD_TYPE;
  const [here, external] = [
    T.TSS_MIGATTRIB_PT_MIGRATE_RESTRICTED,
    T.TSS_MIGATTRIB_PT_MIGRATE_EXTERNAL,
  ];
  const both = async () => [
    await data.getAttribUint32(flag, here),
    await data.getAttribUint32(flag, external),
  ];
  assertEquals(await both(), [1, 0]);
  await data.setAttribUint32(flag, external, { value: 1 });
  assertEquals(await both(), [0, 1]);
  await data.setAttribUint32(flag, external, { value: 0 });
  assertEquals(await both(), [1, 0]);
  await assertTspFails(
    "TSS_E_INVALID_ATTRIB_DATA",
    () => data.setAttribUint32(flag, here, { value: 6 }),
  );
});

Deno.test("migration data has no other attributes", async () => {
  const data = newData();
  await assertTspFails("TSS_E_INVALID_ATTRIB_FLAG", () => data.getAttribData(0x70));
  await assertTspFails("TSS_E_INVALID_ATTRIB_SUBFLAG", () => data.getAttribData(BLOB, 0x107));
  await assertTspFails(
    "TSS_E_INVALID_ATTRIB_SUBFLAG",
    () => data.getAttribData(BLOB, T.TSS_MIGATTRIB_MIG_SOURCE_PUBKEY_BLOB),
  );
  await assertTspFails(
    "TSS_E_INVALID_ATTRIB_SUBFLAG",
    () => data.getAttribData(T.TSS_MIGATTRIB_MIGRATIONTICKET, 1),
  );
  await data.release();
  await assertTspFails("TSS_E_INVALID_HANDLE", () => data.getAttribData(BLOB, 0x101));
});
