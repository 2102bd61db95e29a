import { sha1 } from "./sha1.ts";

/** MGF1 with SHA-1: `length` bytes from a seed (RFC 8017, B.2.1). */
export function mgf1(seed: Uint8Array, length: number): Uint8Array {
  const mask = new Uint8Array(length);
  const counter = new Uint8Array(4);
  const view = new DataView(counter.buffer);
  for (let at = 0, block = 0; at < length; at += 20, block++) {
    view.setUint32(0, block);
    mask.set(sha1(seed, counter).subarray(0, length - at), at);
  }
  return mask;
}
