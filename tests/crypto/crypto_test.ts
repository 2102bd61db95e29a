import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  aes128CbcDecrypt,
  aes128CbcEncrypt,
  aes128Ctr,
  aes128Ofb,
  equalBytes,
  hmacSha1,
  mgf1,
  seededRandom,
  sha1,
  systemRandom,
} from "../../lib/crypto/mod.ts";
import { fromHex, toHex } from "../hex.ts";

const ascii = (text: string) => new TextEncoder().encode(text);

Deno.test("sha1() gives the digests of FIPS 180", () => {
  assertEquals(toHex(sha1(ascii("abc"))), "a9993e364706816aba3e25717850c26c9cd0d89d");
  assertEquals(toHex(sha1()), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  assertEquals(
    toHex(sha1(ascii("abcdbcdecdefdefgefghfghighijhi"), ascii("jkijkljklmklmnlmnomnopnopq"))),
    "84983e441c3bd26ebaae4aa1f95129e5e54670f1",
  );
});

Deno.test("hmacSha1() gives the values of RFC 2202", () => {
  assertEquals(
    toHex(hmacSha1(new Uint8Array(20).fill(0x0b), ascii("Hi "), ascii("There"))),
    "b617318655057264e28bc0b6fb378c8ef146be00",
  );
  assertEquals(
    toHex(hmacSha1(ascii("Jefe"), ascii("what do ya want for nothing?"))),
    "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
  );
});

Deno.test("equalBytes() compares length and every byte", () => {
  assert(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2)));
  assert(!equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3)));
  assert(!equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 3)));
});

Deno.test("mgf1() is SHA-1 over seed and counter, cut to length", () => {
  assertEquals(toHex(mgf1(ascii("foo"), 3)), "1ac907");
  assertEquals(toHex(mgf1(ascii("foo"), 5)), "1ac9075cd4");
  assertEquals(toHex(mgf1(ascii("bar"), 50)).length, 100);
  assertEquals(mgf1(ascii("bar"), 20), sha1(ascii("bar"), new Uint8Array(4)));
  assertEquals(mgf1(ascii("bar"), 40).subarray(20), sha1(ascii("bar"), Uint8Array.of(0, 0, 0, 1)));
});

// SP 800-38A, appendix F.
const KEY = fromHex("2b7e151628aed2a6abf7158809cf4f3c");
const PLAIN = fromHex("6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51");
const IV = fromHex("000102030405060708090a0b0c0d0e0f");

Deno.test("aes128Ctr() gives the values of SP 800-38A", () => {
  const counter = fromHex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
  assertEquals(
    toHex(aes128Ctr(KEY, counter, PLAIN)),
    "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff",
  );
});

Deno.test("aes128Ctr() carries through all 16 bytes of the counter", () => {
  const ones = new Uint8Array(16).fill(0xff);
  const second = aes128Ctr(KEY, ones, new Uint8Array(32)).subarray(16);
  assertEquals(second, aes128Ctr(KEY, new Uint8Array(16), new Uint8Array(16)));
});

Deno.test("aes128Ofb() gives the values of SP 800-38A", () => {
  assertEquals(
    toHex(aes128Ofb(KEY, IV, PLAIN)),
    "3b3fd92eb72dad20333449f8e83cfb4a7789508d16918f03f53c52dac54ed825",
  );
});

Deno.test("aes128CbcEncrypt() gives the values of SP 800-38A and pads", () => {
  const encrypted = aes128CbcEncrypt(KEY, IV, PLAIN);
  assertEquals(
    toHex(encrypted.subarray(0, 32)),
    "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2",
  );
  assertEquals(encrypted.length, 48);
  assertEquals(aes128CbcDecrypt(KEY, IV, encrypted), PLAIN);
});

Deno.test("aes128CbcDecrypt() is null for a wrong length or padding", () => {
  const encrypted = aes128CbcEncrypt(KEY, IV, PLAIN);
  assertEquals(aes128CbcDecrypt(KEY, IV, encrypted.subarray(0, 47)), null);
  assertEquals(aes128CbcDecrypt(KEY, IV, encrypted.subarray(0, 32)), null);
  assertEquals(aes128CbcDecrypt(KEY, IV, new Uint8Array(0)), null);
});

Deno.test("seededRandom() gives the same bytes for the same seed, however they are asked for", () => {
  const whole = seededRandom(ascii("seed"))(50);
  const source = seededRandom(ascii("seed"));
  assertEquals(Uint8Array.of(...source(7), ...source(0), ...source(30), ...source(13)), whole);
  assertNotEquals(seededRandom(ascii("Seed"))(50), whole);
});

Deno.test("systemRandom() gives as many bytes as asked for, new ones each time", () => {
  assertEquals(systemRandom(33).length, 33);
  assertNotEquals(systemRandom(20), systemRandom(20));
});
