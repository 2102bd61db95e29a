import { createHmac } from "node:crypto";
import { assertEquals } from "@std/assert";
import { hmacSha1, Sha1 } from "../../lib/crypto/mod.ts";
import { fromHex, toHex } from "../hex.ts";
import { ascii, testRandom } from "./helpers.ts";

const repeat = (byte: number, length: number) => new Uint8Array(length).fill(byte);

Deno.test("hmacSha1() gives the values of RFC 2202", () => {
  const long = "Test Using Larger Than Block-Size Key";
  const cases: [Uint8Array, Uint8Array, string][] = [
    [repeat(0x0b, 20), ascii("Hi There"), "b617318655057264e28bc0b6fb378c8ef146be00"],
    [
      ascii("Jefe"),
      ascii("what do ya want for nothing?"),
      "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
    ],
    [repeat(0xaa, 20), repeat(0xdd, 50), "125d7342b9ac11cd91a39af48aa17b4f63f175d3"],
    [
      fromHex("0102030405060708090a0b0c0d0e0f10111213141516171819"),
      repeat(0xcd, 50),
      "4c9007f4026250c6bc8414f9bf50c86c2d7235da",
    ],
    [repeat(0x0c, 20), ascii("Test With Truncation"), "4c1a03424b55e07fe7f27be1d58bb9324a9a5a04"],
    [
      repeat(0xaa, 80),
      ascii(`${long} - Hash Key First`),
      "aa4ae5e15272d00e95705637ce8a3b55ed402112",
    ],
    [
      repeat(0xaa, 80),
      ascii(`${long} and Larger Than One Block-Size Data`),
      "e8e99d0f45237d786d6bbaa7965c7808bbff1a91",
    ],
  ];
  for (const [key, data, value] of cases) {
    assertEquals(toHex(hmacSha1(key, data)), value);
    assertEquals(toHex(hmacSha1(key, data.subarray(0, 3), data.subarray(3))), value);
  }
});

Deno.test("hmacSha1() agrees with node:crypto for keys and data of any length", () => {
  const bytes = testRandom("hmac")(2200);
  for (const keyLength of [0, 1, 20, 63, 64, 65, 200]) {
    for (const length of [0, 1, 55, 56, 64, 500, 2047, 2048, 2049]) {
      const [key, data] = [bytes.subarray(0, keyLength), bytes.subarray(0, length)];
      const expected = new Uint8Array(createHmac("sha1", key).update(data).digest());
      assertEquals(hmacSha1(key, data), expected, `${keyLength} ${length}`);
    }
  }
});

Deno.test("hmacSha1() takes its own result as key and data", () => {
  const first = hmacSha1(ascii("key"), ascii("data"));
  const second = hmacSha1(first, first);
  const expected = createHmac("sha1", first).update(first).digest();
  assertEquals(second, new Uint8Array(expected));
  assertEquals(new Sha1().update(first).length, 20);
});
