import { createCipheriv, createDecipheriv } from "node:crypto";

/** A block cipher in CBC mode. */
export interface CbcCipher {
  /** Its name in OpenSSL. */
  readonly name: string;
  /** Bytes of a block. */
  readonly blockSize: number;
}

/** What {@linkcode runCipher} runs. */
interface Cipher {
  update(data: Uint8Array): Uint8Array;
  final(): Uint8Array;
}

/** Everything that a cipher of `node:crypto` gives. */
export function runCipher(cipher: Cipher, data: Uint8Array): Uint8Array {
  const head = cipher.update(data);
  const tail = cipher.final();
  const output = new Uint8Array(head.length + tail.length);
  output.set(head);
  output.set(tail, head.length);
  return output;
}

/** Encrypts with PKCS#7 padding. */
export function cbcEncrypt(
  { name }: CbcCipher,
  { key, iv, data }: { key: Uint8Array; iv: Uint8Array; data: Uint8Array },
): Uint8Array {
  return runCipher(createCipheriv(name, key, iv), data);
}

/** Undoes {@linkcode cbcEncrypt}. `null` when length or padding are wrong. */
export function cbcDecrypt(
  { name, blockSize }: CbcCipher,
  { key, iv, data }: { key: Uint8Array; iv: Uint8Array; data: Uint8Array },
): Uint8Array | null {
  if (data.length === 0 || data.length % blockSize !== 0) return null;
  const plain = runCipher(createDecipheriv(name, key, iv).setAutoPadding(false), data);
  const pad = plain[plain.length - 1]!;
  if (pad === 0 || pad > blockSize) return null;
  const end = plain.length - pad;
  return plain.subarray(end).every((byte) => byte === pad) ? plain.subarray(0, end) : null;
}
