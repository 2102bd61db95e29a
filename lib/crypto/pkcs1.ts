import { equalBytes } from "./equal_bytes.ts";
import type { RandomSource } from "./random.ts";
import { rsaPrivate, type RsaPrivateKey, rsaPublic, type RsaPublicKey } from "./rsa.ts";
import { RsaError } from "./rsa_error.ts";

/** What padding takes at least: 00, block type, eight bytes, 00. */
const OVERHEAD = 11;

/** DER of DigestInfo with SHA-1 up to the digest (RFC 8017, 9.2, note 1). */
const SHA1_PREFIX = [
  ...[0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14],
];

/**
 * RSAES-PKCS1-v1_5 (block type 2). Takes messages of up to the key's size - 11 bytes and gives as
 * many bytes as the key has; {@linkcode RsaError} for longer ones.
 */
export function rsaPkcs1Encrypt(
  key: RsaPublicKey,
  message: Uint8Array,
  random: RandomSource,
): Uint8Array {
  const padding = key.size - message.length - 3;
  checkLength(message, key.size);
  const block = new Uint8Array(key.size);
  block[1] = 2;
  block.set(nonZeroBytes(padding, random), 2);
  block.set(message, padding + 3);
  return rsaPublic(key, block);
}

/**
 * Undoes {@linkcode rsaPkcs1Encrypt}. Throws {@linkcode RsaError}, always the same one, when length
 * or padding are wrong.
 */
export function rsaPkcs1Decrypt(key: RsaPrivateKey, cipherText: Uint8Array): Uint8Array {
  if (!key.publicKey.fits(cipherText)) throw undecodable();
  const block = rsaPrivate(key, cipherText);
  const end = block.indexOf(0, 2);
  if (block[0] !== 0 || block[1] !== 2 || end < OVERHEAD - 1) throw undecodable();
  const message = block.slice(end + 1);
  block.fill(0);
  return message;
}

/**
 * RSASSA-PKCS1-v1_5 over a SHA-1 digest of 20 bytes, in a DigestInfo (TPM_SS_RSASSAPKCS1v15_SHA1).
 * Gives as many bytes as the key has, 46 at least: {@linkcode RsaError} for a shorter key.
 */
export function signPkcs1Sha1(key: RsaPrivateKey, digest: Uint8Array): Uint8Array {
  return signPkcs1Der(key, digestInfo(digest));
}

/**
 * A PKCS#1 v1.5 signature (block type 1) over bytes as they are (TPM_SS_RSASSAPKCS1v15_DER), up to
 * the key's size - 11 of them. Gives as many bytes as the key has; {@linkcode RsaError} for more.
 */
export function signPkcs1Der(key: RsaPrivateKey, data: Uint8Array): Uint8Array {
  return rsaPrivate(key, signatureBlock(data, key.size));
}

/** Whether `signature` is that of {@linkcode signPkcs1Sha1} over a digest of 20 bytes. */
export function verifyPkcs1Sha1(
  key: RsaPublicKey,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  return verifyPkcs1Der(key, digestInfo(digest), signature);
}

/** Whether `signature` is that of {@linkcode signPkcs1Der} over these bytes. */
export function verifyPkcs1Der(
  key: RsaPublicKey,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (!key.fits(signature) || data.length > key.size - OVERHEAD) return false;
  return equalBytes(rsaPublic(key, signature), signatureBlock(data, key.size));
}

function digestInfo(digest: Uint8Array): Uint8Array {
  if (digest.length !== 20) {
    throw new TypeError(`Cannot sign a digest of ${digest.length} bytes: SHA-1 has 20`);
  }
  return Uint8Array.of(...SHA1_PREFIX, ...digest);
}

/** EMSA-PKCS1-v1_5: 00 01 ff … ff 00, then the data. */
function signatureBlock(data: Uint8Array, size: number): Uint8Array {
  checkLength(data, size);
  const block = new Uint8Array(size).fill(0xff);
  block[0] = 0;
  block[1] = 1;
  block[size - data.length - 1] = 0;
  block.set(data, size - data.length);
  return block;
}

function checkLength(data: Uint8Array, size: number): void {
  const room = size - OVERHEAD;
  if (data.length > room) {
    throw new RsaError(`Cannot pad ${data.length} bytes: ${Math.max(room, 0)} fit the key`);
  }
}

function nonZeroBytes(length: number, random: RandomSource): Uint8Array {
  const bytes = random(length).slice();
  for (let i = 0; i < length; i++) {
    while (bytes[i] === 0) bytes[i] = random(1)[0]!;
  }
  return bytes;
}

function undecodable(): RsaError {
  return new RsaError("Cannot decrypt with PKCS#1 v1.5: the padding is wrong");
}
