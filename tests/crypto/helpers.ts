import { Buffer } from "node:buffer";
import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import {
  bigintToBytes,
  generateRsaKey,
  modInverse,
  type RsaPrivateKey,
  seededRandom,
} from "../../lib/crypto/mod.ts";

export const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

const keys = new Map<string, RsaPrivateKey>();

/** A key that is the same in every run, made once. */
export function testKey(bits: number, exponent = 65537): RsaPrivateKey {
  const name = `${bits} ${exponent}`;
  let key = keys.get(name);
  if (key === undefined) keys.set(name, key = generateRsaKey(bits, exponent, testRandom(name)));
  return key;
}

/** A random source that is the same in every run. */
export const testRandom = (seed: string) => seededRandom(ascii(seed));

/** The same key for `node:crypto`. */
export function nodeKeys(key: RsaPrivateKey): { privateKey: KeyObject; publicKey: KeyObject } {
  const { p, q, dP, dQ, qInv } = key.crt;
  const { n, exponent: e } = key.publicKey;
  const d = modInverse(e, (p - 1n) * (q - 1n));
  const jwk: Record<string, string> = { kty: "RSA" };
  for (const [name, value] of Object.entries({ n, e, d, p, q, dp: dP, dq: dQ, qi: qInv })) {
    jwk[name] = Buffer.from(bigintToBytes(value)).toString("base64url");
  }
  return {
    privateKey: createPrivateKey({ key: jwk, format: "jwk" }),
    publicKey: createPublicKey({ key: { kty: "RSA", n: jwk.n, e: jwk.e }, format: "jwk" }),
  };
}
