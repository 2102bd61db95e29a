import { type CbcCipher, cbcDecrypt, cbcEncrypt } from "./cipher.ts";

const CIPHER: CbcCipher = { name: "des-ede3-cbc", blockSize: 8 };

/**
 * DES or triple DES in CBC mode with PKCS#7 padding, by the size of the key: 8 or 24 bytes. `iv`
 * takes 8. Broken long ago; identity requests of TPM 1.1 may come with it.
 */
export function desCbcEncrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  return cbcEncrypt(CIPHER, { key: threefold(key), iv, data });
}

/** Undoes {@linkcode desCbcEncrypt}. `null` when length or padding are wrong. */
export function desCbcDecrypt(
  key: Uint8Array,
  iv: Uint8Array,
  data: Uint8Array,
): Uint8Array | null {
  return cbcDecrypt(CIPHER, { key: threefold(key), iv, data });
}

/** Triple DES with one key three times is DES with it; Deno's `node:crypto` has no other. */
function threefold(key: Uint8Array): Uint8Array {
  return key.length === 8 ? Uint8Array.of(...key, ...key, ...key) : key;
}
