import { assertEquals, assertThrows } from "@std/assert";
import { createHash, createPublicKey, generateKeyPairSync } from "node:crypto";
import { CodecError } from "../../lib/codec/mod.ts";
import { RsaPublicKey } from "../../lib/crypto/mod.ts";
import { decodeDigestInfo, encodeDigestInfo } from "../../lib/formats/digest_info.ts";
import { jwkThumbprintInput, publicKeyFromJwk, publicKeyToJwk } from "../../lib/formats/jwk.ts";
import {
  decodeSshBlob,
  encodeSshBlob,
  publicKeyFromOpenSsh,
  publicKeyToOpenSsh,
} from "../../lib/formats/openssh.ts";
import { decodePem, decodePemBlock, encodePem } from "../../lib/formats/pem.ts";
import {
  decodePkcs1,
  decodeSpki,
  decodeSpkiInfo,
  encodePkcs1,
  encodeSpki,
  publicKeyFromPem,
  publicKeyToPem,
} from "../../lib/formats/spki.ts";
import { fromHex, toHex } from "../hex.ts";
import { refusesPrefixes, survivesMutation } from "./malformed.ts";

const generated = generateKeyPairSync("rsa", { modulusLength: 512 }).publicKey;
const jwkOfNode = generated.export({ format: "jwk" });
const key = new RsaPublicKey(Uint8Array.fromBase64(jwkOfNode.n!, { alphabet: "base64url" }));

const der = (type: "spki" | "pkcs1"): Uint8Array =>
  new Uint8Array(generated.export({ format: "der", type }));
const same = (other: RsaPublicKey): void => {
  assertEquals(toHex(other.modulus), toHex(key.modulus));
  assertEquals(other.exponent, key.exponent);
};

Deno.test("SPKI and PKCS#1 are byte for byte what node:crypto writes", () => {
  assertEquals(toHex(encodeSpki(key)), toHex(der("spki")));
  assertEquals(toHex(encodePkcs1(key)), toHex(der("pkcs1")));
  same(decodeSpki(der("spki")));
  same(decodePkcs1(der("pkcs1")));
});

Deno.test("PEM of a public key is what node:crypto writes, in both forms", () => {
  assertEquals(publicKeyToPem(key), generated.export({ format: "pem", type: "spki" }));
  same(publicKeyFromPem(generated.export({ format: "pem", type: "pkcs1" }) as string));
  same(publicKeyFromPem(`preamble\r\n${publicKeyToPem(key).replaceAll("\n", "\r\n")}`));
});

Deno.test("SPKI for an endorsement key names RSAES-OAEP with the label TCPA", () => {
  const info = encodeSpki(key, "rsaesOaep");
  assertEquals(decodeSpkiInfo(info).algorithm, "rsaesOaep");
  same(decodeSpki(info));
  assertEquals(
    toHex(info.subarray(2, 38)),
    "302206092a864886f70d0101073015a213301106092a864886f70d010109" + "040454435041",
  );
});

Deno.test("a JWK is what node:crypto exports, and node:crypto imports ours", () => {
  const jwk = publicKeyToJwk(key, { alg: "RS256", use: "sig", kid: "a" });
  assertEquals(jwk, { ...jwkOfNode, alg: "RS256", use: "sig", kid: "a" } as typeof jwk);
  same(publicKeyFromJwk(JSON.parse(JSON.stringify(jwk))));
  const imported = createPublicKey({ key: { ...publicKeyToJwk(key) }, format: "jwk" });
  assertEquals(
    toHex(new Uint8Array(imported.export({ format: "der", type: "spki" }))),
    toHex(der("spki")),
  );
});

