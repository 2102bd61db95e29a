import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { sha1, verifyPkcs1Der } from "../../lib/crypto/mod.ts";
import { encodeDigestInfo } from "../../lib/formats/mod.ts";
import { verifySignInfo, verifyTickStamp } from "../../lib/verify/mod.ts";
import * as T from "../../lib/tspi/mod.ts";
import { assertFails, assertTspFails, makeKey, type OwnedBed, ownedBed } from "./bed.ts";

const DATA = new TextEncoder().encode("to be signed");
/** AlgorithmIdentifier of SHA-256. */
const SHA256 = Uint8Array.fromHex("300d06096086480165030402010500");

async function keyOfScheme(bed: OwnedBed, scheme: number, initFlags = 0): Promise<T.Key> {
  const key = bed.context.createRsaKey(T.TSS_KEY_TYPE_SIGNING | T.TSS_KEY_SIZE_1024 | initFlags);
  await key.setAttribUint32(T.TSS_TSPATTRIB_KEY_INFO, T.TSS_TSPATTRIB_KEYINFO_SIGSCHEME, {
    value: scheme,
  });
  await key.createKey(bed.srk);
  await key.loadKey(bed.srk);
  return key;
}

Deno.test("updateHashValue() hashes piece by piece", async () => {
  const hash = T.Context.create().createHash();
  await assertTspFails("TSS_E_HASH_NO_DATA", () => hash.getHashValue());
  hash.updateHashValue(DATA.subarray(0, 5));
  hash.updateHashValue(DATA.subarray(5));
  assertEquals(hash.getHashValue(), sha1(DATA));
  hash.updateHashValue(DATA);
  assertEquals(hash.getHashValue(), sha1(DATA, DATA));
});

Deno.test("setHashValue() takes 20 bytes for SHA-1, and any for another algorithm", async () => {
  const context = T.Context.create();
  const hash = context.createHash(T.TSS_HASH_SHA1);
  await assertTspFails("TSS_E_HASH_INVALID_LENGTH", () => hash.setHashValue(new Uint8Array(19)));
  hash.setHashValue(sha1(DATA));
  assertEquals(hash.getHashValue(), sha1(DATA));
  const other = context.createHash(T.TSS_HASH_OTHER);
  other.setHashValue(new Uint8Array(32));
  assertEquals(other.getHashValue(), new Uint8Array(32));
  await assertTspFails("TSS_E_HASH_INVALID_LENGTH", () => other.setHashValue(new Uint8Array(0)));
  await assertTspFails("TSS_E_HASH_INVALID_ALG", () => other.updateHashValue(DATA));
});

Deno.test("a key of scheme SHA1 signs 20 bytes", async () => {
  await using bed = await ownedBed();
  const key = await makeKey(bed);
  const hash = bed.context.createHash();
  await assertTspFails("TSS_E_HASH_NO_DATA", () => hash.sign(key));
  hash.updateHashValue(DATA);
  const signature = await hash.sign(key);
  await hash.verifySignature(key, signature);
  hash.updateHashValue(DATA);
  await assertTspFails("TSS_E_VERIFICATION_FAILED", () => hash.verifySignature(key, signature));
  const other = bed.context.createHash(T.TSS_HASH_OTHER);
  other.setHashValue(new Uint8Array(32));
  await assertFails("TPM_BAD_PARAMETER", () => other.sign(key));
  await assertTspFails("TSS_E_HASH_INVALID_LENGTH", () => other.verifySignature(key, signature));
});

