/** The unsigned big-endian number in `bytes`, of any length; none is 0. */
export function bytesToBigint(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${bytes.toHex()}`);
}

/**
 * `value` as an unsigned big-endian number of `length` bytes, by default as few as it takes
 * (none for 0). Throws a `RangeError` when it is negative or does not fit.
 */
export function bigintToBytes(value: bigint, length?: number): Uint8Array {
  if (value < 0n) throw new RangeError("Cannot write a negative number as bytes");
  const digits = value === 0n ? "" : value.toString(16);
  const size = Math.ceil(digits.length / 2);
  if (length !== undefined && size > length) {
    throw new RangeError(`Cannot write a number of ${size} bytes: ${length} are given`);
  }
  return Uint8Array.fromHex(digits.padStart(2 * (length ?? size), "0"));
}

/** How many bits `value` (not negative) takes; 0 for 0. */
export function bitLength(value: bigint): number {
  if (value === 0n) return 0;
  const digits = value.toString(16);
  return 4 * digits.length - Math.clz32(parseInt(digits[0]!, 16)) + 28;
}

/** The greatest common divisor of two numbers, neither of them negative. */
export function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

/**
 * The number in 1 … modulus-1 that times `value` is 1 mod `modulus`. Throws a `RangeError` when
 * they have a common divisor.
 */
export function modInverse(value: bigint, modulus: bigint): bigint {
  let [r, nextR] = [modulus, ((value % modulus) + modulus) % modulus];
  let [t, nextT] = [0n, 1n];
  while (nextR !== 0n) {
    const quotient = r / nextR;
    [r, nextR] = [nextR, r - quotient * nextR];
    [t, nextT] = [nextT, t - quotient * nextT];
  }
  if (r !== 1n) throw new RangeError("Cannot invert: value and modulus have a common divisor");
  return t < 0n ? t + modulus : t;
}

/** `base`^`exponent` mod `modulus`; neither base nor exponent negative, modulus at least 1. */
export function modPow(base: bigint, exponent: bigint, modulus: bigint): bigint {
  const bits = exponent.toString(2);
  const start = base % modulus;
  if (bits.length <= 32) return binaryPow(start, bits, modulus);
  // Fixed windows of 4 bits.
  const powers = [1n % modulus];
  for (let i = 1; i < 16; i++) powers.push((powers[i - 1]! * start) % modulus);
  let result = powers[0]!;
  for (const digit of exponent.toString(16)) {
    result = (result * result) % modulus;
    result = (result * result) % modulus;
    result = (result * result) % modulus;
    result = (result * result) % modulus;
    const window = parseInt(digit, 16);
    if (window !== 0) result = (result * powers[window]!) % modulus;
  }
  return result;
}

function binaryPow(base: bigint, bits: string, modulus: bigint): bigint {
  let result = 1n % modulus;
  for (const bit of bits) {
    result = (result * result) % modulus;
    if (bit === "1") result = (result * base) % modulus;
  }
  return result;
}
