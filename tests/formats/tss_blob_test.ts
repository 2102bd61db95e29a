import { assertEquals, assertThrows } from "@std/assert";
import { CodecError, decode, encode } from "../../lib/codec/mod.ts";
import {
  decodeTssBlob,
  encodeTssBlob,
  TSS_BLOB_TYPE,
  type TssBlobType,
} from "../../lib/formats/tss_blob.ts";
import { decodeTssKeyPem, encodeTssKeyPem } from "../../lib/formats/tss_key_pem.ts";
import { encodePem } from "../../lib/formats/pem.ts";
import { decodeSimpleTpmPk11 } from "../../lib/formats/simple_tpm_pk11.ts";
import { TPM_KEY, TPM_PUBKEY } from "../../lib/tpm12/structures/mod.ts";
import { fromHex, toHex } from "../hex.ts";
import { refusesPrefixes, survivesMutation, survivesNoise } from "./malformed.ts";
import { sampleBytes, sampleText } from "./samples.ts";

const written = sampleBytes("aik_public_key.der");

Deno.test("a blob of TrouSerS decodes, and encodes to the same bytes", () => {
  const { type, blob } = decodeTssBlob(written);
  assertEquals(type, "PUBKEY");
  assertEquals(decode(TPM_PUBKEY, blob).pubKey.key.length, 256);
  assertEquals(toHex(encodeTssBlob({ type, blob })), toHex(written));
});

Deno.test("the header takes 20 bytes for every type and size", () => {
  for (const type of Object.keys(TSS_BLOB_TYPE) as TssBlobType[]) {
    for (const size of [1, 127, 128, 256, 65519]) {
      const blob = new Uint8Array(size).fill(7);
      const der = encodeTssBlob({ type, blob });
      assertEquals(der.length, size + 20);
      assertEquals(decodeTssBlob(der), { type, blob });
    }
  }
  assertEquals(
    toHex(encodeTssBlob({ type: "KEY_1_2", blob: fromHex("aabb") })),
    "308200120201010201" + "0b02040000000204820002aabb",
  );
});

Deno.test("empty blobs and those over 65519 bytes cannot be encoded", () => {
  for (const size of [0, 65520]) {
    const blob = new Uint8Array(size);
    assertThrows(() => encodeTssBlob({ type: "KEY", blob }), CodecError, "65519");
  }
});

Deno.test("minimal DER, fixed-width and indefinite BER decode alike", () => {
  for (
    const hex of [
      "300d020101020102020102 0402aabb".replace("300d", "300d"),
      "3080 020101 020102 02080000000000000002 2480 0401aa 0401bb 0000 0000",
      "3081 0d 020101 020102 020102 0402aabb",
    ]
  ) {
    assertEquals(decodeTssBlob(fromHex(hex)), { type: "PUBKEY", blob: fromHex("aabb") });
  }
});

Deno.test("another version, an unknown type and lengths that differ are refused", () => {
  const cases: [string, string][] = [
    ["300d0201020201020201020402aabb", "version is 2"],
    ["300d02010102010f0201020402aabb", "type is 15"],
    ["300d0201010201000201020402aabb", "type is 0"],
    ["300d0201010201020201030402aabb", "3 bytes, the octet string has 2"],
    ["300d0201010201020201020402aabb00", "left over"],
    ["300f0201010201020201020402aabb0500", "left over"],
  ];
  for (const [hex, reason] of cases) {
    assertThrows(() => decodeTssBlob(fromHex(hex)), CodecError, reason);
  }
});

Deno.test("truncated, changed and random blobs give CodecError alone", () => {
  const options = { decode: decodeTssBlob, expected: CodecError };
  refusesPrefixes(written, options);
  survivesMutation(written, options);
  survivesNoise(10_000, options);
  const indefinite = fromHex("308002010102010202010224800401aa0401bb00000000");
  refusesPrefixes(indefinite, options);
  survivesMutation(indefinite, options);
});

Deno.test("a TSS KEY BLOB holds the key in an OCTET STRING", () => {
  const key = decodeSimpleTpmPk11(sampleText("simple_tpm_pk11.key"));
  const pem = encodeTssKeyPem(key);
  assertEquals(pem.split("\n")[0], "-----BEGIN TSS KEY BLOB-----");
  assertEquals(
    toHex(Uint8Array.fromBase64(pem.split("\n")[1]!).subarray(0, 8)),
    "0482022f01010000",
  );
  assertEquals(decodeTssKeyPem(pem), key);
  assertEquals(encode(TPM_KEY, decode(TPM_KEY, decodeTssKeyPem(pem))), key);
});

Deno.test("a TSS KEY BLOB that holds a TSS_BLOB is read too, if it is of a key", () => {
  const pem = (type: TssBlobType) =>
    encodePem("TSS KEY BLOB", encodeTssBlob({ type, blob: fromHex("0101") }));
  assertEquals(decodeTssKeyPem(pem("KEY")), fromHex("0101"));
  assertEquals(decodeTssKeyPem(pem("KEY_1_2")), fromHex("0101"));
  assertThrows(() => decodeTssKeyPem(pem("SEALEDDATA")), CodecError, "type SEALEDDATA");
  assertThrows(
    () => decodeTssKeyPem(encodePem("TSS KEY BLOB", fromHex("0500"))),
    CodecError,
    "tag",
  );
  assertThrows(() => decodeTssKeyPem(encodePem("X", fromHex("0500"))), CodecError, "only X");
});
