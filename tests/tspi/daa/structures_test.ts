import { assertEquals, assertThrows } from "@std/assert";
import { type Codec, CodecError, decode, encode } from "../../../lib/codec/mod.ts";
import { seededRandom } from "../../../lib/crypto/mod.ts";
import { generateRevocationKey } from "../../../lib/tspi/daa/mod.ts";
import * as T from "../../../lib/tspi/mod.ts";
import { KEY_PAIR } from "./issuer.ts";

const KEY = KEY_PAIR.publicKey;
const VERSION = Uint8Array.of(1, 2, 0, 0);
const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(length);
const authority = generateRevocationKey(KEY, seededRandom(bytes(8)));
const encrypted: T.EncryptedPseudonym = { deltas: [1n, 2n, 3n, KEY.gamma], sTau: KEY.rho - 1n };
const commitment: T.AttributeCommitment = { beta: KEY.gamma, sMu: 5n };
const signature: T.DaaSignature = {
  zeta: KEY.gamma,
  capitalT: KEY.capitalZ,
  challenge: bytes(20),
  nonceTpm: bytes(20),
  sV: 1n << 2776n,
  sF0: 1n << 344n,
  sF1: 0n,
  sE: 1n << 360n,
  sA: [1n, 0n],
  attributeCommitments: [commitment],
  signedPseudonym: KEY.gamma,
  callbackResult: null,
};

/** A value of each structure, and its size by the lengths of the specification. */
const VALUES: readonly (readonly [Codec<never>, unknown, size: number])[] = [
  row(T.TSS_DAA_PK, KEY, 4 + 5 * 260 + 2 * 208 + 30 + 8 + 4 * 256 + 4 + 4 + 6 + 8),
  row(T.TSS_DAA_SK, { productPQprime: KEY_PAIR.productPQprime }, 4 + 4 + 256),
  row(T.TSS_DAA_AR_PK, authority.publicKey, 4 + 4 * 208),
  row(T.TSS_DAA_AR_SK, { exponents: authority.exponents }, 4 + 6 * 30),
  row(T.TSS_DAA_AR_KEY_PAIR, authority, 4 + 4 + 6 * 30 + 4 + 4 * 208),
  row(T.TSS_DAA_ATTRIB_COMMIT, commitment, 4 + 208 + 30),
  row(T.TSS_DAA_SELECTED_ATTRIB, [true, false], 4 + 4 + 2),
  row(T.TSS_DAA_PSEUDONYM_PLAIN, { capitalNv: 7n }, 4 + 208),
  row(T.TSS_DAA_PSEUDONYM_ENCRYPTED, encrypted, 4 + 4 * 208 + 30),
  row(T.TSS_DAA_PSEUDONYM, encrypted, 4 + 4 + 4 + 4 + 4 * 208 + 30),
  row(T.TSS_DAA_SIGN_CALLBACK, { challenge: bytes(20), payloadFlag: 3, payload: bytes(2) }, 38),
  row(T.TSS_DAA_SIGN_CALLBACK, null, 4 + 4 + 4 + 4),
  row(
    T.TSS_DAA_IDENTITY_PROOF,
    { endorsementCredential: bytes(9), platform: bytes(0), conformance: bytes(1) },
    4 + 13 + 4 + 5,
  ),
  row(
    T.TSS_DAA_CRED_ISSUER,
    {
      capitalA: KEY.capitalZ,
      e: 3n,
      vPrimePrime: 1n << 2535n,
      attributesIssuer: [7n],
      cPrime: bytes(20),
      sE: 256n,
    },
    4 + 260 + 50 + 321 + 8 + 13 + 24 + 6,
  ),
  row(
    T.TSS_DAA_CREDENTIAL_REQUEST,
    {
      capitalU: 2n,
      capitalNi: KEY.gamma,
      authenticationProof: bytes(20),
      challenge: bytes(20),
      nonceTpm: bytes(20),
      noncePlatform: bytes(10),
      sF0: 1n,
      sF1: 255n,
      sVprime: 1n << 2368n,
      sVtildePrime: 0n,
      sA: [4n, 5n],
      attributeCommitments: [],
    },
    4 + 260 + 208 + 3 * 24 + 14 + 5 + 5 + 301 + 4 + 8 + 2 * 43 + 4,
  ),
  row(
    T.TSS_DAA_SIGNATURE,
    signature,
    4 + 208 + 260 + 2 * 24 + 352 + 48 + 4 + 50 + 8 + 2 * 43 + 4 + 242 + 12 + 212 + 16,
  ),
];

