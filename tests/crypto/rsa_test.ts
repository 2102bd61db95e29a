import { constants, publicEncrypt } from "node:crypto";
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  bigintToBytes,
  RsaError,
  rsaPrivate,
  RsaPrivateKey,
  rsaPublic,
  RsaPublicKey,
} from "../../lib/crypto/mod.ts";
import { nodeKeys, testKey, testRandom } from "./helpers.ts";

Deno.test("rsaPrivate() undoes rsaPublic() for each size and exponent", () => {
  for (const bits of [512, 768, 1024, 1536, 2048]) {
    for (const exponent of bits === 512 ? [3, 5, 7, 17, 257, 65537, 2 ** 31 - 1] : [65537]) {
      const key = testKey(bits, exponent);
      const block = testRandom("block")(bits / 8);
      block[0] = 0;
      const encrypted = rsaPublic(key.publicKey, block);
      assertEquals(encrypted.length, bits / 8);
      assertEquals(rsaPrivate(key, encrypted), block);
      assertEquals(rsaPublic(key.publicKey, rsaPrivate(key, block)), block);
    }
  }
});

Deno.test("rsaPublic() agrees with node:crypto without padding", () => {
  const key = testKey(1024);
  const { publicKey } = nodeKeys(key);
  const block = testRandom("raw")(128);
  block[0] = 0;
  const expected = publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, block);
  assertEquals(rsaPublic(key.publicKey, block), new Uint8Array(expected));
});

Deno.test("rsaPrivate() keeps leading zeros", () => {
  const key = testKey(512);
  for (const value of [0n, 1n, key.publicKey.n - 1n]) {
    const block = bigintToBytes(value, 64);
    assertEquals(rsaPrivate(key, block), block);
  }
});

Deno.test("numbers not below the modulus are an RsaError", () => {
  const key = testKey(512);
  assertThrows(() => rsaPublic(key.publicKey, key.publicKey.modulus), RsaError, "not below");
  assertThrows(() => rsaPrivate(key, key.publicKey.modulus), RsaError, "not below");
});

Deno.test("rsaPrivate() throws an RsaError for another length than the key's", () => {
  const key = testKey(512);
  assertThrows(() => rsaPrivate(key, new Uint8Array(63)), RsaError, "63 bytes");
  assertThrows(() => rsaPrivate(key, new Uint8Array(65)), RsaError, "65 bytes");
});

Deno.test("RsaError is a RangeError with its own name", () => {
  const error = assertThrows(() => new RsaPublicKey(Uint8Array.of(8)), RsaError, "even");
  assertStrictEquals(error instanceof RangeError, true);
  assertEquals(error.name, "RsaError");
});

Deno.test("RsaPublicKey takes its exponent as number, bigint or bytes, none for 65537", () => {
  const { modulus } = testKey(512).publicKey;
  const exponentOf = (...given: [] | [number | bigint | Uint8Array]) =>
    new RsaPublicKey(modulus, ...given).exponent;
  assertEquals(exponentOf(), 65537n);
  assertEquals(exponentOf(Uint8Array.of()), 65537n);
  assertEquals(exponentOf(Uint8Array.of(1, 0, 1)), 65537n);
  assertEquals(exponentOf(3), 3n);
  assertEquals(exponentOf(17n), 17n);
  assertThrows(() => exponentOf(1), RsaError, "even or below 3");
  assertThrows(() => exponentOf(4), RsaError, "even or below 3");
});

Deno.test("RsaPublicKey leaves out leading zeros of the modulus and counts bits", () => {
  const key = new RsaPublicKey(Uint8Array.of(0, 0, 0x0f, 0x01));
  assertEquals([key.size, key.bits, key.n], [2, 12, 0xf01n]);
  assertEquals(key.modulus, Uint8Array.of(0x0f, 0x01));
  assertEquals(testKey(2048).publicKey.bits, 2048);
});

Deno.test("a key from either prime is the same key", () => {
  const key = testKey(1024, 3);
  assertEquals([key.size, key.prime.length, key.otherPrime.length], [128, 64, 64]);
  const other = new RsaPrivateKey(key.publicKey, key.otherPrime);
  assertEquals(other.otherPrime, key.prime);
  const block = testRandom("either")(128);
  block[0] = 0;
  assertEquals(rsaPrivate(other, block), rsaPrivate(key, block));
});

Deno.test("a prime that does not divide the modulus is an RsaError", () => {
  const { publicKey } = testKey(512);
  const wrong = [
    testKey(512, 3).prime,
    Uint8Array.of(),
    Uint8Array.of(0),
    Uint8Array.of(1),
    publicKey.modulus,
  ];
  for (const prime of wrong) {
    assertThrows(() => new RsaPrivateKey(publicKey, prime), RsaError, "does not divide");
  }
});

Deno.test("an exponent without an inverse is an RsaError at the first use", () => {
  const { prime, publicKey } = testKey(512);
  const factor = 3n; // p-1 or q-1 has it, in this key.
  const key = new RsaPrivateKey(new RsaPublicKey(publicKey.modulus, factor), prime);
  assertThrows(() => key.crt, RsaError, "do not match");
});

Deno.test("RsaPrivateKey.wipe() ends every private operation", () => {
  const { prime, publicKey } = testKey(512);
  const key = new RsaPrivateKey(publicKey, prime);
  rsaPrivate(key, new Uint8Array(64));
  key.wipe();
  assertThrows(() => rsaPrivate(key, new Uint8Array(64)), TypeError, "wiped");
  assertThrows(() => key.prime, TypeError, "wiped");
  assertThrows(() => key.otherPrime, TypeError, "wiped");
  assertEquals(key.publicKey.n, publicKey.n);
  assertEquals(prime.some((byte) => byte !== 0), true);
});
