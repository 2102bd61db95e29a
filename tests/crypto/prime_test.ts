import { checkPrimeSync } from "node:crypto";
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import {
  bitLength,
  bytesToBigint,
  gcd,
  generatePrime,
  generateRsaKey,
  isProbablePrime,
  type RsaPrivateKey,
  sha1,
} from "../../lib/crypto/mod.ts";
import { toHex } from "../hex.ts";
import { nodeKeys, testRandom } from "./helpers.ts";

const random = testRandom("prime");

Deno.test("isProbablePrime() knows the small primes", () => {
  const primes = Array.from({ length: 60 }, (_, i) => i).filter((i) =>
    isProbablePrime(BigInt(i), random)
  );
  assertEquals(primes, [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59]);
});

Deno.test("isProbablePrime() knows Mersenne primes and is not fooled by pseudoprimes", () => {
  for (const power of [61n, 89n, 127n, 521n, 1279n]) {
    assert(isProbablePrime((1n << power) - 1n, random), `2^${power} - 1`);
  }
  // 2^67 - 1, Carmichael numbers, and strong pseudoprimes to base 2, the last to bases 2 to 37 too.
  const composites = [(1n << 67n) - 1n, 561n, 1729n, 2047n, 3277n, 318665857834031151167461n];
  for (const composite of composites) {
    assert(!isProbablePrime(composite, random), `${composite}`);
  }
  const [p, q] = [generatePrime(256, 3n, random), generatePrime(256, 3n, random)];
  assert(!isProbablePrime(p * q, random));
  assert(!isProbablePrime(p * p, random));
});

Deno.test("generatePrime() gives primes with the top two bits set that suit the exponent", () => {
  for (const bits of [64, 256, 384, 512, 1024]) {
    for (const exponent of [3n, 65537n]) {
      const prime = generatePrime(bits, exponent, random);
      assertEquals(prime >> BigInt(bits - 2), 3n);
      assertEquals(gcd(exponent, prime - 1n), 1n);
      assert(checkPrimeSync(prime), `${prime}`);
    }
  }
});

function checkKey(key: RsaPrivateKey, bits: number, exponent: number): void {
  const [p, q] = [bytesToBigint(key.prime), bytesToBigint(key.otherPrime)];
  assertEquals(key.publicKey.n, p * q);
  assertEquals(bitLength(key.publicKey.n), bits);
  assertEquals(key.publicKey.exponent, BigInt(exponent));
  assertEquals([bitLength(p), bitLength(q)], [bits / 2, bits / 2]);
  assert(bitLength(p > q ? p - q : q - p) > bits / 2 - 100);
  for (const prime of [p, q]) {
    assert(checkPrimeSync(prime));
    assertEquals(gcd(prime - 1n, BigInt(exponent)), 1n);
  }
}

Deno.test("generateRsaKey() gives keys of every size and exponent", () => {
  for (const bits of [512, 768, 1024, 1536, 2048]) {
    checkKey(generateRsaKey(bits, 65537, random), bits, 65537);
  }
  for (const exponent of [3, 5, 7, 17, 257]) {
    checkKey(generateRsaKey(512, exponent, random), 512, exponent);
  }
  checkKey(generateRsaKey(512, new Uint8Array(0), random), 512, 65537);
});

const MODULE = new URL("../../lib/crypto/mod.ts", import.meta.url).href;
const KEY_OF_SEED_A = "9515561ad1c903b005c355325caa2d2eeba048fd";

Deno.test("generateRsaKey() gives the same key for the same seed, on every machine", () => {
  const modulusOf = (seed: string) =>
    generateRsaKey(1024, 65537, testRandom(seed)).publicKey.modulus;
  assertEquals(modulusOf("a"), modulusOf("a"));
  assertNotEquals(modulusOf("a"), modulusOf("b"));
  assertEquals(toHex(sha1(modulusOf("a"))), KEY_OF_SEED_A);
});

Deno.test("generateRsaKey() gives that key without WebAssembly too", async () => {
  const code = `delete globalThis.WebAssembly;
    const { generateRsaKey, seededRandom, sha1 } = await import(${JSON.stringify(MODULE)});
    const random = seededRandom(Uint8Array.of(0x61));
    console.log(sha1(generateRsaKey(1024, 65537, random).publicKey.modulus).toHex());`;
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", code] }).output();
  assertEquals(new TextDecoder().decode(stdout).trim(), KEY_OF_SEED_A);
});

Deno.test("node:crypto takes the keys that generateRsaKey() gives", () => {
  const { privateKey } = nodeKeys(generateRsaKey(1024, 65537, random));
  assertEquals(privateKey.asymmetricKeyDetails?.modulusLength, 1024);
});

Deno.test("generateRsaKey() throws a TypeError for sizes and exponents that cannot be", () => {
  assertThrows(() => generateRsaKey(513, 3, random), TypeError, "513 bits");
  assertThrows(() => generateRsaKey(0, 3, random), TypeError, "0 bits");
  assertThrows(() => generateRsaKey(512, 1, random), TypeError, "exponent 1");
  assertThrows(() => generateRsaKey(512, 4, random), TypeError, "exponent 4");
});
