import { assertEquals } from "@std/assert";
import { aes128CbcDecrypt, aes128CbcEncrypt, aes128Ctr, aes128Ofb } from "../../lib/crypto/mod.ts";
import { fromHex, toHex } from "../hex.ts";

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
