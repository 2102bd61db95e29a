import { allocate } from "./allocate.ts";
import { Sha1, sha1, SHA1_SIZE } from "./sha1.ts";

/** Where random bytes come from: gives `length` bytes. */
export type RandomSource = (length: number) => Uint8Array;

/** Most bytes of one `getRandomValues()`. */
const QUOTA = 65536;

/** The random source of the operating system. */
export function systemRandom(length: number): Uint8Array {
  const output = allocate(length);
  for (let at = 0; at < length; at += QUOTA) {
    crypto.getRandomValues(output.subarray(at, at + QUOTA) as Uint8Array<ArrayBuffer>);
  }
  return output;
}

/**
 * A source that gives the same bytes for the same seed, for reproducible runs only. Block i is
 * SHA-1(SHA-1(seed), i as UINT32); what a call leaves over of a block goes to the next call.
 */
export function seededRandom(seed: Uint8Array): RandomSource {
  const key = sha1(seed);
  const hash = new Sha1();
  const counter = new Uint8Array(4);
  const view = new DataView(counter.buffer);
  const block = new Uint8Array(SHA1_SIZE);
  let used = SHA1_SIZE;
  let next = 0;
  return (length) => {
    const output = allocate(length);
    for (let at = 0; at < length; at++) {
      if (used === SHA1_SIZE) {
        view.setUint32(0, next++);
        hash.reset();
        hash.update(key).update(counter).digest(block);
        used = 0;
      }
      output[at] = block[used++]!;
    }
    return output;
  };
}
