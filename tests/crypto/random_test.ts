import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { equalBytes, seededRandom, sha1, systemRandom } from "../../lib/crypto/mod.ts";
import { ascii } from "./helpers.ts";

Deno.test("seededRandom() gives the same bytes for the same seed, however they are asked for", () => {
  const whole = seededRandom(ascii("seed"))(200);
  const source = seededRandom(ascii("seed"));
  const parts = [7, 0, 30, 13, 150].map((length) => [...source(length)]);
  assertEquals(Uint8Array.from(parts.flat()), whole);
  assertNotEquals(seededRandom(ascii("Seed"))(50), whole.slice(0, 50));
});

Deno.test("seededRandom() chains SHA-1 over the hashed seed and a counter", () => {
  const key = sha1(ascii("seed"));
  assertEquals(seededRandom(ascii("seed"))(40).slice(20), sha1(key, Uint8Array.of(0, 0, 0, 1)));
});

Deno.test("systemRandom() gives as many bytes as asked for, new ones each time", () => {
  assertEquals([0, 1, 33, 300, 70_000].map((n) => systemRandom(n).length), [0, 1, 33, 300, 70_000]);
  assertNotEquals(systemRandom(20), systemRandom(20));
  assertNotEquals(systemRandom(70_000).slice(65_536, 65_556), new Uint8Array(20));
});

Deno.test("what one call gives is not changed by the next", () => {
  for (const source of [systemRandom, seededRandom(ascii("seed"))]) {
    const first = source(20);
    const copy = first.slice();
    for (let i = 0; i < 500; i++) source(20).fill(0);
    assertEquals(first, copy);
  }
});

Deno.test("equalBytes() compares length and every byte", () => {
  assert(equalBytes(new Uint8Array(0), new Uint8Array(0)));
  assert(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2)));
  assert(!equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3)));
  assert(!equalBytes(Uint8Array.of(1, 2), Uint8Array.of(0x81, 2)));
  assert(!equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 3)));
});
