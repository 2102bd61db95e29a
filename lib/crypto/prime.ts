import { bitLength, bytesToBigint, modPow } from "./bignum.ts";
import type { RandomSource } from "./random.ts";

const SMALL_PRIMES = smallPrimes(1 << 14);
/** How far past its random start the search for a prime goes before it draws another. */
const SPAN = 1 << 14;

/**
 * A random prime p of `bits` bits, the top two of them set, with p-1 prime to `exponent`. Equal
 * bytes from `random` give equal primes.
 */
export function generatePrime(bits: number, exponent: bigint, random: RandomSource): bigint {
  for (;;) {
    const start = randomStart(bits, random);
    for (const offset of sieve(start)) {
      const candidate = start + BigInt(offset);
      if (bitLength(candidate) !== bits) break;
      if (sharesDivisor(candidate - 1n, exponent)) continue;
      if (isProbablePrime(candidate, random)) return candidate;
    }
  }
}

/**
 * Whether an odd number above 3 passes Miller–Rabin, with as many rounds as FIPS 186-4, C.3 asks
 * for at its size (an error below 2^-100). Bases come from `random`.
 */
export function isProbablePrime(value: bigint, random: RandomSource): boolean {
  const bits = bitLength(value);
  let odd = value - 1n;
  let twos = 0;
  while ((odd & 1n) === 0n) {
    odd >>= 1n;
    twos++;
  }
  // A base of 2 first: it throws out nearly every composite at the least cost.
  if (!passes(value, 2n, odd, twos)) return false;
  for (let round = 0; round < rounds(bits); round++) {
    const base = 2n + bytesToBigint(random(Math.ceil(bits / 8))) % (value - 3n);
    if (!passes(value, base, odd, twos)) return false;
  }
  return true;
}

function passes(value: bigint, base: bigint, odd: bigint, twos: number): boolean {
  let power = modPow(base, odd, value);
  if (power === 1n || power === value - 1n) return true;
  for (let i = 1; i < twos; i++) {
    power = (power * power) % value;
    if (power === value - 1n) return true;
  }
  return false;
}

/** FIPS 186-4, table C.2 and C.3: 7 rounds for primes of 512 bits, 4 for 1024. */
function rounds(bits: number): number {
  return bits < 512 ? 10 : bits < 1024 ? 7 : 4;
}

function randomStart(bits: number, random: RandomSource): bigint {
  const bytes = random(Math.ceil(bits / 8));
  const mask = (1n << BigInt(bits)) - 1n;
  return (bytesToBigint(bytes) & mask) | (3n << BigInt(bits - 2)) | 1n;
}

function sharesDivisor(value: bigint, exponent: bigint): boolean {
  let [a, b] = [exponent, value % exponent];
  while (b !== 0n) [a, b] = [b, a % b];
  return a !== 1n;
}

/** The even offsets below {@linkcode SPAN} at which no small prime divides start + offset. */
function* sieve(start: bigint): Generator<number> {
  const composite = new Uint8Array(SPAN / 2);
  for (const prime of SMALL_PRIMES) {
    const rest = Number(start % BigInt(prime));
    // The least even offset that makes start + offset a multiple of the prime.
    let offset = rest === 0 ? 0 : prime - rest;
    if (offset % 2 !== 0) offset += prime;
    for (let i = offset / 2; i < composite.length; i += prime) composite[i] = 1;
  }
  for (let i = 0; i < composite.length; i++) if (composite[i] === 0) yield 2 * i;
}

/** The odd primes below `limit`. */
function smallPrimes(limit: number): number[] {
  const composite = new Uint8Array(limit);
  const primes: number[] = [];
  for (let n = 3; n < limit; n += 2) {
    if (composite[n]) continue;
    primes.push(n);
    for (let m = n * n; m < limit; m += 2 * n) composite[m] = 1;
  }
  return primes;
}
