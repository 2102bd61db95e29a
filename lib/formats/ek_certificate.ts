import { CodecError } from "../codec/mod.ts";
import type { RsaPublicKey } from "../crypto/mod.ts";
import {
  type Certificate,
  type CertificateFields,
  type CertificateSigner,
  issueCertificate,
} from "./certificate.ts";
import {
  authorityKeyIdentifier,
  basicConstraints,
  extKeyUsage,
  keyIdentifier,
  keyUsage,
  subjectDirectoryName,
  subjectKeyIdentifier,
  type TpmSpecification,
  tpmSpecificationAttribute,
} from "./certificate_extensions.ts";
import { DerReader } from "./der_reader.ts";
import { DER, OID } from "./der_tags.ts";
import type { SpkiAlgorithm } from "./spki.ts";
import { type DistinguishedName, readName } from "./x509_name.ts";

/** Which TPM an endorsement key is of. */
export interface TpmIdentification {
  /** `id:` and the vendor's four bytes in hexadecimal, `id:49424D00` for instance. */
  readonly manufacturer: string;
  /** Name of the part. */
  readonly model: string;
  /** `id:` and the version of the firmware, `id:00740001` for instance. */
  readonly version: string;
}

/** Serial number and validity of a certificate. */
export interface CertificateTerms {
  /** A positive number, at most 20 bytes. */
  readonly serialNumber: Uint8Array;
  /** Begin of validity. */
  readonly notBefore: Date;
  /** End of validity, by default none. */
  readonly notAfter?: Date;
}

/** What {@linkcode issueEkCertificate} needs besides the keys. */
export interface EkCertificateOptions extends CertificateTerms {
  /** Name of the authority, as in its own certificate. */
  readonly issuer: DistinguishedName;
  /** Identifier of the authority's key, as in its certificate; see {@linkcode subjectKeyId}. */
  readonly issuerKeyId: Uint8Array;
  /** Which TPM. */
  readonly tpm: TpmIdentification;
  /** Which specification it follows, by default 1.2 level 2 revision 116. */
  readonly specification?: TpmSpecification;
  /**
   * `rsaEncryption` by default. The profile asks for `rsaesOaep` with the label TCPA, which OpenSSL
   * does not read as a key.
   */
  readonly publicKeyAlgorithm?: SpkiAlgorithm;
}

/** The end of a validity without end (RFC 5280, 4.1.2.5). */
export const NEVER: Date = new Date("9999-12-31T23:59:59Z");
const TPM_12: TpmSpecification = { family: "1.2", level: 2, revision: 116 };

/** DER of an endorsement key's certificate (TCG credential profiles for TPM 1.2, 3.2). */
export function issueEkCertificate(
  publicKey: RsaPublicKey,
  { signer, ...options }: EkCertificateOptions & { signer: CertificateSigner },
): Promise<Uint8Array> {
  return issueCertificate(ekCertificateFields(publicKey, options), signer);
}

/** What an endorsement key's certificate says, for signing it by other means. */
export function ekCertificateFields(
  publicKey: RsaPublicKey,
  options: EkCertificateOptions,
): CertificateFields {
  return {
    serialNumber: options.serialNumber,
    issuer: options.issuer,
    notBefore: options.notBefore,
    notAfter: options.notAfter ?? NEVER,
    subject: [],
    publicKey,
    publicKeyAlgorithm: options.publicKeyAlgorithm ?? "rsaEncryption",
    extensions: [
      extKeyUsage(OID.ekCertificate),
      subjectDirectoryName(tpmNames(options.tpm)),
      basicConstraints(false),
      tpmSpecificationAttribute(options.specification ?? TPM_12),
      authorityKeyIdentifier(options.issuerKeyId),
      keyUsage("keyEncipherment"),
    ],
  };
}

