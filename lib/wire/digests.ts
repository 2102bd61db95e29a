import { sha1 } from "../crypto/mod.ts";

/** What stands before the parameters in a digest; reused, as nothing runs in between. */
const ordinalBytes = new Uint8Array(4);
const returnCodeBytes = new Uint8Array(4);

/** Digest of request parameters: SHA1(ordinal ‖ parameters); 20 bytes (Part 1, 13.2). */
export function requestDigest(ordinal: number, body: Uint8Array): Uint8Array {
  setU32(ordinalBytes, ordinal);
  return sha1(ordinalBytes, body);
}

/** Digest of answer parameters: SHA1(returnCode ‖ ordinal ‖ parameters); 20 bytes (Part 1, 13.2). */
export function responseDigest(
  ordinal: number,
  body: Uint8Array,
  returnCode: number = 0,
): Uint8Array {
  setU32(returnCodeBytes, returnCode);
  setU32(ordinalBytes, ordinal);
  return sha1(returnCodeBytes, ordinalBytes, body);
}

function setU32(target: Uint8Array, value: number): void {
  target[0] = value >>> 24;
  target[1] = value >>> 16;
  target[2] = value >>> 8;
  target[3] = value;
}
