import { assertEquals } from "@std/assert";
import { desCbcDecrypt, desCbcEncrypt } from "../../lib/crypto/mod.ts";
import { fromHex, toHex } from "../hex.ts";

const IV = new Uint8Array(8);

Deno.test("desCbcEncrypt() with a key of 8 bytes is DES", () => {
  const encrypted = desCbcEncrypt(fromHex("133457799bbcdff1"), IV, fromHex("0123456789abcdef"));
  assertEquals(toHex(encrypted.subarray(0, 8)), "85e813540f0ab405");
  assertEquals(encrypted.length, 16);
});

Deno.test("desCbcEncrypt() with a key of 24 bytes gives the value of SP 800-67", () => {
  const key = fromHex("0123456789abcdef 23456789abcdef01 456789abcdef0123");
  const encrypted = desCbcEncrypt(key, IV, new TextEncoder().encode("The qufck brown fox jump"));
  assertEquals(toHex(encrypted.subarray(0, 8)), "a826fd8ce53b855f");
  assertEquals(
    new TextDecoder().decode(desCbcDecrypt(key, IV, encrypted)!),
    "The qufck brown fox jump",
  );
});

Deno.test("desCbcDecrypt() is null for a wrong length, padding or key", () => {
  const key = fromHex("133457799bbcdff1");
  const encrypted = desCbcEncrypt(key, IV, new Uint8Array(8));
  assertEquals(desCbcDecrypt(key, IV, encrypted.subarray(0, 7)), null);
  assertEquals(desCbcDecrypt(key, IV, encrypted.subarray(0, 8)), null);
  assertEquals(desCbcDecrypt(fromHex("0e329232ea6d0d73"), IV, encrypted), null);
});
