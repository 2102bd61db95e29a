import {
  bigintToBytes,
  bytesToBigint,
  mgf1,
  modInverse,
  modPow,
  type RandomSource,
  sha1,
} from "../../crypto/mod.ts";

/** What is hashed: byte strings, and numbers of a fixed length in bytes. */
export type Hashed = Uint8Array | readonly [value: bigint, length: number];

/** SHA-1 over all of `parts` in a row, 20 bytes. */
export function hashAll(parts: Iterable<Hashed>): Uint8Array {
  return sha1(...Array.from(parts, toBytes));
}

/** The bytes of all `parts` in a row. */
export function concat(...parts: readonly Hashed[]): Uint8Array {
  const bytes = parts.map(toBytes);
  const whole = new Uint8Array(bytes.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of bytes) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function toBytes(part: Hashed): Uint8Array {
  return part instanceof Uint8Array ? part : bigintToBytes(part[0], part[1]);
}

/** A UINT32, as it is hashed. */
export function uint32(value: number): Hashed {
  return [BigInt(value), 4];
}

/** One factor of {@linkcode product}; a negative exponent stands for an inverse. */
export type Power = readonly [base: bigint, exponent: bigint];

/**
 * The product of powers mod `modulus`. Throws a `RangeError` when a base with a negative exponent
 * has no inverse.
 */
export function product(powers: Iterable<Power>, modulus: bigint): bigint {
  let result = 1n % modulus;
  for (const [base, exponent] of powers) {
    const power = exponent < 0n
      ? modInverse(modPow(base, -exponent, modulus), modulus)
      : modPow(base, exponent, modulus);
    result = (result * power) % modulus;
  }
  return result;
}

/** A random number of up to `bits` bits. */
export function randomBits(random: RandomSource, bits: number): bigint {
  return BigInt.asUintN(bits, bytesToBigint(random(Math.ceil(bits / 8))));
}

/** A random number in 0 … bound-1, so close to uniform that nobody can tell. */
export function randomBelow(random: RandomSource, bound: bigint): bigint {
  return randomBits(random, 8 * Math.ceil(bound.toString(16).length / 2) + 80) % bound;
}

/** A hash or any other byte string as a number. */
export function toNumber(...parts: readonly Uint8Array[]): bigint {
  return bytesToBigint(concat(...parts));
}

/** The first `length` bytes of MGF1 with SHA-1, as a number. */
export function mgf1Number(seed: Uint8Array, length: number): bigint {
  return bytesToBigint(mgf1(seed, length));
}
