import { createHash } from "node:crypto";
import { type DigestAlgorithm, encodeDigestInfo } from "../formats/mod.ts";
import { TPM_SS_RSASSAPKCS1v15_DER } from "../tpm12/constants/mod.ts";
import type { Hash, Key } from "../tspi/mod.ts";
import { TSS_HASH_OTHER, TSS_HASH_SHA1 } from "../tspi/constants/mod.ts";

/** Whether a key's scheme signs digests of any algorithm, and not SHA-1 alone. */
export function signsAnyDigest(key: Key): boolean {
  return key.fields.algorithmParms.sigScheme === TPM_SS_RSASSAPKCS1v15_DER;
}

/**
 * The hash object that the key signs for data: a DigestInfo, or a bare SHA-1. Throws a TypeError
 * for an algorithm that the key's scheme does not sign.
 */
export function hashToSign(key: Key, data: Uint8Array, algorithm: DigestAlgorithm): Hash {
  const any = signsAnyDigest(key);
  if (!any && algorithm !== "sha1") {
    throw new TypeError(`Cannot sign ${algorithm} with this key: its scheme signs SHA-1 alone`);
  }
  const digest = new Uint8Array(createHash(algorithm).update(data).digest());
  const hash = key.context.createHash(any ? TSS_HASH_OTHER : TSS_HASH_SHA1);
  hash.setHashValue(any ? encodeDigestInfo({ algorithm, digest }) : digest);
  return hash;
}
