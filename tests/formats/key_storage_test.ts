import { assertEquals, assertThrows } from "@std/assert";
import { CodecError, decode } from "../../lib/codec/mod.ts";
import {
  decodeKeyStorage,
  encodeKeyStorage,
  SRK_UUID,
  type StoredKey,
} from "../../lib/formats/key_storage.ts";
import { uuidToBytes, uuidToString } from "../../lib/formats/uuid.ts";
import { TPM_KEY } from "../../lib/tpm12/structures/mod.ts";
import { fromHex, toHex } from "../hex.ts";
import { refusesPrefixes, survivesMutation, survivesNoise } from "./malformed.ts";
import { sampleBytes } from "./samples.ts";

const file = sampleBytes("system.data");

Deno.test("a system.data of tcsd decodes, and encodes to the same bytes", () => {
  const keys = decodeKeyStorage(file);
  assertEquals(keys.map((key) => uuidToString(key.uuid)), [
    "00000000-0000-0000-0000-000000000001",
    "0264b5ac-2095-43ea-a900-d9e6397bd231",
  ]);
  const [srk, registered] = keys as [StoredKey, StoredKey];
  assertEquals(srk.parentUuid, new Uint8Array(16));
  assertEquals(registered.parentUuid, SRK_UUID);
  assertEquals(new TextDecoder().decode(registered.vendorData), "trousers 0.3.15\0");
  for (const key of keys) {
    assertEquals(decode(TPM_KEY, key.blob).pubKey.key, key.publicKey);
    assertEquals([key.valid, key.parentInSystemStorage], [true, true]);
  }
  assertEquals(toHex(encodeKeyStorage(keys)), toHex(file));
});

Deno.test("the integers of a UUID are little-endian in the file", () => {
  const key: StoredKey = {
    uuid: uuidToBytes("11223344-5566-7788-99aa-010203040507"),
    parentUuid: SRK_UUID,
    publicKey: fromHex("aabb"),
    blob: fromHex("ccddee"),
    vendorData: fromHex("ff"),
    valid: false,
    parentInSystemStorage: true,
  };
  assertEquals(
    toHex(encodeKeyStorage([key])),
    "0101000000" + "44332211665588" + "7799aa010203040507" + "00".repeat(15) + "01" +
      "02000300010000000200" + "aabbccddeeff",
  );
  assertEquals(decodeKeyStorage(encodeKeyStorage([key])), [key]);
});

Deno.test("an empty file and a file of no records hold no keys", () => {
  assertEquals(decodeKeyStorage(new Uint8Array()), []);
  assertEquals(decodeKeyStorage(fromHex("0100000000")), []);
  assertEquals(toHex(encodeKeyStorage([])), "0100000000");
});

Deno.test("an SRK with vendor data is read, but not written", () => {
  const [srk] = decodeKeyStorage(file) as [StoredKey];
  const key = { ...srk, vendorData: fromHex("01") };
  assertThrows(() => encodeKeyStorage([key]), CodecError, "record 0: Cannot encode key storage");
  const bytes = encodeKeyStorage([{ ...key, uuid: new Uint8Array(16).fill(1) }]);
  bytes.set(encodeKeyStorage([srk]).subarray(5, 21), 5);
  assertEquals(decodeKeyStorage(bytes), [key]);
});

Deno.test("errors say which record and what is wrong", () => {
  assertThrows(() => decodeKeyStorage(fromHex("0000000000")), CodecError, "version 0");
  assertThrows(() => decodeKeyStorage(fromHex("0101")), CodecError, "key storage.count");
  assertThrows(() => decodeKeyStorage(file.subarray(0, 700)), CodecError, "key storage.record 1");
  assertThrows(() => decodeKeyStorage(Uint8Array.of(...file, 0)), CodecError, "1 bytes after 2");
  const flagged = file.slice();
  flagged[5 + 41] = 0x80;
  assertThrows(
    () => decodeKeyStorage(flagged),
    CodecError,
    "record 0: Cannot decode key storage: flags",
  );
  const [key] = decodeKeyStorage(file) as [StoredKey];
  for (const bad of [{ uuid: new Uint8Array(4) }, { blob: new Uint8Array(65536) }]) {
    assertThrows(() => encodeKeyStorage([key, { ...key, ...bad }]), CodecError, "record 1");
  }
});

Deno.test("truncated, changed and random key storage gives CodecError alone", () => {
  const options = { decode: decodeKeyStorage, expected: CodecError };
  refusesPrefixes(file.subarray(1), {
    ...options,
    decode: (tail) => decodeKeyStorage(Uint8Array.of(1, ...tail)),
  });
  survivesMutation(file, options);
  survivesNoise(5000, options);
});

Deno.test("a UUID is 36 characters of hexadecimal and dashes", () => {
  assertEquals(
    uuidToString(uuidToBytes("0264B5AC-2095-a43e-a900-d9e6397bd231")),
    "0264b5ac-2095-a43e-a900-d9e6397bd231",
  );
  for (
    const bad of ["", "0264b5ac2095a43ea900d9e6397bd231", "0264b5ac-2095-a43e-a900-d9e6397bd23g"]
  ) {
    assertThrows(() => uuidToBytes(bad), CodecError, "UUID");
  }
});