/** What certificates call a TPM. */
export function tpmNames({ manufacturer, model, version }: TpmIdentification): DistinguishedName {
  return [
    { type: OID.tpmManufacturer, value: manufacturer },
    { type: OID.tpmModel, value: model },
    { type: OID.tpmVersion, value: version },
  ];
}

/** What {@linkcode issueCaCertificate} needs besides the keys. */
export interface CaCertificateOptions extends CertificateTerms {
  /** Name of the authority. */
  readonly name: DistinguishedName;
}

/** DER of an authority's certificate, signed by its own key. */
export function issueCaCertificate(
  publicKey: RsaPublicKey,
  { signer, ...options }: CaCertificateOptions & { signer: CertificateSigner },
): Promise<Uint8Array> {
  return issueCertificate(caCertificateFields(publicKey, options), signer);
}

/** What an authority's own certificate says, for signing it by other means. */
export function caCertificateFields(
  publicKey: RsaPublicKey,
  { name, ...terms }: CaCertificateOptions,
): CertificateFields {
  const id = keyIdentifier(publicKey);
  return {
    serialNumber: terms.serialNumber,
    issuer: name,
    notBefore: terms.notBefore,
    notAfter: terms.notAfter ?? NEVER,
    subject: name,
    publicKey,
    publicKeyAlgorithm: "rsaEncryption",
    extensions: [
      basicConstraints(true),
      keyUsage("keyCertSign", "cRLSign"),
      subjectKeyIdentifier(id),
      authorityKeyIdentifier(id),
    ],
  };
}

/**
 * Which TPM a certificate is of. Throws {@linkcode CodecError} when it is none of an endorsement
 * key: without the extended key usage, or without one of the three names.
 */
export function tpmOfCertificate(certificate: Certificate): TpmIdentification {
  if (!extendedKeyUsages(certificate).includes(OID.ekCertificate)) {
    throw ekError("its extended key usage is not tcg-kp-EKCertificate");
  }
  const name = directoryName(certificate);
  const find = (type: string, what: string): string => {
    const attribute = name.find((attribute) => attribute.type === type);
    if (!attribute) throw ekError(`its subjectAltName has no ${what}`);
    return attribute.value;
  };
  return {
    manufacturer: find(OID.tpmManufacturer, "tpmManufacturer"),
    model: find(OID.tpmModel, "tpmModel"),
    version: find(OID.tpmVersion, "tpmVersion"),
  };
}

/** The identifier a certificate gives its key, or `keyIdentifier` of the key when it gives none. */
export function subjectKeyId(certificate: Certificate): Uint8Array {
  const value = extension(certificate, OID.subjectKeyIdentifier);
  if (!value) return keyIdentifier(certificate.publicKey);
  return new DerReader(value, "X.509.subjectKeyIdentifier").octets("KeyIdentifier");
}

function extendedKeyUsages(certificate: Certificate): string[] {
  const value = extension(certificate, OID.extKeyUsage);
  if (!value) return [];
  const list = new DerReader(value, "X.509.extKeyUsage").sequence("ExtKeyUsageSyntax");
  const oids: string[] = [];
  while (!list.done) oids.push(list.oid("KeyPurposeId"));
  return oids;
}

function directoryName(certificate: Certificate): DistinguishedName {
  const value = extension(certificate, OID.subjectAltName);
  if (!value) return [];
  const names = new DerReader(value, "X.509.subjectAltName").sequence("GeneralNames");
  const directory = DER.CONTEXT | DER.CONSTRUCTED | 4;
  while (!names.done) {
    if (names.nextIs(directory)) {
      return readName(names.enter(directory, "directoryName").sequence("Name"));
    }
    names.any("GeneralName");
  }
  return [];
}

function extension({ extensions }: Certificate, oid: string): Uint8Array | undefined {
  return extensions.find((extension) => extension.oid === oid)?.value;
}

function ekError(detail: string): CodecError {
  return new CodecError("value", `Cannot use EK certificate: ${detail}`);
}
