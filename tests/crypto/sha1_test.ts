import { assertEquals, assertThrows } from "@std/assert";
import { mgf1, Sha1, sha1 } from "../../lib/crypto/mod.ts";
import { toHex } from "../hex.ts";
import { nodeSha1 } from "../bytes.ts";
import { ascii, testRandom } from "./helpers.ts";

Deno.test("sha1() gives the digests of FIPS 180", () => {
  assertEquals(toHex(sha1()), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  assertEquals(toHex(sha1(ascii("abc"))), "a9993e364706816aba3e25717850c26c9cd0d89d");
  assertEquals(
    toHex(sha1(ascii("abcdbcdecdefdefgefghfghighijhi"), ascii("jkijkljklmklmnlmnomnopnopq"))),
    "84983e441c3bd26ebaae4aa1f95129e5e54670f1",
  );
  const million = new Uint8Array(1_000_000).fill(0x61);
  assertEquals(toHex(sha1(million)), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
  assertEquals(toHex(new Sha1().update(million).digest()), toHex(sha1(million)));
});

Deno.test("sha1() agrees with node:crypto at every length around a block's and its own limits", () => {
  const data = testRandom("sha1")(1400);
  const lengths = [...Array(260).keys(), 638, 639, 640, 641, 1399];
  for (const length of lengths) {
    const part = data.subarray(1, 1 + length);
    assertEquals(sha1(part), nodeSha1(part), `${length} bytes`);
    const third = Math.floor(length / 3);
    assertEquals(sha1(part.subarray(0, third), part.subarray(third)), nodeSha1(part));
  }
});

Deno.test("Sha1 takes its input in any pieces and tells the digest in between", () => {
  const data = testRandom("pieces")(500);
  for (const size of [1, 7, 55, 56, 63, 64, 65, 130]) {
    const hash = new Sha1();
    for (let at = 0; at < data.length; at += size) {
      hash.update(data.subarray(at, at + size));
      const end = Math.min(at + size, data.length);
      assertEquals(hash.digest(), nodeSha1(data.subarray(0, end)));
      assertEquals(hash.length, end);
    }
  }
});

Deno.test("Sha1 writes its digest where it is told to", () => {
  const target = new Uint8Array(20);
  assertEquals(new Sha1().update(ascii("abc")).digest(target) === target, true);
  assertEquals(target, sha1(ascii("abc")));
});

Deno.test("Sha1.clone() goes its own way", () => {
  const hash = new Sha1().update(ascii("ab"));
  const copy = hash.clone().update(ascii("d"));
  assertEquals(hash.update(ascii("c")).digest(), sha1(ascii("abc")));
  assertEquals(copy.digest(), sha1(ascii("abd")));
});

Deno.test("Sha1.fromBytes() takes up what toBytes() kept, at every length", () => {
  const data = testRandom("state")(200);
  for (let length = 0; length <= 130; length++) {
    const state = new Sha1().update(data.subarray(0, length)).toBytes();
    assertEquals(state.length, Sha1.STATE_SIZE);
    const hash = Sha1.fromBytes(state);
    assertEquals(hash.toBytes(), state);
    assertEquals(hash.update(data.subarray(length)).digest(), nodeSha1(data));
  }
});

Deno.test("Sha1.toBytes() is digest words, length and unfinished block", () => {
  assertEquals(
    toHex(new Sha1().update(ascii("abc")).toBytes()),
    `67452301efcdab8998badcfe10325476c3d2e1f0${"3".padStart(16, "0")}616263${"00".repeat(61)}`,
  );
});

Deno.test("Sha1.fromBytes() throws a RangeError for another length", () => {
  assertThrows(() => Sha1.fromBytes(new Uint8Array(91)), RangeError, "its state has 92");
});

Deno.test("Sha1.reset() starts anew and leaves nothing of the input behind", () => {
  const hash = new Sha1().update(ascii("secret"));
  hash.reset();
  assertEquals(hash.toBytes(), new Sha1().toBytes());
  assertEquals(hash.update(ascii("abc")).digest(), sha1(ascii("abc")));
});

Deno.test("digests given before stay as they are", () => {
  const first = sha1(ascii("abc"));
  for (let i = 0; i < 500; i++) sha1(Uint8Array.of(i)).fill(0);
  assertEquals(toHex(first), "a9993e364706816aba3e25717850c26c9cd0d89d");
});

Deno.test("mgf1() is SHA-1 over seed and counter, cut to length", () => {
  assertEquals(toHex(mgf1(ascii("foo"), 3)), "1ac907");
  assertEquals(toHex(mgf1(ascii("foo"), 5)), "1ac9075cd4");
  assertEquals(mgf1(ascii("bar"), 50).length, 50);
  assertEquals(mgf1(ascii("bar"), 20), sha1(ascii("bar"), new Uint8Array(4)));
  assertEquals(mgf1(ascii("bar"), 40).slice(20), sha1(ascii("bar"), Uint8Array.of(0, 0, 0, 1)));
});
