import { assertEquals } from "@std/assert";
import {
  type Codec,
  decode,
  encode,
  Reader,
  SIZED32,
  sized32,
  untilEnd,
} from "../../../lib/codec/mod.ts";
import * as tpm from "../../../lib/tpm12/mod.ts";
import { fromHex, toHex } from "../../hex.ts";

const VECTORS = new URL("../../vectors/tpm-swtpm.txt", import.meta.url);

/** Requests and answers of a TPM, each with its 10 bytes of header, in the order they were sent. */
function exchanges(): { request: Uint8Array; answer: Uint8Array }[] {
  const lines = Deno.readTextFileSync(VECTORS).trim().split("\n");
  const messages = lines.map((line) => fromHex(line.slice(2)));
  return messages.flatMap((request, i) =>
    i % 2 === 0 ? [{ request, answer: messages[i + 1]! }] : []
  );
}

/** The parameters of the answers to one command. */
function answersTo(ordinal: number): Uint8Array[] {
  return exchanges()
    .filter(({ request }) => new DataView(request.buffer).getUint32(6) === ordinal)
    .map(({ answer }) => answer.subarray(10));
}

/** What the first bytes of an answer hold; they must be the same when it is written again. */
function first<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const reader = new Reader(bytes);
  const value = codec.read(reader);
  assertEquals(toHex(encode(codec, value)), toHex(bytes.subarray(0, reader.offset)));
  return value;
}

Deno.test("TPM_CAP_VERSION_INFO of a TPM", () => {
  const info = first(sized32(tpm.TPM_CAP_VERSION_INFO), answersTo(0x65)[0]!);
  assertEquals(info, {
    tag: tpm.TPM_TAG_CAP_VERSION_INFO,
    version: { major: 1, minor: 2, revMajor: 0x12, revMinor: 0x9e },
    specLevel: 2,
    errataRev: 3,
    tpmVendorID: fromHex("49424d00"),
    vendorSpecific: new Uint8Array(),
  });
});

Deno.test("TPM_PUBKEY of an endorsement key", () => {
  const { algorithmParms, pubKey } = first(tpm.TPM_PUBKEY, answersTo(0x78)[0]!);
  assertEquals(algorithmParms.algorithmID, tpm.TPM_ALG_RSA);
  assertEquals(algorithmParms.encScheme, tpm.TPM_ES_RSAESOAEP_SHA1_MGF1);
  assertEquals(algorithmParms.sigScheme, tpm.TPM_SS_NONE);
  assertEquals(decode(tpm.TPM_RSA_KEY_PARMS, algorithmParms.parms), {
    keyLength: 2048,
    numPrimes: 2,
    exponent: new Uint8Array(),
  });
  assertEquals(pubKey.key.length, 256);
  assertEquals(toHex(pubKey.key.subarray(0, 4)), "e49094fa");
});

Deno.test("TPM_KEY of a storage root key and of a signing key", () => {
  const srk = first(tpm.TPM_KEY_ANY, answersTo(0x0d)[0]!);
  assertEquals("ver" in srk && srk.ver, tpm.STRUCT_VER_1_1);
  assertEquals(srk.keyUsage, tpm.TPM_KEY_STORAGE);
  assertEquals(srk.authDataUsage, tpm.TPM_AUTH_ALWAYS);
  assertEquals(srk.encData, new Uint8Array());
  const key = first(tpm.TPM_KEY_ANY, answersTo(0x1f)[0]!);
  assertEquals(key.keyUsage, tpm.TPM_KEY_SIGNING);
  assertEquals(key.keyFlags, 0);
  assertEquals(key.authDataUsage, tpm.TPM_AUTH_NEVER);
  assertEquals(key.algorithmParms.sigScheme, tpm.TPM_SS_RSASSAPKCS1v15_DER);
  assertEquals(key.PCRInfo, new Uint8Array());
  assertEquals([key.pubKey.key.length, key.encData.length], [256, 256]);
});

Deno.test("TPM_STORED_DATA of sealed data", () => {
  const blob = first(tpm.TPM_STORED_DATA_ANY, answersTo(0x17)[0]!);
  assertEquals("ver" in blob && blob.ver, tpm.STRUCT_VER_1_1);
  assertEquals(blob.sealInfo, new Uint8Array());
  assertEquals(blob.encData.length, 256);
});

Deno.test("TPM_KEY_HANDLE_LIST with no key and with one", () => {
  const lists = exchanges()
    .filter(({ request }) => toHex(request.subarray(6)) === "000000650000000700000000")
    .map(({ answer }) => first(sized32(tpm.TPM_KEY_HANDLE_LIST), answer.subarray(10)).handle);
  assertEquals(lists[0], []);
  assertEquals(lists[1], [0x468c11ab]);
});

Deno.test("TPM_CURRENT_TICKS of a running TPM", () => {
  assertEquals(first(tpm.TPM_CURRENT_TICKS, answersTo(0xf1)[0]!), {
    tag: tpm.TPM_TAG_CURRENT_TICKS,
    currentTicks: 0x070f7c77n,
    tickRate: 1,
    tickNonce: fromHex("436100bedfd34e59b4f83266fe6adb2d5eab44b2"),
  });
});

Deno.test("TPM_NV_DATA_PUBLIC of a request", () => {
  const { request } = exchanges().find(({ request }) => request[9] === 0xcc)!;
  const { pcrInfoRead, ...area } = first(tpm.TPM_NV_DATA_PUBLIC, request.subarray(10));
  assertEquals(area.nvIndex, 0x1000);
  assertEquals(area.permission.attributes, tpm.TPM_NV_PER_OWNERREAD | tpm.TPM_NV_PER_OWNERWRITE);
  assertEquals([area.bReadSTClear, area.bWriteSTClear, area.bWriteDefine], [false, false, false]);
  assertEquals(area.dataSize, 16);
  assertEquals(pcrInfoRead.pcrSelection.pcrSelect, new Uint8Array(3));
  assertEquals(pcrInfoRead.localityAtRelease, tpm.TPM_LOC_ALL);
});

Deno.test("TPM_FAMILY_TABLE_ENTRY of a new family", () => {
  const table = first(SIZED32, answersTo(0xdb)[1]!);
  assertEquals(first(untilEnd(tpm.TPM_FAMILY_TABLE_ENTRY), table), [{
    tag: tpm.TPM_TAG_FAMILY_TABLE_ENTRY,
    familyLabel: 0x78,
    familyID: 1,
    verificationCount: 1,
    flags: 0,
  }]);
});

Deno.test("TPM_COUNTER_VALUE of the audit counter", () => {
  assertEquals(first(tpm.TPM_COUNTER_VALUE, answersTo(0x85)[0]!), {
    tag: tpm.TPM_TAG_COUNTER_VALUE,
    label: new Uint8Array(4),
    counter: 1,
  });
});

Deno.test("TPM_PERMANENT_FLAGS of a TPM that has just been made", () => {
  const flags = decode(
    tpm.TPM_PERMANENT_FLAGS,
    fromHex("001f0001000100010000000000000000010000000000"),
  );
  const set = Object.entries(flags).filter(([, value]) => value === true).map(([name]) => name);
  assertEquals(set, ["ownership", "readPubek", "allowMaintenance", "enableRevokeEK"]);
});
