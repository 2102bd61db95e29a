import { equalBytes } from "./equal_bytes.ts";
import { mgf1 } from "./mgf1.ts";
import type { RandomSource } from "./random.ts";
import { rsaPrivate, type RsaPrivateKey, rsaPublic, type RsaPublicKey } from "./rsa.ts";
import { RsaError } from "./rsa_error.ts";
import { sha1 } from "./sha1.ts";

const HASH = 20;

/** SHA-1 of "TCPA", the label of every OAEP of TPM 1.2 (Part 1, 31.1.1): a fresh 20 bytes. */
export function tcpaLabelHash(): Uint8Array {
  return sha1(Uint8Array.of(0x54, 0x43, 0x50, 0x41));
}

/** The parts of an OAEP encoding. */
export interface OaepParts {
  /** The seed, 20 bytes. */
  seed: Uint8Array;
  /** The hash of the label, 20 bytes. */
  pHash: Uint8Array;
  /** What was encoded. */
  message: Uint8Array;
}

/**
 * EME-OAEP with SHA-1 and MGF1 (RFC 8017, 7.1.1): `length` bytes, without the leading zero byte
 * of an encrypted block, so `length` is one less than the modulus there. Takes messages of up to
 * `length` - 41 bytes; throws {@linkcode RsaError} for longer ones.
 */
export function oaepEncode(parts: OaepParts, length: number): Uint8Array {
  const { seed, pHash, message } = parts;
  if (seed.length !== HASH || pHash.length !== HASH) {
    throw new TypeError("Cannot encode with OAEP: seed and pHash take 20 bytes each");
  }
  const room = length - 2 * HASH - 1;
  if (message.length > room) {
    throw new RsaError(`Cannot encode ${message.length} bytes with OAEP: ${room} fit`);
  }
  const encoded = new Uint8Array(length);
  encoded.set(seed);
  encoded.set(pHash, HASH);
  encoded[length - message.length - 1] = 1;
  encoded.set(message, length - message.length);
  xor(encoded.subarray(HASH), mgf1(seed, length - HASH));
  xor(encoded.subarray(0, HASH), mgf1(encoded.subarray(HASH), HASH));
  return encoded;
}

/**
 * Undoes {@linkcode oaepEncode}; comparing `pHash` is left to the caller. Throws
 * {@linkcode RsaError} when the encoding has no message or is shorter than 41 bytes.
 */
export function oaepDecode(encoded: Uint8Array): OaepParts {
  if (encoded.length < 2 * HASH + 1) throw undecodable();
  const block = encoded.slice();
  xor(block.subarray(0, HASH), mgf1(block.subarray(HASH), HASH));
  xor(block.subarray(HASH), mgf1(block.subarray(0, HASH), block.length - HASH));
  // The padding is zeros and then a one.
  let start = 2 * HASH;
  while (start < block.length && block[start] === 0) start++;
  if (block[start] !== 1) throw undecodable();
  const parts = {
    seed: block.slice(0, HASH),
    pHash: block.slice(HASH, 2 * HASH),
    message: block.slice(start + 1),
  };
  block.fill(0);
  return parts;
}

/** What {@linkcode rsaOaepEncrypt} takes. */
export interface OaepEncryptOptions {
  /** Gives the 20 bytes of the seed. */
  random: RandomSource;
  /** Hash of the label, 20 bytes; by default that of "TCPA". */
  pHash?: Uint8Array;
}

/**
 * RSAES-OAEP with SHA-1, by default with the label "TCPA". Takes messages of up to the key's
 * size - 42 bytes and gives as many bytes as the key has; {@linkcode RsaError} for longer ones.
 */
export function rsaOaepEncrypt(
  key: RsaPublicKey,
  message: Uint8Array,
  options: OaepEncryptOptions,
): Uint8Array {
  const { random, pHash = tcpaLabelHash() } = options;
  return rsaPublic(key, oaepEncode({ seed: random(HASH), pHash, message }, key.size - 1));
}

/**
 * Undoes {@linkcode rsaOaepEncrypt}. Throws {@linkcode RsaError}, always the same one, when length,
 * padding or label are wrong.
 */
export function rsaOaepDecrypt(
  key: RsaPrivateKey,
  cipherText: Uint8Array,
  pHash: Uint8Array = tcpaLabelHash(),
): Uint8Array {
  if (!key.publicKey.fits(cipherText)) throw undecodable();
  const block = rsaPrivate(key, cipherText);
  const parts = oaepDecode(block.subarray(1));
  if (block[0] !== 0 || !equalBytes(parts.pHash, pHash)) throw undecodable();
  block.fill(0);
  return parts.message;
}

function undecodable(): RsaError {
  return new RsaError("Cannot decrypt with OAEP: the padding is wrong");
}

function xor(target: Uint8Array, mask: Uint8Array): void {
  for (let i = 0; i < target.length; i++) target[i]! ^= mask[i]!;
}
