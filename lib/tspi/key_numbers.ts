import {
  TPM_ALG_AES128,
  TPM_ALG_AES192,
  TPM_ALG_AES256,
  TPM_ALG_HMAC,
  TPM_ALG_MGF1,
  TPM_ALG_RSA,
  TPM_ALG_SHA,
  TPM_ALG_XOR,
  TPM_ES_NONE,
  TPM_ES_RSAESOAEP_SHA1_MGF1,
  TPM_ES_RSAESPKCSv15,
  TPM_ES_SYM_CTR,
  TPM_ES_SYM_OFB,
  TPM_ISVOLATILE,
  TPM_KEY_AUTHCHANGE,
  TPM_KEY_BIND,
  TPM_KEY_IDENTITY,
  TPM_KEY_LEGACY,
  TPM_KEY_MIGRATE,
  TPM_KEY_SIGNING,
  TPM_KEY_STORAGE,
  TPM_MIGRATABLE,
  TPM_MIGRATEAUTHORITY,
  TPM_REDIRECTION,
  TPM_SS_NONE,
  TPM_SS_RSASSAPKCS1v15_DER,
  TPM_SS_RSASSAPKCS1v15_INFO,
  TPM_SS_RSASSAPKCS1v15_SHA1,
} from "../tpm12/constants/mod.ts";
import {
  TSS_ALG_AES128,
  TSS_ALG_AES192,
  TSS_ALG_AES256,
  TSS_ALG_HMAC,
  TSS_ALG_MGF1,
  TSS_ALG_RSA,
  TSS_ALG_SHA,
  TSS_ALG_XOR,
  TSS_ES_NONE,
  TSS_ES_RSAESOAEP_SHA1_MGF1,
  TSS_ES_RSAESPKCSV15,
  TSS_ES_SYM_CNT,
  TSS_ES_SYM_OFB,
  TSS_SS_NONE,
  TSS_SS_RSASSAPKCS1V15_DER,
  TSS_SS_RSASSAPKCS1V15_INFO,
  TSS_SS_RSASSAPKCS1V15_SHA1,
} from "./constants/algorithms.ts";
import {
  TSS_KEYFLAG_CERTIFIED_MIGRATABLE,
  TSS_KEYFLAG_MIGRATABLE,
  TSS_KEYFLAG_REDIRECTION,
  TSS_KEYFLAG_VOLATILEKEY,
  TSS_KEYUSAGE_AUTHCHANGE,
  TSS_KEYUSAGE_BIND,
  TSS_KEYUSAGE_IDENTITY,
  TSS_KEYUSAGE_LEGACY,
  TSS_KEYUSAGE_MIGRATE,
  TSS_KEYUSAGE_SIGN,
  TSS_KEYUSAGE_STORAGE,
} from "./constants/keys.ts";
import { tspError } from "./tsp_error.ts";

/** The TSS and the TPM number the same things differently: pairs of both numbers. */
type Numbers = readonly (readonly [tss: number, tpm: number])[];

/** TSS_KEYUSAGE_* and TPM_KEY_*. */
export const KEY_USAGES: Numbers = [
  [TSS_KEYUSAGE_BIND, TPM_KEY_BIND],
  [TSS_KEYUSAGE_IDENTITY, TPM_KEY_IDENTITY],
  [TSS_KEYUSAGE_LEGACY, TPM_KEY_LEGACY],
  [TSS_KEYUSAGE_SIGN, TPM_KEY_SIGNING],
  [TSS_KEYUSAGE_STORAGE, TPM_KEY_STORAGE],
  [TSS_KEYUSAGE_AUTHCHANGE, TPM_KEY_AUTHCHANGE],
  [TSS_KEYUSAGE_MIGRATE, TPM_KEY_MIGRATE],
];

/** TSS_ALG_* and TPM_ALG_*. */
export const ALGORITHMS: Numbers = [
  [TSS_ALG_RSA, TPM_ALG_RSA],
  [TSS_ALG_SHA, TPM_ALG_SHA],
  [TSS_ALG_HMAC, TPM_ALG_HMAC],
  [TSS_ALG_AES128, TPM_ALG_AES128],
  [TSS_ALG_AES192, TPM_ALG_AES192],
  [TSS_ALG_AES256, TPM_ALG_AES256],
  [TSS_ALG_XOR, TPM_ALG_XOR],
  [TSS_ALG_MGF1, TPM_ALG_MGF1],
];

/** TSS_ES_* and TPM_ES_*. */
export const ENC_SCHEMES: Numbers = [
  [TSS_ES_NONE, TPM_ES_NONE],
  [TSS_ES_RSAESPKCSV15, TPM_ES_RSAESPKCSv15],
  [TSS_ES_RSAESOAEP_SHA1_MGF1, TPM_ES_RSAESOAEP_SHA1_MGF1],
  [TSS_ES_SYM_CNT, TPM_ES_SYM_CTR],
  [TSS_ES_SYM_OFB, TPM_ES_SYM_OFB],
];

/** TSS_SS_* and TPM_SS_*. */
export const SIG_SCHEMES: Numbers = [
  [TSS_SS_NONE, TPM_SS_NONE],
  [TSS_SS_RSASSAPKCS1V15_SHA1, TPM_SS_RSASSAPKCS1v15_SHA1],
  [TSS_SS_RSASSAPKCS1V15_DER, TPM_SS_RSASSAPKCS1v15_DER],
  [TSS_SS_RSASSAPKCS1V15_INFO, TPM_SS_RSASSAPKCS1v15_INFO],
];

/** TSS_KEYFLAG_* bits and TPM_KEY_FLAGS bits. */
const KEY_FLAGS: Numbers = [
  [TSS_KEYFLAG_REDIRECTION, TPM_REDIRECTION],
  [TSS_KEYFLAG_MIGRATABLE, TPM_MIGRATABLE],
  [TSS_KEYFLAG_VOLATILEKEY, TPM_ISVOLATILE],
  [TSS_KEYFLAG_CERTIFIED_MIGRATABLE, TPM_MIGRATEAUTHORITY],
];

/** The TPM's number; throws TSS_E_INVALID_ATTRIB_DATA when there is none. */
export function toTpm(numbers: Numbers, tss: number): number {
  const pair = numbers.find(([number]) => number === tss);
  if (pair !== undefined) return pair[1];
  throw tspError("TSS_E_INVALID_ATTRIB_DATA", `0x${tss.toString(16)} is not one of its values`);
}

/** The TSS's number; the TPM's when there is none. */
export function toTss(numbers: Numbers, tpm: number): number {
  return numbers.find(([, number]) => number === tpm)?.[0] ?? tpm;
}

/** TSS_KEYFLAG_* bits of a key. */
export function keyFlagsToTss(keyFlags: number): number {
  return KEY_FLAGS.reduce((bits, [tss, tpm]) => keyFlags & tpm ? bits | tss : bits, 0);
}

/** The TPM's bits for TSS_KEYFLAG_* bits. */
export function keyFlagsToTpm(bits: number): number {
  return KEY_FLAGS.reduce((flags, [tss, tpm]) => bits & tss ? flags | tpm : flags, 0);
}
