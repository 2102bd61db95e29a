import { createCipheriv } from "node:crypto";
import { type CbcCipher, cbcDecrypt, cbcEncrypt, runCipher } from "./cipher.ts";

const CBC: CbcCipher = { name: "aes-128-cbc", blockSize: 16 };

/**
 * AES-128 in counter mode; encrypts and decrypts. The whole 16-byte counter block counts up,
 * big-endian. `key` and `counter` take 16 bytes each.
 */
export function aes128Ctr(key: Uint8Array, counter: Uint8Array, data: Uint8Array): Uint8Array {
  return runCipher(createCipheriv("aes-128-ctr", key, counter), data);
}

/**
 * AES-128 in output feedback mode; encrypts and decrypts. `key` and `iv` take 16 bytes each.
 * Deno's `node:crypto` has no OFB: its key stream is the CBC encryption of zeros.
 */
export function aes128Ofb(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const zeros = new Uint8Array(Math.ceil(data.length / 16) * 16);
  const stream = runCipher(createCipheriv(CBC.name, key, iv).setAutoPadding(false), zeros);
  const output = new Uint8Array(data.length);
  for (let i = 0; i < output.length; i++) output[i] = data[i]! ^ stream[i]!;
  return output;
}

/** AES-128 in CBC mode with PKCS#7 padding. `key` and `iv` take 16 bytes each. */
export function aes128CbcEncrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  return cbcEncrypt(CBC, { key, iv, data });
}

/** Undoes {@linkcode aes128CbcEncrypt}. `null` when length or padding are wrong. */
export function aes128CbcDecrypt(
  key: Uint8Array,
  iv: Uint8Array,
  data: Uint8Array,
): Uint8Array | null {
  return cbcDecrypt(CBC, { key, iv, data });
}
