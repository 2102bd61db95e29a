import { bytes, type Codec, SIZED32, struct, tag, U32 } from "../../codec/mod.ts";
import { TPM_TAG_CONTEXT_SENSITIVE, TPM_TAG_CONTEXTBLOB } from "../constants/mod.ts";
import { TPM_DIGEST, TPM_NONCE } from "./basics.ts";

/** TPM_CONTEXT_BLOB: a resource saved outside (Part 2, 18.1). */
export interface TpmContextBlob {
  /** TPM_TAG_CONTEXTBLOB. */
  tag: typeof TPM_TAG_CONTEXTBLOB;
  /** TPM_RT_*. */
  resourceType: number;
  /** The handle it had. */
  handle: number;
  /** Label of the caller. */
  label: Uint8Array;
  /** Against replay; 0 for keys. */
  contextCount: number;
  /** HMAC with tpmProof over the blob with this field zero. */
  integrityDigest: Uint8Array;
  /** Public data of the maker. */
  additionalData: Uint8Array;
  /** TPM_CONTEXT_SENSITIVE, encrypted. */
  sensitiveData: Uint8Array;
}

/** Wire form of {@linkcode TpmContextBlob}. */
export const TPM_CONTEXT_BLOB: Codec<TpmContextBlob> = struct("TPM_CONTEXT_BLOB", {
  tag: tag(TPM_TAG_CONTEXTBLOB),
  resourceType: U32,
  handle: U32,
  label: bytes("label", 16),
  contextCount: U32,
  integrityDigest: TPM_DIGEST,
  additionalData: SIZED32,
  sensitiveData: SIZED32,
});

/** TPM_CONTEXT_SENSITIVE: what is inside a saved context (Part 2, 18.2). */
export interface TpmContextSensitive {
  /** TPM_TAG_CONTEXT_SENSITIVE. */
  tag: typeof TPM_TAG_CONTEXT_SENSITIVE;
  /** Ties the blob to this run of the TPM. */
  contextNonce: Uint8Array;
  /** The resource. */
  internalData: Uint8Array;
}

/** Wire form of {@linkcode TpmContextSensitive}. */
export const TPM_CONTEXT_SENSITIVE: Codec<TpmContextSensitive> = struct("TPM_CONTEXT_SENSITIVE", {
  tag: tag(TPM_TAG_CONTEXT_SENSITIVE),
  contextNonce: TPM_NONCE,
  internalData: SIZED32,
});
