import { privateDecrypt, publicEncrypt } from "node:crypto";
import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import {
  mgf1,
  oaepDecode,
  oaepEncode,
  RsaError,
  rsaOaepDecrypt,
  rsaOaepEncrypt,
  rsaPublic,
  sha1,
  tcpaLabelHash,
} from "../../lib/crypto/mod.ts";
import { ascii, nodeKeys, testKey, testRandom } from "./helpers.ts";

const random = testRandom("oaep");

Deno.test("tcpaLabelHash() is SHA-1 of TCPA", () => {
  assertEquals(tcpaLabelHash(), sha1(ascii("TCPA")));
});

Deno.test("rsaOaepDecrypt() undoes rsaOaepEncrypt() for every size of message", () => {
  for (const bits of [512, 768, 1024, 1536, 2048]) {
    const key = testKey(bits);
    for (const length of [0, 1, 20, bits / 8 - 42]) {
      const message = random(length);
      const encrypted = rsaOaepEncrypt(key.publicKey, message, { random });
      assertEquals(encrypted.length, bits / 8);
      assertEquals(rsaOaepDecrypt(key, encrypted), message);
    }
  }
});

Deno.test("OAEP agrees with node:crypto in both directions, with label TCPA and others", () => {
  for (const [bits, exponent] of [[1024, 65537], [2048, 65537], [1024, 17]] as const) {
    const key = testKey(bits, exponent);
    const { privateKey, publicKey } = nodeKeys(key);
    for (const label of ["TCPA", "", "another label"]) {
      const options = { oaepHash: "sha1", oaepLabel: ascii(label) };
      const message = random(40);
      const pHash = sha1(ascii(label));
      const ours = rsaOaepEncrypt(key.publicKey, message, { random, pHash });
      assertEquals(new Uint8Array(privateDecrypt({ key: privateKey, ...options }, ours)), message);
      const theirs = new Uint8Array(publicEncrypt({ key: publicKey, ...options }, message));
      assertEquals(rsaOaepDecrypt(key, theirs, pHash), message);
    }
  }
});

Deno.test("rsaOaepEncrypt() takes its seed from the random source alone", () => {
  const { publicKey } = testKey(512);
  const encrypt = (seed: string) =>
    rsaOaepEncrypt(publicKey, ascii("hello"), { random: testRandom(seed) });
  assertEquals(encrypt("a"), encrypt("a"));
  assertNotEquals(encrypt("a"), encrypt("b"));
});

Deno.test("rsaOaepEncrypt() throws an RsaError for a message that is too long", () => {
  const { publicKey } = testKey(512);
  const message = new Uint8Array(23);
  assertThrows(() => rsaOaepEncrypt(publicKey, message, { random }), RsaError, "22 fit");
});

Deno.test("rsaOaepDecrypt() throws one and the same RsaError whatever is wrong", () => {
  const key = testKey(512);
  const good = rsaOaepEncrypt(key.publicKey, ascii("hello"), { random });
  const encoded = (change: (block: Uint8Array) => void) => {
    const seed = random(20);
    const block = Uint8Array.of(
      0,
      ...oaepEncode({ seed, pHash: tcpaLabelHash(), message: ascii("hello") }, 63),
    );
    change(block);
    return rsaPublic(key.publicKey, block);
  };
  const wrong: Uint8Array[] = [
    good.slice(1),
    Uint8Array.of(...good, 0),
    new Uint8Array(0),
    good.map((byte, i) => i === 63 ? byte ^ 1 : byte),
    encoded((block) => block[0] = 1),
    encoded((block) => block[1]! ^= 1),
    encoded((block) => block[21]! ^= 1),
    encoded((block) => block[42]! ^= 1),
    new Uint8Array(64),
    new Uint8Array(64).fill(0xff),
  ];
  for (const cipherText of wrong) {
    const error = assertThrows(() => rsaOaepDecrypt(key, cipherText), RsaError);
    assertEquals(error.message, "Cannot decrypt with OAEP: the padding is wrong");
  }
  assertThrows(() => rsaOaepDecrypt(key, good, sha1(ascii("label"))), RsaError, "padding");
});

Deno.test("oaepDecode() gives back seed, pHash and message, as migration needs them", () => {
  const parts = { seed: random(20), pHash: random(20), message: random(157) };
  const encoded = oaepEncode(parts, 198);
  assertEquals(encoded.length, 198);
  assertEquals(oaepDecode(encoded), parts);
  // 20 + 20 + 1 + 157: no zeros between pHash and message.
  const mask = mgf1(parts.seed, 178);
  assertEquals(encoded[40]! ^ mask[20]!, 1);
});

Deno.test("oaepDecode() throws an RsaError when the message does not begin", () => {
  const parts = { seed: random(20), pHash: random(20), message: new Uint8Array(0) };
  const encoded = oaepEncode(parts, 60);
  encoded[59]! ^= 1;
  assertThrows(() => oaepDecode(encoded), RsaError, "padding");
  encoded[59]! ^= 3;
  assertThrows(() => oaepDecode(encoded), RsaError, "padding");
  assertThrows(() => oaepDecode(new Uint8Array(40)), RsaError, "padding");
});

Deno.test("oaepEncode() takes 20 bytes of seed and of pHash", () => {
  const message = new Uint8Array(1);
  const encode = (seed: number, pHash: number) =>
    oaepEncode({ seed: new Uint8Array(seed), pHash: new Uint8Array(pHash), message }, 60);
  assertThrows(() => encode(19, 20), TypeError, "20 bytes each");
  assertThrows(() => encode(20, 21), TypeError, "20 bytes each");
});
