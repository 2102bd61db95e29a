import { type Codec, CodecError, decode, encode } from "../codec/mod.ts";
import { aes128CbcDecrypt, aes128CbcEncrypt, equalBytes, hmacSha1 } from "../crypto/mod.ts";
import {
  TPM_TAG_DELEGATE_OWNER_BLOB,
  TPM_TAG_DELEGATE_SENSITIVE,
  TPM_TAG_DELG_KEY_BLOB,
} from "../tpm12/constants/mod.ts";
import {
  TPM_DELEGATE_KEY_BLOB,
  TPM_DELEGATE_OWNER_BLOB,
  TPM_DELEGATE_SENSITIVE,
  type TpmDelegateKeyBlob,
  type TpmDelegateOwnerBlob,
} from "../tpm12/structures/mod.ts";
import { type ReturnCodeName, tpmError } from "../tpm12/tss_error.ts";
import type { Tpm } from "./tpm.ts";

const IV_SIZE = 16;
const NO_DIGEST = new Uint8Array(20);

/** A delegation outside the TPM. */
export type DelegationBlob = TpmDelegateOwnerBlob | TpmDelegateKeyBlob;

/** Hides the secret of a delegation, 20 bytes: AES-128 in CBC mode, its IV in additionalArea. */
export function hideSecret(
  tpm: Tpm,
  authValue: Uint8Array,
): Pick<DelegationBlob, "additionalArea" | "sensitiveArea"> {
  const additionalArea = tpm.random(IV_SIZE);
  const clear = encode(TPM_DELEGATE_SENSITIVE, { tag: TPM_TAG_DELEGATE_SENSITIVE, authValue });
  const sensitiveArea = aes128CbcEncrypt(tpm.permanent.delegateKey, additionalArea, clear);
  clear.fill(0);
  return { additionalArea, sensitiveArea };
}

/**
 * The secret of a delegation in a blob that is genuine, 20 bytes. Throws `badTag` for another
 * structure than TPM_DELEGATE_SENSITIVE, which no blob of this TPM holds.
 */
export function revealSecret(
  tpm: Tpm,
  { additionalArea, sensitiveArea }: DelegationBlob,
  badTag: ReturnCodeName,
): Uint8Array {
  const clear = additionalArea.length === IV_SIZE
    ? aes128CbcDecrypt(tpm.permanent.delegateKey, additionalArea, sensitiveArea)
    : null;
  if (clear === null) throw tpmError("TPM_DECRYPT_ERROR", "sensitiveArea cannot be decrypted");
  return secretIn(clear, badTag);
}

/** The secret in an encoded TPM_DELEGATE_SENSITIVE, 20 bytes; throws `badTag` for another tag. */
export function secretIn(sensitive: Uint8Array, badTag: ReturnCodeName): Uint8Array {
  try {
    return decode(TPM_DELEGATE_SENSITIVE, sensitive).authValue;
  } catch (error) {
    if (!(error instanceof CodecError) || error.reason !== "tag") throw error;
    throw tpmError(badTag, error.message);
  }
}

/** The blob with its integrityDigest: the HMAC with tpmProof, sensitiveArea being encrypted. */
export function signBlob<T extends DelegationBlob>(tpm: Tpm, blob: T): T {
  return { ...blob, integrityDigest: blobHmac(tpm, blob) };
}

/** Throws TPM_AUTHFAIL unless this TPM made the blob. */
export function requireGenuine(tpm: Tpm, blob: DelegationBlob): void {
  if (equalBytes(blobHmac(tpm, blob), blob.integrityDigest)) return;
  throw tpmError("TPM_AUTHFAIL", "this TPM did not make the delegation, or it was changed");
}

function blobHmac({ permanent }: Tpm, blob: DelegationBlob): Uint8Array {
  return hmacSha1(permanent.tpmProof, encodeBlob({ ...blob, integrityDigest: NO_DIGEST }));
}

/** Either blob, encoded. */
export function encodeBlob(blob: DelegationBlob): Uint8Array {
  return "pubKeyDigest" in blob
    ? encode(TPM_DELEGATE_KEY_BLOB, blob)
    : encode(TPM_DELEGATE_OWNER_BLOB, blob);
}

/** A blob of the kind its tag says; throws TPM_BAD_PARAMETER for other tags. */
export function decodeBlob(bytes: Uint8Array): DelegationBlob {
  return decode(codecOf(bytes), bytes);
}

function codecOf(bytes: Uint8Array): Codec<DelegationBlob> {
  if (bytes.length < 2) {
    throw tpmError("TPM_BAD_PARAM_SIZE", `${bytes.length} bytes hold no delegation`);
  }
  const tag = bytes[0]! << 8 | bytes[1]!;
  if (tag === TPM_TAG_DELEGATE_OWNER_BLOB) return TPM_DELEGATE_OWNER_BLOB as Codec<DelegationBlob>;
  if (tag === TPM_TAG_DELG_KEY_BLOB) return TPM_DELEGATE_KEY_BLOB as Codec<DelegationBlob>;
  throw tpmError("TPM_BAD_PARAMETER", `tag ${tag} is no delegation's`);
}
