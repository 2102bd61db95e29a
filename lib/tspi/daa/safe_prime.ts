import { isProbablePrime, modPowPair, type RandomSource } from "../../crypto/mod.ts";
import { smallPrimes } from "../../crypto/prime.ts";
import { randomBits } from "./numbers.ts";

/** Candidates looked at from one random start. */
const WINDOW = 1 << 16;

/**
 * A prime p of `bits` bits (at least 64), the top two of them set, for which (p-1)/2 is prime too.
 * Takes seconds at 1024 bits.
 */
export function generateSafePrime(bits: number, random: RandomSource): bigint {
  const primes = smallPrimes();
  for (;;) {
    const start = randomBits(random, bits - 1) | (3n << BigInt(bits - 3)) | 1n;
    const composite = sieve(start, primes);
    for (let i = 0; i < WINDOW; i++) {
      if (composite[i] !== 0) continue;
      const half = start + 2n * BigInt(i);
      const whole = 2n * half + 1n;
      if (!passes(half, whole)) continue;
      if (isProbablePrime(half, random) && isProbablePrime(whole, random)) return whole;
    }
  }
}

/** Marks start + 2i where it, or twice it plus one, has a small divisor. */
function sieve(start: bigint, primes: readonly number[]): Uint8Array {
  const composite = new Uint8Array(WINDOW);
  for (const prime of primes) {
    const rest = Number(start % BigInt(prime));
    const inverse = (prime + 1) / 2; // of 2
    // start + 2i = 0, and 2(start + 2i) + 1 = 0, that is start + 2i = (p-1)/2.
    for (const target of [0, (prime - 1) / 2]) {
      const first = (((target - rest + prime) % prime) * inverse) % prime;
      for (let i = first; i < WINDOW; i += prime) composite[i] = 1;
    }
  }
  return composite;
}

/** Fermat's test with base 2 of both, at the price of one. */
function passes(half: bigint, whole: bigint): boolean {
  const [a, b] = modPowPair(
    { base: 2n, exponent: half - 1n, modulus: half },
    { base: 2n, exponent: whole - 1n, modulus: whole },
  );
  return a === 1n && b === 1n;
}
