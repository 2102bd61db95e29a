import type { RsaPublicKey } from "../crypto/mod.ts";
import { type CertificateSigner, issueCertificate } from "./certificate.ts";
import {
  authorityKeyIdentifier,
  basicConstraints,
  extKeyUsage,
  keyUsage,
  subjectDirectoryName,
} from "./certificate_extensions.ts";
import { OID } from "./der_tags.ts";
import {
  type CertificateTerms,
  NEVER,
  type TpmIdentification,
  tpmNames,
} from "./ek_certificate.ts";
import type { DistinguishedName } from "./x509_name.ts";

/** What {@linkcode issueIdentityCertificate} needs besides the key. */
export interface IdentityCertificateOptions extends CertificateTerms {
  /** Name of the privacy CA, as in its own certificate. */
  readonly issuer: DistinguishedName;
  /** Identifier of the CA's key, as in its certificate; see `subjectKeyId`. */
  readonly issuerKeyId: Uint8Array;
  /** What kind of TPM it is; that is all the certificate tells of it. */
  readonly tpm: TpmIdentification;
  /** Name of the identity. */
  readonly label: string;
  /** Signs with the CA's key. */
  readonly signer: CertificateSigner;
}

/** DER of an identity key's certificate (TCG credential profiles for TPM 1.2, 3.4). */
export function issueIdentityCertificate(
  publicKey: RsaPublicKey,
  options: IdentityCertificateOptions,
): Promise<Uint8Array> {
  const { serialNumber, issuer, notBefore, notAfter, issuerKeyId, tpm, label, signer } = options;
  return issueCertificate({
    serialNumber,
    issuer,
    notBefore,
    notAfter: notAfter ?? NEVER,
    subject: [],
    publicKey,
    publicKeyAlgorithm: "rsaEncryption",
    extensions: [
      extKeyUsage(OID.aikCertificate),
      subjectDirectoryName([...tpmNames(tpm), { type: OID.tpmIdLabel, value: label }]),
      basicConstraints(false),
      authorityKeyIdentifier(issuerKeyId),
      keyUsage("digitalSignature"),
    ],
  }, signer);
}