Deno.test("the JWK thumbprint is that of RFC 7638's example", () => {
  const n =
    "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_B" +
    "JECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2Qvz" +
    "qY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0f" +
    "M4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
  const input = jwkThumbprintInput(publicKeyFromJwk({ kty: "RSA", n, e: "AQAB" }));
  const digest = createHash("sha256").update(input).digest("base64url");
  assertEquals(digest, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
});

Deno.test("malformed JWKs are refused, each with its reason", () => {
  const n = publicKeyToJwk(key).n;
  const cases: [unknown, string][] = [
    [null, "no object"],
    [{ kty: "EC" }, "kty"],
    [{ kty: "RSA", n }, "missing"],
    [{ kty: "RSA", n, e: "" }, "e is empty"],
    [{ kty: "RSA", n, e: "AQ+B" }, "base64url"],
    [{ kty: "RSA", n: "AAAA", e: "AQAB" }, "even"],
  ];
  for (const [jwk, reason] of cases) assertThrows(() => publicKeyFromJwk(jwk), CodecError, reason);
});

Deno.test("an OpenSSH line round-trips with its comment", () => {
  const line = publicKeyToOpenSsh(key, "me@host two");
  const read = publicKeyFromOpenSsh(`${line}\n`);
  same(read.key);
  assertEquals(read.comment, "me@host two");
  assertEquals(publicKeyFromOpenSsh(publicKeyToOpenSsh(key)).comment, "");
  assertEquals(
    toHex(encodeSshBlob(key).subarray(0, 22)),
    "000000077373682d7273610000000301000100000041",
  );
});

Deno.test("a key of ssh-keygen is read and written unchanged", () => {
  const { key: read } = publicKeyFromOpenSsh(SSH_KEYGEN_LINE);
  const blob = encodeSshBlob(read);
  assertEquals(blob.toBase64(), SSH_KEYGEN_LINE.split(" ")[1]);
});

Deno.test("OpenSSH lines of other types, and broken ones, are refused", () => {
  for (
    const [line, reason] of [
      ["", "ssh-rsa"],
      ["ssh-ed25519 AAAA", "ssh-ed25519"],
      ["ssh-rsa !!!!", "base64"],
      ["ssh-rsa AAAAB3NzaC1yc2E=", "ssh-rsa.e"],
    ] as const
  ) assertThrows(() => publicKeyFromOpenSsh(line), CodecError, reason);
});

Deno.test("truncated and changed keys are refused with CodecError alone", () => {
  const oaep = encodeSpki(key, "rsaesOaep");
  for (
    const [bytes, decode] of [
      [der("spki"), decodeSpki],
      [oaep, decodeSpki],
      [der("pkcs1"), decodePkcs1],
      [encodeSshBlob(key), decodeSshBlob],
    ] as const
  ) {
    refusesPrefixes(bytes, { decode, expected: CodecError });
    survivesMutation(bytes, { decode, expected: CodecError });
    assertThrows(() => decode(Uint8Array.of(...bytes, 0)), CodecError, "left over");
  }
});

Deno.test("PEM: several blocks, their order, and what is missing", () => {
  const text = encodePem("A", Uint8Array.of(1, 2, 3)) + "between\n" +
    encodePem("B", new Uint8Array(100));
  assertEquals(decodePem(text).map(({ label, bytes }) => [label, bytes.length]), [["A", 3], [
    "B",
    100,
  ]]);
  assertEquals(decodePemBlock(text, "X", "B").label, "B");
  assertThrows(() => decodePemBlock(text, "C"), CodecError, "no block C, only A, B");
  assertThrows(() => decodePem("-----BEGIN A-----\nAAAA\n"), CodecError, "A is not closed");
  assertThrows(() => decodePem("-----BEGIN A-----\n-----END B-----"), CodecError, "closed as B");
  assertThrows(
    () => decodePem("-----BEGIN A-----\nProc-Type: 4\n\n-----END A-----"),
    CodecError,
    "headers",
  );
  assertThrows(() => decodePem("-----BEGIN A-----\nAAA\n-----END A-----"), CodecError, "base64");
  assertEquals(decodePem("no block"), []);
});

Deno.test("DigestInfo has the prefixes of RFC 8017, 9.2", () => {
  const prefixes = {
    sha1: "3021300906052b0e03021a05000414",
    sha256: "3031300d060960864801650304020105000420",
    sha384: "3041300d060960864801650304020205000430",
    sha512: "3051300d060960864801650304020305000440",
  };
  for (const [algorithm, prefix] of Object.entries(prefixes)) {
    const digest = new Uint8Array(createHash(algorithm).update("abc").digest());
    const info = encodeDigestInfo({ algorithm: algorithm as keyof typeof prefixes, digest });
    assertEquals(toHex(info), prefix + toHex(digest));
    assertEquals(decodeDigestInfo(info), { algorithm: algorithm as "sha1", digest });
    refusesPrefixes(info, { decode: decodeDigestInfo, expected: CodecError });
    survivesMutation(info, { decode: decodeDigestInfo, expected: CodecError });
  }
  assertThrows(
    () => encodeDigestInfo({ algorithm: "sha1", digest: new Uint8Array(32) }),
    CodecError,
  );
  const withoutNull = fromHex(`301f300706052b0e03021a0414${"00".repeat(20)}`);
  assertEquals(decodeDigestInfo(withoutNull).algorithm, "sha1");
});

/** Made by `ssh-keygen -t rsa -b 1024`. */
const SSH_KEYGEN_LINE =
  "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDe6bUQJxI+WWouZg5eLRDNZNNQaTG8AVhSfNyCDtcnkHjzWSg+o3Y2jnmUarWaAVP0fWmG2n" +
  "dcqS9jKM7W7gNnQUiHtniX+gPhCs1BXO+Gq56bSsTl8aGuqx4ftEecdtWKznSv2QmM87TU4u2qwqm7qoq0SLz5iF7RePXjB9d2tQ== test";
