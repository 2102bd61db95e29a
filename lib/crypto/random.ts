import { randomBytes } from "node:crypto";
import { hmacSha1, sha1 } from "./sha1.ts";

/** Where random bytes come from: gives `length` bytes. */
export type RandomSource = (length: number) => Uint8Array;

/** The random source of the operating system. */
export function systemRandom(length: number): Uint8Array {
  return new Uint8Array(randomBytes(length));
}

/**
 * A source that gives the same bytes for the same seed, for reproducible runs only. Block i is
 * HMAC-SHA1(SHA-1(seed), i as UINT32); what a call leaves over of a block goes to the next call.
 */
export function seededRandom(seed: Uint8Array): RandomSource {
  const key = sha1(seed);
  const counter = new Uint8Array(4);
  const view = new DataView(counter.buffer);
  let block: Uint8Array = new Uint8Array(0);
  let next = 0;
  return (length) => {
    const output = new Uint8Array(length);
    for (let at = 0; at < length;) {
      if (block.length === 0) {
        view.setUint32(0, next++);
        block = hmacSha1(key, counter);
      }
      const part = block.subarray(0, length - at);
      output.set(part, at);
      at += part.length;
      block = block.subarray(part.length);
    }
    return output;
  };
}
