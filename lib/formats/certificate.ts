import type { RsaPublicKey } from "../crypto/mod.ts";
import { DerReader } from "./der_reader.ts";
import { DER, OID } from "./der_tags.ts";
import {
  derBits,
  derExplicit,
  derInteger,
  derNull,
  derOctets,
  derOid,
  derSequence,
  derTime,
  derTrue,
} from "./der_writer.ts";
import { decodeSpkiInfo, encodeSpki, type SpkiAlgorithm } from "./spki.ts";
import { latin1 } from "./text.ts";
import { type DistinguishedName, encodeName, type NameAttribute, readName } from "./x509_name.ts";

/** How a certificate is signed. */
export type CertificateAlgorithm = "sha1WithRsa" | "sha256WithRsa";

/** One extension of a certificate. */
export interface CertificateExtension {
  /** Object identifier. */
  readonly oid: string;
  /** Whether who does not know it must refuse the certificate. */
  readonly critical: boolean;
  /** DER of its value. */
  readonly value: Uint8Array;
}

/** What a certificate says. */
export interface CertificateFields {
  /** A positive number, at most 20 bytes. */
  readonly serialNumber: Uint8Array;
  /** Who signs. */
  readonly issuer: DistinguishedName;
  /** Begin of validity. */
  readonly notBefore: Date;
  /** End of validity; 9999-12-31T23:59:59Z for none. */
  readonly notAfter: Date;
  /** Whose key it is; empty where the name is in an extension. */
  readonly subject: DistinguishedName;
  /** The key. */
  readonly publicKey: RsaPublicKey;
  /** What the key is meant for. */
  readonly publicKeyAlgorithm: SpkiAlgorithm;
  /** Extensions, in order. */
  readonly extensions: readonly CertificateExtension[];
}

/** A certificate that was read. */
export interface Certificate extends CertificateFields {
  /** The bytes that are signed. */
  readonly tbs: Uint8Array;
  /** How they are signed; the object identifier of an unknown way. */
  readonly algorithm: CertificateAlgorithm | string;
  /** The signature. */
  readonly signature: Uint8Array;
}

/** Who signs certificates, a TPM perhaps. */
export interface CertificateSigner {
  /** What `sign` does. */
  readonly algorithm: CertificateAlgorithm;
  /** The PKCS#1 v1.5 signature over these bytes, which it hashes itself. */
  sign(tbs: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

const VERSION_3 = 2;

/** The bytes of a certificate that are signed: TBSCertificate (RFC 5280, 4.1). */
export function encodeTbsCertificate(
  fields: CertificateFields,
  algorithm: CertificateAlgorithm,
): Uint8Array {
  const extensions = fields.extensions.map(({ oid, critical, value }) =>
    derSequence(derOid(oid), ...critical ? [derTrue()] : [], derOctets(value))
  );
  return derSequence(
    derExplicit(0, derInteger(VERSION_3)),
    derInteger(fields.serialNumber),
    algorithmIdentifier(algorithm),
    encodeName(fields.issuer),
    derSequence(derTime(fields.notBefore), derTime(fields.notAfter)),
    encodeName(fields.subject),
    encodeSpki(fields.publicKey, fields.publicKeyAlgorithm),
    ...extensions.length > 0 ? [derExplicit(3, derSequence(...extensions))] : [],
  );
}

/** DER of a certificate from its signed part and the signature. */
export function encodeCertificate(
  tbs: Uint8Array,
  { algorithm, signature }: { algorithm: CertificateAlgorithm; signature: Uint8Array },
): Uint8Array {
  return derSequence(tbs, algorithmIdentifier(algorithm), derBits(signature));
}

/** DER of a certificate, signed by `signer`. */
export async function issueCertificate(
  fields: CertificateFields,
  signer: CertificateSigner,
): Promise<Uint8Array> {
  const { algorithm } = signer;
  const tbs = encodeTbsCertificate(fields, algorithm);
  return encodeCertificate(tbs, { algorithm, signature: await signer.sign(tbs) });
}

/** Reads a certificate of an RSA key. Checks no signature. Throws `CodecError`. */
export function decodeCertificate(der: Uint8Array): Certificate {
  const file = new DerReader(der, "X.509");
  const certificate = file.sequence("Certificate");
  file.end();
  const { raw: tbs } = certificate.any("tbsCertificate");
  const outer = certificate.content(DER.SEQUENCE, "signatureAlgorithm");
  const signature = certificate.bits("signature");
  certificate.end();

  const { inner, ...fields } = readTbs(new DerReader(tbs, "X.509").sequence("tbsCertificate"));
  if (inner.toHex() !== outer.toHex()) {
    throw certificate.fail("signatureAlgorithm", "it differs from the one that is signed");
  }
  const oid = new DerReader(outer, "X.509.signatureAlgorithm").oid("algorithm");
  const algorithm = oid === OID.sha1WithRsa
    ? "sha1WithRsa"
    : oid === OID.sha256WithRsa
    ? "sha256WithRsa"
    : oid;
  return { ...fields, tbs, algorithm, signature };
}

function readTbs(tbs: DerReader): CertificateFields & { inner: Uint8Array } {
  const version = tbs.enter(DER.CONTEXT | DER.CONSTRUCTED, "version").number("version");
  if (version !== VERSION_3) throw tbs.fail("version", "it is not 3");
  const serialNumber = tbs.unsigned("serialNumber");
  const inner = tbs.content(DER.SEQUENCE, "signature");
  const issuer: NameAttribute[] = readName(tbs.sequence("issuer"));
  const validity = tbs.sequence("validity");
  const notBefore = readTime(validity, "notBefore");
  const notAfter = readTime(validity, "notAfter");
  validity.end();
  const subject: NameAttribute[] = readName(tbs.sequence("subject"));
  const { key, algorithm } = decodeSpkiInfo(tbs.any("subjectPublicKeyInfo").raw);
  const extensions = tbs.done
    ? []
    : readExtensions(tbs.enter(DER.CONTEXT | DER.CONSTRUCTED | 3, "extensions"));
  tbs.end();
  return {
    inner,
    serialNumber,
    issuer,
    notBefore,
    notAfter,
    subject,
    publicKey: key,
    publicKeyAlgorithm: algorithm,
    extensions,
  };
}

function readExtensions(reader: DerReader): CertificateExtension[] {
  const list = reader.sequence("Extensions");
  reader.end();
  const extensions: CertificateExtension[] = [];
  while (!list.done) {
    const extension = list.sequence("Extension");
    const oid = extension.oid("extnID");
    const critical = extension.nextIs(DER.BOOLEAN) && extension.boolean("critical");
    extensions.push({ oid, critical, value: extension.octets("extnValue") });
    extension.end();
  }
  return extensions;
}

function readTime(reader: DerReader, field: string): Date {
  const short = reader.nextIs(DER.UTC_TIME);
  const text = latin1(reader.content(short ? DER.UTC_TIME : DER.GENERALIZED_TIME, field));
  // Two-digit years from 50 are of the twentieth century (RFC 5280, 4.1.2.5.1).
  const century = short ? (Number(text.slice(0, 2)) >= 50 ? "19" : "20") : "";
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(century + text) ?? [];
  const [year, month, day, hour, minute, second] = parts;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const time = new Date(iso);
  // A day that does not exist, 31 February, would become another.
  if (Number.isNaN(time.getTime()) || time.toISOString() !== iso) {
    throw reader.fail(field, "it is no time");
  }
  return time;
}

function algorithmIdentifier(algorithm: CertificateAlgorithm): Uint8Array {
  return derSequence(derOid(OID[algorithm]), derNull());
}
