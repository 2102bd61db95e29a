import { bigintToBytes, bitLength } from "./bignum.ts";
import { generatePrime } from "./prime.ts";
import type { RandomSource } from "./random.ts";
import { type RsaExponent, RsaPrivateKey, RsaPublicKey, toExponent } from "./rsa.ts";

// Median times in Deno 2.9 for 512/768/1024/1536/2048 bits: 1.3 / 2.4 / 4.6 / 15 / 34 ms;
// node:crypto's generateKeyPairSync() takes 3.9 / – / 19 / – / 170 ms, and no seed.

/**
 * A new RSA key of `bits` bits (512–2048 in a TPM, a multiple of 16) whose random numbers all come
 * from `random`: the same bytes give the same key. `exponent` is odd and at least 3; as bytes, none
 * stand for 65537.
 */
export function generateRsaKey(
  bits: number,
  exponent: RsaExponent,
  random: RandomSource,
): RsaPrivateKey {
  if (!Number.isInteger(bits) || bits < 128 || bits % 16 !== 0) {
    throw new TypeError(`Cannot generate an RSA key of ${bits} bits: not a multiple of 16`);
  }
  const e = toExponent(exponent);
  if (e < 3n || (e & 1n) === 0n) {
    throw new TypeError(`Cannot generate an RSA key: its exponent ${e} is even or below 3`);
  }
  const p = generatePrime(bits / 2, e, random);
  let q = generatePrime(bits / 2, e, random);
  while (tooClose(p, q, bits)) q = generatePrime(bits / 2, e, random);
  return new RsaPrivateKey(new RsaPublicKey(bigintToBytes(p * q), e), bigintToBytes(p));
}

/** FIPS 186-4, B.3.3, step 5.4: |p - q| must exceed 2^(bits/2 - 100). */
function tooClose(p: bigint, q: bigint, bits: number): boolean {
  return bitLength(p > q ? p - q : q - p) <= Math.max(bits / 2 - 100, 1);
}
