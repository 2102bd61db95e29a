import {
  type RandomSource,
  type RsaPublicKey,
  sha1,
  SHA1_SIZE,
  verifyPkcs1Sha1,
} from "../crypto/mod.ts";
import type { TspCodeName } from "../tpm12/mod.ts";
import { tspError } from "./tsp_error.ts";

/** TSS_VALIDATION: what was signed, for which challenge, and the signature (TSS 1.2, 3.21). */
export interface TssValidation {
  /** The challenge, 20 bytes. */
  readonly externalData: Uint8Array;
  /** The signed bytes. */
  readonly data: Uint8Array;
  /** The signature, or the checksum. */
  readonly validationData: Uint8Array;
}

/** How an answer that can be verified is asked for. */
export interface ValidationOptions {
  /**
   * The caller's challenge, at least 20 bytes of which the first 20 are used: the caller verifies
   * the answer. When it is left out a random one is drawn and the answer is verified here.
   */
  readonly externalData?: Uint8Array | undefined;
}

/** A challenge, and whether the answer to it is verified here. */
export interface Challenge {
  /** 20 bytes. */
  readonly nonce: Uint8Array;
  /** The caller gave none. */
  readonly verifies: boolean;
}

/** The challenge of the caller, or a random one. Throws TSS_E_BAD_PARAMETER for a short one. */
export function challengeOf(
  { externalData }: ValidationOptions,
  random: RandomSource,
  { exactly = false }: {
    /** More than 20 bytes are refused, too. */
    readonly exactly?: boolean;
  } = {},
): Challenge {
  if (externalData === undefined) return { nonce: random(SHA1_SIZE), verifies: true };
  const { length } = externalData;
  if (length < SHA1_SIZE || exactly && length > SHA1_SIZE) {
    throw tspError("TSS_E_BAD_PARAMETER", `a challenge takes 20 bytes, ${length} given`);
  }
  return { nonce: externalData.slice(0, SHA1_SIZE), verifies: false };
}

/** Throws the named error unless the signature is the key's over the SHA-1 of what was signed. */
export function requireSignature(
  { data, validationData }: TssValidation,
  publicKey: RsaPublicKey,
  error: TspCodeName = "TSS_E_VERIFICATION_FAILED",
): void {
  if (verifyPkcs1Sha1(publicKey, sha1(data), validationData)) return;
  throw tspError(error, "the signature is not by this key over what was answered");
}
