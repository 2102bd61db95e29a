import { createHash } from "node:crypto";
import {
  type RsaPrivateKey,
  type RsaPublicKey,
  signPkcs1Der,
  verifyPkcs1Der,
} from "../crypto/mod.ts";
import {
  type Certificate,
  type CertificateFields,
  encodeCertificate,
  encodeTbsCertificate,
} from "./certificate.ts";
import { type DigestAlgorithm, encodeDigestInfo } from "./digest_info.ts";

/** The hash of each way of signing. */
const DIGESTS: Readonly<Record<string, DigestAlgorithm>> = {
  sha1WithRsa: "sha1",
  sha256WithRsa: "sha256",
};

/**
 * Whether a certificate is signed by this key; `false` also for a way of signing other than RSA
 * PKCS#1 v1.5 with SHA-1 or SHA-256. Validity, names and revocation are the caller's to check.
 */
export function certificateIsSignedBy(
  { tbs, signature, algorithm }: Certificate,
  key: RsaPublicKey,
): boolean {
  const hash = Object.hasOwn(DIGESTS, algorithm) ? DIGESTS[algorithm] : undefined;
  if (!hash) return false;
  return verifyPkcs1Der(key, digestInfo(hash, tbs), signature);
}

/** DER of a certificate, signed by a key that is at hand (RSA PKCS#1 v1.5 with SHA-256). */
export function signCertificate(fields: CertificateFields, key: RsaPrivateKey): Uint8Array {
  const algorithm = "sha256WithRsa";
  const tbs = encodeTbsCertificate(fields, algorithm);
  return encodeCertificate(tbs, {
    algorithm,
    signature: signPkcs1Der(key, digestInfo("sha256", tbs)),
  });
}

/** DigestInfo of bytes. */
function digestInfo(algorithm: DigestAlgorithm, bytes: Uint8Array): Uint8Array {
  const digest = new Uint8Array(createHash(algorithm).update(bytes).digest());
  return encodeDigestInfo({ algorithm, digest });
}
