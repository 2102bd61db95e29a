import { aes128Ctr, equalBytes, hmacSha1, sha1 } from "../crypto/mod.ts";
import type { Tpm } from "./tpm.ts";

const ABC = Uint8Array.of(0x61, 0x62, 0x63);
/** SHA-1 of "abc" (FIPS 180-4). */
const SHA1_ABC = "a9993e364706816aba3e25717850c26c9cd0d89d";
/** HMAC-SHA1 of "Hi There" under 20 bytes of 0x0b (RFC 2202, case 1). */
const HMAC_HI_THERE = "b617318655057264e28bc0b6fb378c8ef146be00";
/** First block of the AES-128 counter key stream (SP 800-38A, F.5.1). */
const AES_KEY = "2b7e151628aed2a6abf7158809cf4f3c";
const AES_COUNTER = "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";
const AES_STREAM = "ec8cdf7398607cb0f2d21675ea9ea1e4";

/** Tests what every command stands on; says what failed, or `null`. */
export function selfTest(tpm: Tpm): string | null {
  if (!equalBytes(sha1(ABC), hex(SHA1_ABC))) return "SHA-1 gives a wrong value";
  const hiThere = Uint8Array.from("Hi There", (letter) => letter.charCodeAt(0));
  if (!equalBytes(hmacSha1(new Uint8Array(20).fill(0x0b), hiThere), hex(HMAC_HI_THERE))) {
    return "HMAC gives a wrong value";
  }
  if (!equalBytes(aes128Ctr(hex(AES_KEY), hex(AES_COUNTER), new Uint8Array(16)), hex(AES_STREAM))) {
    return "AES gives a wrong value";
  }
  if (equalBytes(tpm.random(20), tpm.random(20))) return "the random source repeats itself";
  return null;
}

function hex(digits: string): Uint8Array {
  return Uint8Array.from(digits.match(/../g)!, (byte) => parseInt(byte, 16));
}
