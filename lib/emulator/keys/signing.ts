import { encode } from "../../codec/mod.ts";
import { RsaError, sha1, signPkcs1Der, signPkcs1Sha1 } from "../../crypto/mod.ts";
import {
  TPM_KEY_IDENTITY,
  TPM_KEY_LEGACY,
  TPM_KEY_SIGNING,
  TPM_SS_RSASSAPKCS1v15_DER,
  TPM_SS_RSASSAPKCS1v15_INFO,
  TPM_SS_RSASSAPKCS1v15_SHA1,
  TPM_TAG_SIGNINFO,
} from "../../tpm12/constants/mod.ts";
import { TPM_SIGN_INFO } from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import type { Key } from "../state/key.ts";

/** What TPM_SIGN_INFO says was signed (Part 2, 11.6). */
export interface SignInfo {
  /** Four letters that name the command. */
  readonly fixed: "SIGN" | "TSTP" | "TRAN" | "ADIG";
  /** The caller's nonce, 20 bytes. */
  readonly replay: Uint8Array;
  /** What is signed. */
  readonly data: Uint8Array;
}

/** Signature over SHA1(TPM_SIGN_INFO); throws TPM_INAPPROPRIATE_SIG for a scheme other than SHA1 and INFO. */
export function signInfo(key: Key, { fixed, replay, data }: SignInfo): Uint8Array {
  const encoded = encode(TPM_SIGN_INFO, {
    tag: TPM_TAG_SIGNINFO,
    fixed: Uint8Array.from(fixed, (letter) => letter.charCodeAt(0)),
    replay,
    data,
  });
  return signDigest(key, sha1(encoded));
}

/** Signature over a SHA-1 digest (20 bytes); throws TPM_INAPPROPRIATE_SIG as {@linkcode signInfo}. */
export function signDigest(key: Key, digest: Uint8Array): Uint8Array {
  requireDigestScheme(key);
  return signPkcs1Sha1(key.rsa, digest);
}

/** Whether the scheme of a key signs digests of structures. */
export function signsDigests({ publicPart }: Key): boolean {
  const { sigScheme } = publicPart.algorithmParms;
  return sigScheme === TPM_SS_RSASSAPKCS1v15_SHA1 || sigScheme === TPM_SS_RSASSAPKCS1v15_INFO;
}

/** Throws TPM_INAPPROPRIATE_SIG unless {@linkcode signsDigests}. */
export function requireDigestScheme(key: Key): void {
  if (signsDigests(key)) return;
  throw tpmError("TPM_INAPPROPRIATE_SIG", "the key does not sign SHA-1 digests");
}

/** The usages of keys that sign for the TPM. */
export const SIGNING_USAGES: readonly number[] = [
  TPM_KEY_SIGNING,
  TPM_KEY_IDENTITY,
  TPM_KEY_LEGACY,
];

/** Throws TPM_INVALID_KEYUSAGE for a key of a usage that does not sign for the TPM. */
export function requireSigningUsage({ keyUsage }: Key): void {
  if (SIGNING_USAGES.includes(keyUsage)) return;
  throw tpmError("TPM_INVALID_KEYUSAGE", "this takes a signing, identity or legacy key");
}

/** Signature over bytes padded as they are (scheme DER); throws TPM_BAD_PARAMETER when too long. */
export function signDer(key: Key, data: Uint8Array): Uint8Array {
  if (key.publicPart.algorithmParms.sigScheme !== TPM_SS_RSASSAPKCS1v15_DER) {
    throw tpmError("TPM_INAPPROPRIATE_SIG", "the key does not sign DER");
  }
  try {
    return signPkcs1Der(key.rsa, data);
  } catch (error) {
    throw error instanceof RsaError ? tpmError("TPM_BAD_PARAMETER", error.message) : error;
  }
}
