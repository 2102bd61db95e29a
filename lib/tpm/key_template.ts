import {
  TPM_KEY_BIND,
  TPM_KEY_IDENTITY,
  TPM_KEY_STORAGE,
  TPM_SS_RSASSAPKCS1v15_DER,
  TPM_SS_RSASSAPKCS1v15_INFO,
  TPM_SS_RSASSAPKCS1v15_SHA1,
} from "../tpm12/constants/mod.ts";
import type { Key } from "../tspi/mod.ts";
import {
  TSS_KEY_AUTHORIZATION,
  TSS_KEY_NO_AUTHORIZATION,
  TSS_KEY_SIZE_1024,
  TSS_KEY_SIZE_2048,
  TSS_KEY_SIZE_512,
  TSS_KEY_TYPE_BIND,
  TSS_KEY_TYPE_IDENTITY,
  TSS_KEY_TYPE_SIGNING,
  TSS_KEY_TYPE_STORAGE,
} from "../tspi/constants/mod.ts";
import type { KeyPurpose } from "./tpm_key.ts";

/**
 * What a signing key signs: "DER" any DigestInfo, "SHA1" a SHA-1 alone, "INFO" a TPM_SIGN_INFO.
 * Keys of "SHA1" and "INFO" quote and certify, too.
 */
export type SignatureSchemeName = "DER" | "SHA1" | "INFO";

/** Number of each scheme. */
export const SIGNATURE_SCHEMES: { readonly [S in SignatureSchemeName]: number } = {
  DER: TPM_SS_RSASSAPKCS1v15_DER,
  SHA1: TPM_SS_RSASSAPKCS1v15_SHA1,
  INFO: TPM_SS_RSASSAPKCS1v15_INFO,
};

const TYPE_FLAGS: { readonly [P in KeyPurpose]: number } = {
  sign: TSS_KEY_TYPE_SIGNING,
  decrypt: TSS_KEY_TYPE_BIND,
  attest: TSS_KEY_TYPE_IDENTITY,
  storage: TSS_KEY_TYPE_STORAGE,
};

const SIZE_FLAGS: { readonly [B in KeySize]: number } = {
  512: TSS_KEY_SIZE_512,
  1024: TSS_KEY_SIZE_1024,
  2048: TSS_KEY_SIZE_2048,
};

/** Bits of the modulus that a TPM's key may have. */
export type KeySize = 512 | 1024 | 2048;

/** The TSS_KEY_* flags of a key. */
export function keyFlags(
  { usage, bits, authorized }: {
    readonly usage: KeyPurpose;
    readonly bits: KeySize;
    readonly authorized: boolean;
  },
): number {
  return TYPE_FLAGS[usage] | SIZE_FLAGS[bits] |
    (authorized ? TSS_KEY_AUTHORIZATION : TSS_KEY_NO_AUTHORIZATION);
}

/** What a key is for, as its TPM_KEY says. */
export function purposeOf(key: Key): KeyPurpose {
  const { keyUsage } = key.fields;
  if (keyUsage === TPM_KEY_IDENTITY) return "attest";
  if (keyUsage === TPM_KEY_STORAGE) return "storage";
  return keyUsage === TPM_KEY_BIND ? "decrypt" : "sign";
}
