import { createHash } from "node:crypto";
import { type RsaPublicKey, verifyPkcs1Der } from "../crypto/mod.ts";
import type { Certificate } from "./certificate.ts";
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
  const digest = new Uint8Array(createHash(hash).update(tbs).digest());
  return verifyPkcs1Der(key, encodeDigestInfo({ algorithm: hash, digest }), signature);
}
