import { assert, assertEquals, assertThrows } from "@std/assert";
import { CodecError, decode, encode } from "../../lib/codec/mod.ts";
import { seededRandom } from "../../lib/crypto/mod.ts";
import {
  decodeSealedFile,
  decryptSealedData,
  encodeSealedFile,
  encryptSealedData,
} from "../../lib/formats/sealed_file.ts";
import { decodeSimpleTpmPk11, encodeSimpleTpmPk11 } from "../../lib/formats/simple_tpm_pk11.ts";
import {
  decodeTpmPublicKey,
  publicKeyFromTpm,
  publicKeyToTpm,
} from "../../lib/formats/tpm_public_key.ts";
import { decodeTssBlob } from "../../lib/formats/tss_blob.ts";
import { TPM_ES_NONE, TPM_SS_RSASSAPKCS1v15_SHA1 } from "../../lib/tpm12/constants/mod.ts";
import {
  TPM_KEY,
  TPM_PUBKEY,
  TPM_STORED_DATA,
  TPM_STORED_DATA12,
} from "../../lib/tpm12/structures/mod.ts";
import { fromHex, toHex } from "../hex.ts";
import { onlyThrows } from "./malformed.ts";
import { sampleBytes, sampleText } from "./samples.ts";

/** What the TPM unsealed of each sample. */
const SYMMETRIC_KEYS = {
  "sealed.txt": "b1de6aad1d50e68ca858827f37312efd6eb374f192c44138db17c745842fd29b",
  "sealed_to_pcrs.txt": "803070e79dfbf265098d8a2c120f0ca8f9dbe2e56d6af72773e6779d16f44e10",
};

Deno.test("a file of tpm_sealdata is read, decrypted and written unchanged", () => {
  const text = sampleText("sealed.txt");
  const file = decodeSealedFile(text);
  assertEquals(decode(TPM_KEY, file.key).pubKey.key.length, 256);
  assertEquals(decode(TPM_STORED_DATA, file.sealedKey).sealInfo.length, 0);
  const plain = decryptSealedData(file, fromHex(SYMMETRIC_KEYS["sealed.txt"]));
  assertEquals(new TextDecoder().decode(plain), "The secret words.\n");
  assertEquals(encodeSealedFile(file), text);
});

Deno.test("a file of tpm_sealdata sealed to PCRs holds a TPM_STORED_DATA12", () => {
  const text = sampleText("sealed_to_pcrs.txt");
  const file = decodeSealedFile(text);
  decode(TPM_STORED_DATA12, file.sealedKey);
  const key = fromHex(SYMMETRIC_KEYS["sealed_to_pcrs.txt"]);
  assertEquals(decryptSealedData(file, key), new Uint8Array(100));
  assertEquals(encodeSealedFile(file), text);
  assertEquals(encryptSealedData(new Uint8Array(100), { key, cipher: "AES-256-CBC" }), file.data);
});

Deno.test("both ciphers of a sealed file round-trip data of every length", () => {
  const key = new Uint8Array(32).fill(9);
  for (const cipher of ["AES-256-CBC", "AES-256-GCM"] as const) {
    for (const size of [0, 1, 15, 16, 17, 5000]) {
      const plain = Uint8Array.from({ length: size }, (_, i) => i & 0xff);
      const data = encryptSealedData(plain, { key, cipher });
      assertEquals(decryptSealedData({ cipher, data }, key), plain);
    }
  }
});

Deno.test("GCM notices each changed byte, CBC another key or length", () => {
  const key = new Uint8Array(32).fill(9);
  const random = seededRandom(fromHex("01"));
  const data = encryptSealedData(fromHex("010203"), { key, cipher: "AES-256-GCM", random });
  for (let at = 0; at < data.length; at++) {
    const changed = data.slice();
    changed[at]! ^= 1;
    const open = () => decryptSealedData({ cipher: "AES-256-GCM", data: changed }, key);
    assertThrows(open, CodecError, "damaged");
  }
  const short = { cipher: "AES-256-GCM", data: data.subarray(0, 27) } as const;
  assertThrows(() => decryptSealedData(short, key), CodecError, "damaged");
  const cbc = decodeSealedFile(sampleText("sealed.txt"));
  assertThrows(() => decryptSealedData(cbc, key), CodecError, "another key");
  assertThrows(() => decryptSealedData(cbc, key.subarray(1)), CodecError, "31 bytes");
  const cut = { ...cbc, data: cbc.data.subarray(1) };
  assertThrows(() => decryptSealedData(cut, fromHex(SYMMETRIC_KEYS["sealed.txt"])), CodecError);
});

