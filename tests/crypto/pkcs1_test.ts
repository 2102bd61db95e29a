import { constants, privateEncrypt, publicEncrypt, sign, verify } from "node:crypto";
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  RsaError,
  rsaPkcs1Decrypt,
  rsaPkcs1Encrypt,
  rsaPrivate,
  rsaPublic,
  sha1,
  signPkcs1Der,
  signPkcs1Sha1,
  verifyPkcs1Der,
  verifyPkcs1Sha1,
} from "../../lib/crypto/mod.ts";
import { ascii, nodeKeys, testKey, testRandom } from "./helpers.ts";

const random = testRandom("pkcs1");

Deno.test("rsaPkcs1Decrypt() undoes rsaPkcs1Encrypt() for every size of message", () => {
  for (const bits of [512, 768, 1024, 1536, 2048]) {
    const key = testKey(bits);
    for (const length of [0, 1, bits / 8 - 11]) {
      const message = random(length);
      assertEquals(rsaPkcs1Decrypt(key, rsaPkcs1Encrypt(key.publicKey, message, random)), message);
    }
  }
});

Deno.test("rsaPkcs1Encrypt() pads with block type 2 and no zeros", () => {
  const key = testKey(512);
  // A source of mostly zeros, which must be asked again.
  let calls = 0;
  const zeros = (length: number) => new Uint8Array(length).fill(calls++ % 3 === 2 ? 0xaa : 0);
  const block = rsaPrivate(key, rsaPkcs1Encrypt(key.publicKey, ascii("hello"), zeros));
  assertEquals([...block.slice(0, 2)], [0, 2]);
  assert(block.slice(2, 58).every((byte) => byte === 0xaa));
  assertEquals(block.slice(58), Uint8Array.of(0, ...ascii("hello")));
});

Deno.test("rsaPkcs1Decrypt() reads what node:crypto encrypted", () => {
  const key = testKey(1024);
  const options = { key: nodeKeys(key).publicKey, padding: constants.RSA_PKCS1_PADDING };
  const encrypted = new Uint8Array(publicEncrypt(options, ascii("hello")));
  assertEquals(rsaPkcs1Decrypt(key, encrypted), ascii("hello"));
});

Deno.test("rsaPkcs1Decrypt() throws one and the same RsaError whatever is wrong", () => {
  const key = testKey(512);
  const encrypted = (...start: number[]) => {
    const block = new Uint8Array(64).fill(0x55);
    block.set(start);
    return rsaPublic(key.publicKey, block);
  };
  const seven = [1, 2, 3, 4, 5, 6, 7];
  const wrong = [
    new Uint8Array(63),
    new Uint8Array(65),
    new Uint8Array(64),
    new Uint8Array(64).fill(0xff),
    encrypted(0, 2), // No zero after the padding.
    encrypted(0, 1, ...seven, 8, 0),
    encrypted(1, 2, ...seven, 8, 0),
    encrypted(0, 2, ...seven, 0),
  ];
  for (const cipherText of wrong) {
    const error = assertThrows(() => rsaPkcs1Decrypt(key, cipherText), RsaError);
    assertEquals(error.message, "Cannot decrypt with PKCS#1 v1.5: the padding is wrong");
  }
  assertEquals(rsaPkcs1Decrypt(key, encrypted(0, 2, ...seven, 8, 0)).length, 53);
});

Deno.test("messages that are too long are an RsaError", () => {
  const key = testKey(512);
  const message = new Uint8Array(54);
  assertThrows(() => rsaPkcs1Encrypt(key.publicKey, message, random), RsaError, "53 fit");
  assertThrows(() => rsaPkcs1Encrypt(key.publicKey, new Uint8Array(99), random), RsaError);
  assertThrows(() => signPkcs1Der(key, message), RsaError, "53 fit");
});

Deno.test("SHA-1 signatures agree with node:crypto in both directions", () => {
  for (const [bits, exponent] of [[512, 65537], [768, 17], [1024, 3], [2048, 65537]] as const) {
    const key = testKey(bits, exponent);
    const { privateKey, publicKey } = nodeKeys(key);
    const data = random(100);
    const signature = signPkcs1Sha1(key, sha1(data));
    assertEquals(signature, new Uint8Array(sign("RSA-SHA1", data, privateKey)));
    assert(verify("RSA-SHA1", data, publicKey, signature));
    assert(verifyPkcs1Sha1(key.publicKey, sha1(data), signature));
  }
});

Deno.test("signatures over bytes as they are agree with node:crypto", () => {
  const key = testKey(1024);
  const options = { key: nodeKeys(key).privateKey, padding: constants.RSA_PKCS1_PADDING };
  for (const length of [0, 1, 20, 117]) {
    const data = random(length);
    const signature = signPkcs1Der(key, data);
    if (length > 0) assertEquals(signature, new Uint8Array(privateEncrypt(options, data)));
    assert(verifyPkcs1Der(key.publicKey, data, signature));
  }
});

Deno.test("a SHA-1 signature is one over its DigestInfo", () => {
  const key = testKey(512);
  const digest = sha1(ascii("abc"));
  const prefix = [0x30, 0x21, 0x30, 9, 6, 5, 0x2b, 0x0e, 3, 2, 0x1a, 5, 0, 4, 0x14];
  assertEquals(
    signPkcs1Sha1(key, digest),
    signPkcs1Der(key, Uint8Array.of(...prefix, ...digest)),
  );
});

Deno.test("verification refuses whatever differs, and never throws for a bad signature", () => {
  const key = testKey(512);
  const digest = sha1(ascii("abc"));
  const signature = signPkcs1Sha1(key, digest);
  const refuses = (bad: Uint8Array) => assert(!verifyPkcs1Sha1(key.publicKey, digest, bad));
  assert(verifyPkcs1Sha1(key.publicKey, digest, signature));
  refuses(signature.map((byte, i) => i === 63 ? byte ^ 1 : byte));
  refuses(signature.subarray(1));
  refuses(Uint8Array.of(0, ...signature));
  refuses(new Uint8Array(64));
  refuses(new Uint8Array(64).fill(0xff));
  refuses(signPkcs1Der(key, digest));
  refuses(signPkcs1Sha1(key, sha1(ascii("abd"))));
  refuses(signPkcs1Sha1(testKey(512, 3), digest));
  assert(!verifyPkcs1Der(key.publicKey, new Uint8Array(54), signature));
});

Deno.test("a digest of another length than 20 is a TypeError", () => {
  const key = testKey(512);
  assertThrows(() => signPkcs1Sha1(key, new Uint8Array(32)), TypeError, "SHA-1 has 20");
  assertThrows(
    () => verifyPkcs1Sha1(key.publicKey, new Uint8Array(19), new Uint8Array(64)),
    TypeError,
    "SHA-1 has 20",
  );
});