Deno.test("a key of scheme DER signs the value as it is, or its DigestInfo", async () => {
  await using bed = await ownedBed();
  const key = await keyOfScheme(bed, T.TSS_SS_RSASSAPKCS1V15_DER);
  const bare = bed.context.createHash();
  bare.updateHashValue(DATA);
  const signature = await bare.sign(key);
  assert(verifyPkcs1Der(key.publicKey, sha1(DATA), signature));
  await bare.verifySignature(key, signature);

  const digest = new Uint8Array(createHash("sha256").update(DATA).digest());
  const hash = bed.context.createHash(T.TSS_HASH_OTHER);
  await hash.setAttribData(T.TSS_TSPATTRIB_HASH_IDENTIFIER, 0, { value: SHA256 });
  hash.setHashValue(digest);
  const signed = await hash.sign(key);
  const info = encodeDigestInfo({ algorithm: "sha256", digest });
  assert(verifyPkcs1Der(key.publicKey, info, signed));
  await hash.verifySignature(key, signed);
  await assertTspFails("TSS_E_VERIFICATION_FAILED", () => hash.verifySignature(key, signature));
});

Deno.test("a key of scheme INFO signs a TPM_SIGN_INFO, which the hash object keeps", async () => {
  await using bed = await ownedBed();
  const key = await keyOfScheme(bed, T.TSS_SS_RSASSAPKCS1V15_INFO, T.TSS_KEY_AUTHORIZATION);
  const hash = bed.context.createHash();
  hash.updateHashValue(DATA);
  const signature = await hash.sign(key);
  await hash.verifySignature(key, signature);
  const signInfo = hash.signInfo!;
  const nonce = signInfo.slice(6, 26);
  const { publicKey } = key;
  assertEquals(verifySignInfo("sign", { signInfo, signature, publicKey, nonce }), sha1(DATA));
  const other = bed.context.createHash();
  other.updateHashValue(DATA);
  await assertTspFails("TSS_E_INVALID_SIGSCHEME", () => other.verifySignature(key, signature));
});

Deno.test("a key that does not sign is refused, and one that is not loaded", async () => {
  await using bed = await ownedBed();
  const hash = bed.context.createHash();
  hash.updateHashValue(DATA);
  await assertTspFails("TSS_E_INVALID_SIGSCHEME", () => hash.sign(bed.srk));
  const key = bed.context.createRsaKey(T.TSS_KEY_TYPE_SIGNING);
  await assertTspFails("TSS_E_KEY_NOT_LOADED", () => hash.sign(key));
  await assertTspFails("TSS_E_KEY_NOT_SET", () => hash.verifySignature(key, new Uint8Array(256)));
});

Deno.test("tickStampBlob() signs the hash value with the time", async () => {
  await using bed = await ownedBed();
  const key = await makeKey(bed);
  const hash = bed.context.createHash();
  hash.updateHashValue(DATA);
  const nonce = new Uint8Array(20).fill(6);
  const { data, validationData } = await hash.tickStampBlob(key, { externalData: nonce });
  const stamp = verifyTickStamp({
    signInfo: data,
    signature: validationData,
    publicKey: key.publicKey,
    nonce,
    digestToStamp: sha1(DATA),
  });
  assert(stamp.currentTicks.currentTicks >= 0n);
  await hash.tickStampBlob(key);
  await assertTspFails(
    "TSS_E_BAD_PARAMETER",
    () => hash.tickStampBlob(key, { externalData: new Uint8Array(21) }),
  );
  const other = bed.context.createHash(T.TSS_HASH_OTHER);
  other.setHashValue(new Uint8Array(32));
  await assertTspFails("TSS_E_HASH_INVALID_LENGTH", () => other.tickStampBlob(key));
});

Deno.test("a hash object has one attribute to set, and none to get", async () => {
  const hash = T.Context.create().createHash();
  await assertTspFails("TSS_E_BAD_PARAMETER", () => hash.getAttribUint32(1));
  await assertTspFails("TSS_E_BAD_PARAMETER", () => hash.setAttribUint32(1, 0, { value: 1 }));
  await assertTspFails(
    "TSS_E_INVALID_ATTRIB_FLAG",
    () => hash.setAttribData(1, 0, { value: SHA256 }),
  );
  await assertTspFails(
    "TSS_E_INVALID_ATTRIB_DATA",
    () => hash.setAttribData(T.TSS_TSPATTRIB_HASH_IDENTIFIER, 0, { value: null }),
  );
});
