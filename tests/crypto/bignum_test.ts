import { assertEquals, assertThrows } from "@std/assert";
import {
  bigintToBytes,
  bitLength,
  bytesToBigint,
  gcd,
  modInverse,
  modPow,
  modPowPair,
} from "../../lib/crypto/mod.ts";
import { testRandom } from "./helpers.ts";

Deno.test("bytesToBigint() reads big-endian, and nothing as 0", () => {
  assertEquals(bytesToBigint(Uint8Array.of()), 0n);
  assertEquals(bytesToBigint(Uint8Array.of(0, 1, 0)), 256n);
  assertEquals(bytesToBigint(new Uint8Array(300).fill(0xff)), (1n << 2400n) - 1n);
});

Deno.test("bigintToBytes() writes as many bytes as it takes or as it is told", () => {
  assertEquals(bigintToBytes(0n), Uint8Array.of());
  assertEquals(bigintToBytes(0n, 2), Uint8Array.of(0, 0));
  assertEquals(bigintToBytes(0xabcn), Uint8Array.of(0x0a, 0xbc));
  assertEquals(bigintToBytes(0xabcn, 4), Uint8Array.of(0, 0, 0x0a, 0xbc));
  const random = testRandom("bytes");
  for (let length = 1; length < 40; length++) {
    const bytes = random(length);
    assertEquals(bigintToBytes(bytesToBigint(bytes), length), bytes);
  }
});

Deno.test("bigintToBytes() throws a RangeError for what does not fit", () => {
  assertThrows(() => bigintToBytes(256n, 1), RangeError, "Cannot write a number of 2 bytes");
  assertThrows(() => bigintToBytes(-1n), RangeError, "negative");
});

Deno.test("bitLength() counts from the highest bit set", () => {
  const values = [0n, 1n, 2n, 7n, 8n, 15n, 16n, 255n, 256n, 1n << 2047n];
  assertEquals(values.map(bitLength), [0, 1, 2, 3, 4, 4, 5, 8, 9, 2048]);
});

Deno.test("gcd() finds the greatest common divisor", () => {
  assertEquals(gcd(12n, 18n), 6n);
  assertEquals(gcd(17n, 5n), 1n);
  assertEquals(gcd(0n, 7n), 7n);
  assertEquals(gcd(7n, 0n), 7n);
});

Deno.test("modInverse() gives the inverse below the modulus", () => {
  assertEquals(modInverse(3n, 11n), 4n);
  assertEquals(modInverse(-3n, 11n), 7n);
  assertEquals(modInverse(14n, 11n), 4n);
  const modulus = (1n << 521n) - 1n;
  const value = bytesToBigint(testRandom("inverse")(60));
  assertEquals((modInverse(value, modulus) * value) % modulus, 1n);
  assertThrows(() => modInverse(6n, 9n), RangeError, "common divisor");
  assertThrows(() => modInverse(0n, 9n), RangeError, "common divisor");
});

Deno.test("modPow() agrees with multiplying", () => {
  for (const modulus of [1n, 2n, 10n, 97n]) {
    for (let exponent = 0n; exponent < 40n; exponent++) {
      assertEquals(modPow(13n, exponent, modulus), 13n ** exponent % modulus);
    }
  }
  const long = (1n << 60n) + 12345n;
  assertEquals(modPow(7n, long, 1009n), 7n ** (long % 1008n) % 1009n);
});

Deno.test("modPowPair() agrees with modPow() for all sizes and for numbers at the edges", () => {
  const random = testRandom("pair");
  const ofBits = (bits: number) =>
    BigInt.asUintN(bits, bytesToBigint(random(Math.ceil(bits / 8)))) | (1n << BigInt(bits - 1));
  for (const bits of [65, 100, 101, 102, 256, 306, 384, 512, 768, 1019, 1020, 1024, 1025, 2048]) {
    const largest = (1n << BigInt(bits)) - 1n;
    for (const modulus of [ofBits(bits) | 1n, largest, (1n << BigInt(bits - 1)) + 1n]) {
      for (const base of [0n, 1n, modulus - 1n, modulus, ofBits(bits), largest * largest]) {
        const first = { base, exponent: ofBits(Math.min(bits, 256)), modulus };
        const second = { base: ofBits(64), exponent: ofBits(70), modulus: modulus - 2n };
        const expected = [first, second].map((input) =>
          modPow(input.base, input.exponent, input.modulus)
        );
        assertEquals(modPowPair(first, second), [expected[0]!, expected[1]!], `${bits} bits`);
      }
    }
  }
});

Deno.test("modPowPair() takes halves of different sizes, even moduli and short exponents", () => {
  const small = { base: 5n, exponent: 3n, modulus: 7n };
  const large = { base: 3n, exponent: (1n << 200n) - 1n, modulus: (1n << 521n) - 1n };
  const even = { ...large, modulus: 1n << 300n };
  const longer = { ...large, exponent: 1n << 2050n };
  const inputs = [small, large, even, longer];
  const powers = inputs.map((input) => modPow(input.base, input.exponent, input.modulus));
  for (const [i, first] of inputs.entries()) {
    for (const [j, second] of inputs.entries()) {
      assertEquals(modPowPair(first, second), [powers[i]!, powers[j]!]);
    }
  }
});
