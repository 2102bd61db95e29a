import { sha1 } from "../crypto/mod.ts";

/** Digest of request parameters: SHA1(ordinal ‖ parameters); 20 bytes (Part 1, 13.2). */
export function requestDigest(ordinal: number, body: Uint8Array): Uint8Array {
  const input = new Uint8Array(4 + body.length);
  setU32(input, 0, ordinal);
  input.set(body, 4);
  return sha1(input);
}

/** Digest of answer parameters: SHA1(returnCode ‖ ordinal ‖ parameters); 20 bytes (Part 1, 13.2). */
export function responseDigest(
  ordinal: number,
  body: Uint8Array,
  returnCode: number = 0,
): Uint8Array {
  const input = new Uint8Array(8 + body.length);
  setU32(input, 0, returnCode);
  setU32(input, 4, ordinal);
  input.set(body, 8);
  return sha1(input);
}

function setU32(target: Uint8Array, at: number, value: number): void {
  target[at] = value >>> 24;
  target[at + 1] = value >>> 16;
  target[at + 2] = value >>> 8;
  target[at + 3] = value;
}
