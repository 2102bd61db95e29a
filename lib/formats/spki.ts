import { bigintToBytes, type RsaPublicKey } from "../crypto/mod.ts";
import { DerReader } from "./der_reader.ts";
import { OID } from "./der_tags.ts";
import {
  derBits,
  derExplicit,
  derInteger,
  derNull,
  derOctets,
  derOid,
  derSequence,
} from "./der_writer.ts";
import { decodePemBlock, encodePem } from "./pem.ts";
import { rsaKey } from "./rsa_key.ts";

/**
 * How a SubjectPublicKeyInfo names the algorithm: `rsaEncryption`, or `rsaesOaep` with SHA-1 and
 * the label `TCPA`, which the TCG asks for in the certificates of endorsement keys.
 */
export type SpkiAlgorithm = "rsaEncryption" | "rsaesOaep";

/** What a SubjectPublicKeyInfo says. */
export interface SpkiInfo {
  /** The key. */
  readonly key: RsaPublicKey;
  /** The algorithm it is meant for. */
  readonly algorithm: SpkiAlgorithm;
}

/** DER of an RSAPublicKey (PKCS#1, RFC 8017, A.1.1). */
export function encodePkcs1(key: RsaPublicKey): Uint8Array {
  return derSequence(derInteger(key.modulus), derInteger(bigintToBytes(key.exponent)));
}

/** Undoes {@linkcode encodePkcs1}. Throws {@linkcode CodecError}. */
export function decodePkcs1(bytes: Uint8Array): RsaPublicKey {
  const file = new DerReader(bytes, "PKCS#1");
  const sequence = file.sequence("RSAPublicKey");
  file.end();
  const modulus = sequence.unsigned("modulus");
  const exponent = sequence.unsigned("publicExponent");
  sequence.end();
  if (exponent.length === 0) throw sequence.fail("publicExponent", "it is 0");
  return rsaKey(modulus, { exponent, what: "PKCS#1" });
}

/** DER of a SubjectPublicKeyInfo (RFC 5280, 4.1.2.7), by default for `rsaEncryption`. */
export function encodeSpki(
  key: RsaPublicKey,
  algorithm: SpkiAlgorithm = "rsaEncryption",
): Uint8Array {
  return derSequence(
    algorithm === "rsaEncryption" ? derSequence(derOid(OID.rsaEncryption), derNull()) : OAEP_TCPA,
    derBits(encodePkcs1(key)),
  );
}

/** The key in a SubjectPublicKeyInfo. Throws {@linkcode CodecError}. */
export function decodeSpki(bytes: Uint8Array): RsaPublicKey {
  return decodeSpkiInfo(bytes).key;
}

/**
 * Key and algorithm of a SubjectPublicKeyInfo. Of OAEP's parameters none is looked at: makers of
 * TPMs have put more than one form there. Throws {@linkcode CodecError}.
 */
export function decodeSpkiInfo(bytes: Uint8Array): SpkiInfo {
  const file = new DerReader(bytes, "SPKI");
  const info = file.sequence("SubjectPublicKeyInfo");
  file.end();
  const identifier = info.sequence("algorithm");
  const oid = identifier.oid("algorithm");
  const key = info.bits("subjectPublicKey");
  info.end();
  if (oid !== OID.rsaEncryption && oid !== OID.rsaesOaep) {
    throw identifier.fail("algorithm", `${oid} is no RSA key`);
  }
  return {
    key: decodePkcs1(key),
    algorithm: oid === OID.rsaEncryption ? "rsaEncryption" : "rsaesOaep",
  };
}

/** PEM of a public key as `PUBLIC KEY`. */
export function publicKeyToPem(key: RsaPublicKey): string {
  return encodePem("PUBLIC KEY", encodeSpki(key));
}

/** The first `PUBLIC KEY` or `RSA PUBLIC KEY` of a PEM file. Throws {@linkcode CodecError}. */
export function publicKeyFromPem(text: string): RsaPublicKey {
  const { label, bytes } = decodePemBlock(text, "PUBLIC KEY", "RSA PUBLIC KEY");
  return label === "PUBLIC KEY" ? decodeSpki(bytes) : decodePkcs1(bytes);
}

/** RSAES-OAEP with the defaults, SHA-1 and MGF1 with SHA-1, and pSourceFunc `TCPA` (RFC 4055, 4.1). */
const OAEP_TCPA = derSequence(
  derOid(OID.rsaesOaep),
  derSequence(derExplicit(
    2,
    derSequence(derOid(OID.pSpecified), derOctets(Uint8Array.from([0x54, 0x43, 0x50, 0x41]))),
  )),
);
