import { decode } from "../../codec/mod.ts";
import { bitLength, bytesToBigint } from "../../crypto/mod.ts";
import {
  TPM_ALG_RSA,
  TPM_AUTH_NEVER,
  TPM_ES_NONE,
  TPM_ES_RSAESOAEP_SHA1_MGF1,
  TPM_ES_RSAESPKCSv15,
  TPM_KEY_AUTHCHANGE,
  TPM_KEY_BIND,
  TPM_KEY_IDENTITY,
  TPM_KEY_LEGACY,
  TPM_KEY_MIGRATE,
  TPM_KEY_SIGNING,
  TPM_KEY_STORAGE,
  TPM_SS_NONE,
  TPM_SS_RSASSAPKCS1v15_DER,
  TPM_SS_RSASSAPKCS1v15_INFO,
  TPM_SS_RSASSAPKCS1v15_SHA1,
} from "../../tpm12/constants/mod.ts";
import {
  TPM_RSA_KEY_PARMS,
  type TpmKey,
  type TpmKey12,
  type TpmKeyParms,
  type TpmPubkey,
  type TpmRsaKeyParms,
} from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import type { Key } from "../state/key.ts";
import type { Tpm } from "../tpm.ts";

/** The schemes and sizes of one key usage (Part 2, 5.7.1). */
interface UsageRule {
  readonly encSchemes: readonly number[];
  readonly sigSchemes: readonly number[];
  /** Shortest modulus in bits; `exact` for the only one. */
  readonly bits: number;
  readonly exact?: true;
}

const OAEP = [TPM_ES_RSAESOAEP_SHA1_MGF1];
const OAEP_OR_PKCS = [TPM_ES_RSAESOAEP_SHA1_MGF1, TPM_ES_RSAESPKCSv15];
const NO_ENCRYPTION = [TPM_ES_NONE];
const NO_SIGNATURE = [TPM_SS_NONE];

const USAGE_RULES: ReadonlyMap<number, UsageRule> = new Map<number, UsageRule>([
  [TPM_KEY_SIGNING, {
    encSchemes: NO_ENCRYPTION,
    sigSchemes: [
      TPM_SS_RSASSAPKCS1v15_SHA1,
      TPM_SS_RSASSAPKCS1v15_DER,
      TPM_SS_RSASSAPKCS1v15_INFO,
    ],
    bits: 512,
  }],
  [TPM_KEY_STORAGE, { encSchemes: OAEP, sigSchemes: NO_SIGNATURE, bits: 2048, exact: true }],
  [TPM_KEY_IDENTITY, {
    encSchemes: NO_ENCRYPTION,
    sigSchemes: [TPM_SS_RSASSAPKCS1v15_SHA1],
    bits: 2048,
    exact: true,
  }],
  [TPM_KEY_AUTHCHANGE, { encSchemes: OAEP, sigSchemes: NO_SIGNATURE, bits: 512 }],
  [TPM_KEY_BIND, { encSchemes: OAEP_OR_PKCS, sigSchemes: NO_SIGNATURE, bits: 512 }],
  [TPM_KEY_LEGACY, {
    encSchemes: OAEP_OR_PKCS,
    sigSchemes: [TPM_SS_RSASSAPKCS1v15_SHA1, TPM_SS_RSASSAPKCS1v15_DER],
    bits: 512,
  }],
  [TPM_KEY_MIGRATE, { encSchemes: OAEP, sigSchemes: NO_SIGNATURE, bits: 2048, exact: true }],
]);

/** Longest modulus in bits, and that of every key that the TPM stands on. */
export const MAX_BITS = 2048;
const EXPONENTS: readonly number[] = [3, 5, 7, 17, 257, 65537];
/** The public exponent where a key gives none, and the only one of keys that the TPM stands on. */
export const DEFAULT_EXPONENT = 65537;

/** The RSA parameters of a key; throws TPM_BAD_KEY_PROPERTY for another algorithm, a CodecError. */
export function rsaParms(parms: TpmKeyParms): TpmRsaKeyParms {
  if (parms.algorithmID !== TPM_ALG_RSA) {
    throw badProperty(`algorithm ${parms.algorithmID} is not TPM_ALG_RSA`);
  }
  return decode(TPM_RSA_KEY_PARMS, parms.parms);
}