function row<V>(codec: Codec<V>, value: NoInfer<V>, size: number): [Codec<never>, unknown, number] {
  return [codec as unknown as Codec<never>, value, size];
}

for (const [codec, value, size] of VALUES) {
  Deno.test(`${codec.name} begins with its version and is read back (${size} bytes)`, () => {
    const encoded = encode(codec, value as never);
    assertEquals(encoded.subarray(0, 4), VERSION);
    assertEquals(encoded.length, size);
    assertEquals(decode(codec, encoded), value as never);
    const odd = Uint8Array.of(1, 1, ...encoded.subarray(2));
    assertThrows(() => decode(codec, odd), CodecError);
    for (let length = 0; length < size; length++) {
      assertThrows(() => decode(codec, encoded.subarray(0, length)), CodecError);
    }
  });
}

Deno.test("the proof of an issuer's key is an array of one element for each variable", () => {
  const responses = [1n, 2n, 3n].map((first) =>
    Array.from({ length: 160 }, (_, i) => first << BigInt(i))
  );
  const proof: T.DaaKeyProof = { challenge: bytes(20), responses };
  const encoded = encode(T.TSS_DAA_PK_PROOF, proof);
  assertEquals(encoded.length, 4 + 24 + 8 + 3 * 160 * 256);
  assertEquals(decode(T.TSS_DAA_PK_PROOF, encoded), proof);
});

Deno.test("numbers that do not fit are refused on both ways", () => {
  const wrong: T.DaaSignature[] = [
    { ...signature, sV: -1n },
    { ...signature, zeta: 1n << 1632n },
    { ...signature, sF0: 1n << 352n },
    { ...signature, sA: [1n << 344n] },
    { ...signature, challenge: bytes(19) },
  ];
  for (const value of wrong) assertThrows(() => encode(T.TSS_DAA_SIGNATURE, value), CodecError);
  const encoded = encode(T.TSS_DAA_PSEUDONYM_PLAIN, { capitalNv: 7n });
  const longer = Uint8Array.of(...encoded.subarray(0, 7), 205, 0, ...encoded.subarray(8));
  assertThrows(() => decode(T.TSS_DAA_PSEUDONYM_PLAIN, longer), CodecError, "204");
  const shorter = Uint8Array.of(...VERSION, 0, 0, 0, 1, 7);
  assertEquals(decode(T.TSS_DAA_PSEUDONYM_PLAIN, shorter), { capitalNv: 7n });
});

Deno.test("numbers of attributes that disagree, and unknown pseudonyms, are refused", () => {
  const key = encode(T.TSS_DAA_PK, KEY);
  key[key.length - 1]! ^= 1;
  assertThrows(() => decode(T.TSS_DAA_PK, key), CodecError, "attributes");
  const pseudonym = encode(T.TSS_DAA_PSEUDONYM, encrypted);
  pseudonym[7] = 2;
  assertThrows(() => decode(T.TSS_DAA_PSEUDONYM, pseudonym), CodecError, "flag 2");
  const many = Uint8Array.of(...encode(T.TSS_DAA_CRED_ISSUER, {
    capitalA: 1n,
    e: 1n,
    vPrimePrime: 1n,
    attributesIssuer: [],
    cPrime: bytes(20),
    sE: 1n,
  }));
  many.fill(255, 4 + 260 + 50 + 321, 4 + 260 + 50 + 321 + 4);
  assertThrows(() => decode(T.TSS_DAA_CRED_ISSUER, many), CodecError);
});