Deno.test("a sealed file says which line is missing or wrong", () => {
  const text = sampleText("sealed.txt");
  const cases: [string, string][] = [
    ["", "-----BEGIN TSS----- is missing"],
    [text.replace("-----TSS KEY-----\n", ""), "-----TSS KEY----- is missing"],
    [text.replace("Symmetric Key: ", ""), "Symmetric Key:  is missing"],
    [text.replace("-----ENC DAT-----\n", ""), "-----ENC DAT----- is missing"],
    [text.replace("AES-256-CBC", "DES"), 'cipher is "DES"'],
    [text.replace("AQEA", "AQE"), "not base64"],
    [text + "more", "not as they should be"],
  ];
  for (const [bad, reason] of cases) {
    assertThrows(() => decodeSealedFile(bad), CodecError, reason);
  }
  assertEquals(decodeSealedFile(text.replaceAll("\n", "\r\n")), decodeSealedFile(text));
  for (let length = 0; length < text.length - 1; length += 7) {
    assertThrows(() => decodeSealedFile(text.slice(0, length)), CodecError);
  }
});

Deno.test("a key file of stpm-keygen is read and written unchanged", () => {
  const text = sampleText("simple_tpm_pk11.key");
  const blob = decodeSimpleTpmPk11(text);
  const key = decode(TPM_KEY, blob);
  assertEquals(toHex(publicKeyFromTpm(key).modulus), /mod (\w+)/.exec(text)![1]);
  const comments = ["Some sort of key.", "Key was generated in hardware."];
  assertEquals(encodeSimpleTpmPk11(blob, comments), text);
});

Deno.test("a key file whose lines disagree or are unknown is refused", () => {
  const text = sampleText("simple_tpm_pk11.key");
  const cases: [string, string][] = [
    [text.replace(/^exp.*\n/m, ""), "exp is missing"],
    [text.replace(/^blob.*\n/m, ""), "blob is missing"],
    [text.replace("exp 010001", "exp 03"), "exp is not that of blob"],
    [text.replace(/^mod ../m, "mod 00"), "mod is not that of blob"],
    [text.replace("exp 010001", "exp 01000"), "hexadecimal"],
    [text.replace("exp", "key"), "none of exp, mod, blob"],
    [`${text}exp 010001\n`, "exp comes twice"],
    [text.replace(/^blob 0101/m, "blob 0201"), "TPM_KEY.ver"],
  ];
  for (const [bad, reason] of cases) {
    assertThrows(() => decodeSimpleTpmPk11(bad), CodecError, reason);
  }
  for (let length = 0; length < text.length; length += 3) {
    onlyThrows(() => decodeSimpleTpmPk11(text.slice(0, length)), CodecError);
  }
});

Deno.test("a TPM_PUBKEY round-trips through a key, with 65537 written as no exponent", () => {
  const { blob } = decodeTssBlob(sampleBytes("aik_public_key.der"));
  const key = decodeTpmPublicKey(blob);
  assertEquals(key.exponent, 65537n);
  const schemes = { encScheme: TPM_ES_NONE, sigScheme: TPM_SS_RSASSAPKCS1v15_SHA1 };
  assertEquals(encode(TPM_PUBKEY, publicKeyToTpm(key, schemes)), blob);
  const other = publicKeyToTpm({ ...key, exponent: 17n, bits: 2048 } as typeof key, schemes);
  assertEquals(publicKeyFromTpm({ ...other, pubKey: { key: key.modulus } }).exponent, 17n);
});

Deno.test("a TPM public key that is not RSA, or has broken parameters, is refused", () => {
  const pubkey = decode(TPM_PUBKEY, decodeTssBlob(sampleBytes("aik_public_key.der")).blob);
  const { algorithmParms } = pubkey;
  const bad = (parms: Partial<typeof algorithmParms>) => () =>
    publicKeyFromTpm({ ...pubkey, algorithmParms: { ...algorithmParms, ...parms } });
  assertThrows(bad({ algorithmID: 6 }), CodecError, "not RSA");
  assertThrows(bad({ parms: algorithmParms.parms.subarray(1) }), CodecError, "TPM_RSA_KEY_PARMS");
  assertThrows(
    () => publicKeyFromTpm({ algorithmParms, pubKey: { key: new Uint8Array(256) } }),
    CodecError,
    "even",
  );
  assert(pubkey.pubKey.key.length === 256);
});