/** The public exponent as a number; none given means 65537. */
export function exponentOf({ exponent }: TpmRsaKeyParms): number {
  if (exponent.length === 0) return DEFAULT_EXPONENT;
  if (exponent.length > 6) return NaN;
  return exponent.reduce((value, byte) => value * 256 + byte, 0);
}

/**
 * Throws TPM_BAD_KEY_PROPERTY unless this TPM makes and loads RSA keys of such size, exponent and
 * schemes for the usage; TPM_NOTFIPS for what FIPS mode forbids.
 */
export function requireKeyRules(tpm: Tpm, key: TpmKey | TpmKey12): void {
  const { algorithmParms, keyUsage } = key;
  const rule = USAGE_RULES.get(keyUsage);
  if (rule === undefined) throw badProperty(`0x${keyUsage.toString(16)} is no key usage`);
  const rsa = rsaParms(algorithmParms);
  if (rsa.numPrimes !== 2) throw badProperty(`a key has 2 primes, not ${rsa.numPrimes}`);
  if (rsa.keyLength > MAX_BITS || rsa.keyLength % 16 !== 0 || rsa.keyLength < rule.bits) {
    throw badProperty(`${rsa.keyLength} bits are not allowed for this usage`);
  }
  const exponent = exponentOf(rsa);
  if (!EXPONENTS.includes(exponent) || (rule.exact && exponent !== DEFAULT_EXPONENT)) {
    throw badProperty("this exponent is not allowed for this usage");
  }
  if (!rule.encSchemes.includes(algorithmParms.encScheme)) {
    throw badProperty(`encryption scheme ${algorithmParms.encScheme} does not suit the usage`);
  }
  if (!rule.sigSchemes.includes(algorithmParms.sigScheme)) {
    throw badProperty(`signature scheme ${algorithmParms.sigScheme} does not suit the usage`);
  }
  if (tpm.permanent.flags.FIPS) requireFips(key, rsa);
}

/**
 * Throws TPM_BAD_KEY_PROPERTY unless a public key is as strong as 2048 bits of RSA with the default
 * exponent, as one that private keys are sent to must be (Part 3, 11.3 and 12.4).
 */
export function requireMigrationStrength(key: TpmPubkey): void {
  const rsa = rsaParms(key.algorithmParms);
  if (rsa.keyLength < MAX_BITS || modulusBits(key) < MAX_BITS) {
    throw badProperty(`a key of fewer than ${MAX_BITS} bits is too weak`);
  }
  if (exponentOf(rsa) !== DEFAULT_EXPONENT) {
    throw badProperty(`the exponent is not ${DEFAULT_EXPONENT}`);
  }
}

function modulusBits({ pubKey }: TpmPubkey): number {
  return bitLength(bytesToBigint(pubKey.key));
}

/** Throws TPM_INVALID_KEYUSAGE unless a key is a storage key, as the parent of anything must be. */
export function requireStorage({ keyUsage }: Key): void {
  if (keyUsage === TPM_KEY_STORAGE) return;
  throw tpmError("TPM_INVALID_KEYUSAGE", "the parent is not a storage key");
}

/**
 * As {@linkcode requireStorage}, and the key must not migrate: parents of sealed data and of
 * certified migratable keys stay with this TPM.
 */
export function requireUnmovable(key: Key): void {
  requireStorage(key);
  if (key.migratable) throw tpmError("TPM_INVALID_KEYUSAGE", "the storage key is migratable");
}

function requireFips(key: TpmKey | TpmKey12, { keyLength }: TpmRsaKeyParms): void {
  if (keyLength < 1024) throw tpmError("TPM_NOTFIPS", "FIPS mode wants 1024 bits or more");
  if (key.authDataUsage === TPM_AUTH_NEVER) {
    throw tpmError("TPM_NOTFIPS", "FIPS mode wants every key to take authorisation");
  }
  if (key.keyUsage === TPM_KEY_LEGACY) {
    throw tpmError("TPM_NOTFIPS", "FIPS mode has no legacy keys");
  }
}

function badProperty(detail: string): Error {
  return tpmError("TPM_BAD_KEY_PROPERTY", detail);
}
