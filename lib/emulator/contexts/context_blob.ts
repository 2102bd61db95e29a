import { type Codec, decode, encode } from "../../codec/mod.ts";
import {
  aes128CbcDecrypt,
  aes128CbcEncrypt,
  copyBytes,
  equalBytes,
  hmacSha1,
} from "../../crypto/mod.ts";
import { TPM_TAG_CONTEXT_SENSITIVE, TPM_TAG_CONTEXTBLOB } from "../../tpm12/constants/mod.ts";
import {
  TPM_CONTEXT_BLOB,
  TPM_CONTEXT_SENSITIVE,
  type TpmContextBlob,
  type TpmContextSensitive,
} from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import type { Tpm } from "../tpm.ts";

const IV_SIZE = 16;
const NO_DIGEST = new Uint8Array(20);

/** What a context blob is made of (Part 3, 21.2, actions 7 and 8). */
export interface ContextParts {
  /** TPM_RT_*. */
  readonly resourceType: number;
  /** The handle the resource has. */
  readonly handle: number;
  /** The caller's label, 16 bytes. */
  readonly label: Uint8Array;
  /** Against replay; 0 for keys. */
  readonly contextCount: number;
  /** Ties the blob to this run of the TPM, 20 bytes. */
  readonly contextNonce: Uint8Array;
  /** The resource, encoded. Wiped when the blob is made. */
  readonly internalData: Uint8Array;
  /** What may be known of the entity a session is bound to. */
  readonly entityDigest?: Uint8Array;
}

/**
 * Actions 5 to 12 of TPM_SaveContext: AES-128 in CBC mode, its IV at the head of additionalData,
 * and the HMAC of the blob as it was before encryption.
 */
export function sealContext(tpm: Tpm, parts: ContextParts): TpmContextBlob {
  const { contextNonce, internalData, entityDigest = new Uint8Array(0), ...head } = parts;
  const iv = tpm.random(IV_SIZE);
  const additionalData = new Uint8Array(IV_SIZE + entityDigest.length);
  additionalData.set(iv);
  additionalData.set(entityDigest, IV_SIZE);
  const clear = encode(TPM_CONTEXT_SENSITIVE, {
    tag: TPM_TAG_CONTEXT_SENSITIVE,
    contextNonce,
    internalData,
  });
  internalData.fill(0);
  const blob: TpmContextBlob = {
    tag: TPM_TAG_CONTEXTBLOB,
    ...head,
    integrityDigest: NO_DIGEST,
    additionalData,
    sensitiveData: clear,
  };
  const integrityDigest = contextHmac(tpm, blob);
  const sensitiveData = aes128CbcEncrypt(tpm.permanent.contextKey, iv, clear);
  clear.fill(0);
  return { ...blob, integrityDigest, sensitiveData };
}

/**
 * Actions 3, 4 and 6 of TPM_LoadContext: what is inside a blob of this TPM. Whatever is wrong with
 * it is TPM_BADCONTEXT: were wrong padding told from a wrong HMAC, blobs could be read by trying.
 */
export function openContext(tpm: Tpm, blob: TpmContextBlob): TpmContextSensitive {
  const iv = blob.additionalData.subarray(0, IV_SIZE);
  const clear = iv.length < IV_SIZE
    ? null
    : aes128CbcDecrypt(tpm.permanent.contextKey, iv, blob.sensitiveData);
  if (clear === null || !isGenuine(tpm, { ...blob, sensitiveData: clear })) {
    throw tpmError("TPM_BADCONTEXT", "this TPM did not save the context, or it was changed");
  }
  return decode(TPM_CONTEXT_SENSITIVE, clear);
}

function isGenuine(tpm: Tpm, blob: TpmContextBlob): boolean {
  const expected = contextHmac(tpm, { ...blob, integrityDigest: NO_DIGEST });
  return equalBytes(expected, blob.integrityDigest);
}

function contextHmac({ permanent }: Tpm, blob: TpmContextBlob): Uint8Array {
  const bytes = encode(TPM_CONTEXT_BLOB, blob);
  const digest = hmacSha1(permanent.tpmProof, bytes);
  bytes.fill(0);
  return digest;
}

/** Reads a resource out of a context, into memory of its own. */
export function readResource<T>(codec: Codec<T>, { internalData }: TpmContextSensitive): T {
  return decode(codec, copyBytes(internalData));
}

/** Throws unless a context carries a nonce of this run. */
export function requireNonce(
  { contextNonce }: TpmContextSensitive,
  expected: Uint8Array | null,
): void {
  if (expected === null || !equalBytes(contextNonce, expected)) {
    throw tpmError("TPM_BADCONTEXT", "the context was saved before the TPM started");
  }
}

/**
 * 10.a, 10.b of TPM_SaveContext. Enters one more session context in the list of those that may come
 * back; gives its count. Throws TPM_TOOMANYCONTEXTS, TPM_CONTEXT_GAP or TPM_NOCONTEXTSPACE.
 */
export function enterContext({ volatile, limits }: Tpm): number {
  const { contextList } = volatile;
  const contextCount = volatile.contextCount + 1;
  if (contextCount > 0xffffffff) {
    throw tpmError("TPM_TOOMANYCONTEXTS", "no more contexts can be counted until the next start");
  }
  const oldest = Math.min(contextCount, ...contextList.filter((count) => count !== 0));
  if (contextCount - oldest > limits.contextGap) {
    throw tpmError("TPM_CONTEXT_GAP", `context ${oldest} was saved too long ago; load or flush it`);
  }
  const free = contextList.indexOf(0);
  const place = free < 0 ? contextList.length : free;
  if (place === limits.savedContexts) {
    throw tpmError("TPM_NOCONTEXTSPACE", `${limits.savedContexts} contexts are outside already`);
  }
  volatile.contextCount = contextCount;
  contextList[place] = contextCount;
  return contextCount;
}

/** 9.a, 9.b of TPM_LoadContext. The place of a count in the list. Throws TPM_BADCONTEXT. */
export function contextPlace({ volatile }: Tpm, contextCount: number): number {
  const place = contextCount === 0 ? -1 : volatile.contextList.indexOf(contextCount);
  if (place < 0) throw tpmError("TPM_BADCONTEXT", `context ${contextCount} was loaded or flushed`);
  return place;
}
