import { bitLength, bytesToBigint, gcd } from "./bignum.ts";
import { modPowPair } from "./montgomery.ts";
import type { RandomSource } from "./random.ts";

/**
 * A random prime p of `bits` bits (at least 64), the top two of them set, with p-1 prime to
 * `exponent`. Equal bytes from `random` give equal primes, whatever machine computes them.
 */
export function generatePrime(bits: number, exponent: bigint, random: RandomSource): bigint {
  for (;;) {
    const candidates = candidatesFrom(randomStart(bits, random), bits, exponent);
    // By twos, since two powers cost what one does.
    for (const first of candidates) {
      const { value: second = first } = candidates.next();
      const passed = passes([first, 2n], [second, 2n]);
      if (passed[0] && passesRandomBases(first, random)) return first;
      if (passed[1] && passesRandomBases(second, random)) return second;
    }
  }
}

/**
 * Whether a random number is prime: Miller–Rabin with base 2 and as many random bases as make an
 * error less likely than 2^-100 from 512 bits on (FIPS 186-4, table C.3), and 2^-80 below.
 */
export function isProbablePrime(value: bigint, random: RandomSource): boolean {
  if (value < 9n) return value === 2n || value === 3n || value === 5n || value === 7n;
  if ((value & 1n) === 0n) return false;
  return passes([value, 2n], [value, 3n]).every(Boolean) && passesRandomBases(value, random);
}

function passesRandomBases(value: bigint, random: RandomSource): boolean {
  const bits = bitLength(value);
  const rounds = bits < 384 ? 12 : bits < 1024 ? 8 : 4;
  const base = () => 2n + bytesToBigint(random(Math.ceil(bits / 8))) % (value - 3n);
  for (let round = 0; round < rounds; round += 2) {
    const [first, second] = passes([value, base()], [value, base()]);
    if (!first || !second) return false;
  }
  return true;
}

type Trial = readonly [value: bigint, base: bigint];

/** One round of Miller–Rabin (FIPS 186-4, C.3.1) for each of two odd numbers. */
function passes(first: Trial, second: Trial): [boolean, boolean] {
  const [a, b] = [oddPart(first[0] - 1n), oddPart(second[0] - 1n)];
  const [x, y] = modPowPair(
    { base: first[1], exponent: a.odd, modulus: first[0] },
    { base: second[1], exponent: b.odd, modulus: second[0] },
  );
  return [reachesMinusOne(x, first[0], a.twos), reachesMinusOne(y, second[0], b.twos)];
}

function oddPart(value: bigint): { odd: bigint; twos: number } {
  let twos = 0;
  for (let low = Number(value & 0xffffn); low === 0; low = Number(value & 0xffffn)) {
    value >>= 16n;
    twos += 16;
  }
  const rest = 31 - Math.clz32(Number(value & -value & 0xffffn));
  return { odd: value >> BigInt(rest), twos: twos + rest };
}

function reachesMinusOne(power: bigint, modulus: bigint, twos: number): boolean {
  if (power === 1n) return true;
  for (let i = 0; i < twos; i++) {
    if (power === modulus - 1n) return true;
    power = (power * power) % modulus;
  }
  return false;
}

function randomStart(bits: number, random: RandomSource): bigint {
  const bytes = random(Math.ceil(bits / 8));
  return BigInt.asUintN(bits, bytesToBigint(bytes)) | (3n << BigInt(bits - 2)) | 1n;
}

/** Those of start, start+2, … that still have `bits` bits and may be a prime of the wanted kind. */
function* candidatesFrom(start: bigint, bits: number, exponent: bigint): Generator<bigint, void> {
  const composite = sieve(start, bits);
  for (let i = 0; i < composite.length; i++) {
    if (composite[i] !== 0) continue;
    const candidate = start + BigInt(2 * i);
    if (candidate >> BigInt(bits) !== 0n) return;
    if (gcd(exponent, (candidate - 1n) % exponent) === 1n) yield candidate;
  }
}

/**
 * Item i is 0 when no small prime divides start + 2 i. About 23 of the items stand for primes. The
 * limit of "small" balances the cost of a division against that of a power.
 */
function sieve(start: bigint, bits: number): Uint8Array {
  const limit = Math.min(bits * bits / 32, MAX_SMALL);
  const composite = new Uint8Array(8 * bits);
  const primes = smallPrimes();
  for (let i = 0; i < primes.length && primes[i]! < limit; i += 2) {
    const [p, q] = [primes[i]!, primes[i + 1]!];
    // One division of the long number serves two primes.
    const rest = Number(start % BigInt(p * q));
    strike(composite, p, rest % p);
    strike(composite, q, rest % q);
  }
  return composite;
}

/** Marks each i for which `prime` divides start + 2 i, by start mod prime. */
function strike(composite: Uint8Array, prime: number, rest: number): void {
  const gap = rest === 0 ? 0 : prime - rest;
  for (let i = (gap % 2 === 0 ? gap : gap + prime) / 2; i < composite.length; i += prime) {
    composite[i] = 1;
  }
}

const MAX_SMALL = 1 << 15;
let primes: readonly number[] | undefined;

/** The odd primes below 2^15, an even number of them. */
export function smallPrimes(): readonly number[] {
  return primes ??= findSmallPrimes();
}

function findSmallPrimes(): number[] {
  const composite = new Uint8Array(MAX_SMALL);
  const found: number[] = [];
  for (let n = 3; n < MAX_SMALL; n += 2) {
    if (composite[n] === 0) found.push(n);
    if (composite[n] === 0) { for (let m = n * n; m < MAX_SMALL; m += 2 * n) composite[m] = 1; }
  }
  return found.slice(0, found.length & ~1);
}
