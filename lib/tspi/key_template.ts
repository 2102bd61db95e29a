import { encode } from "../codec/mod.ts";
import {
  TPM_ALG_RSA,
  TPM_AUTH_ALWAYS,
  TPM_AUTH_NEVER,
  TPM_ES_NONE,
  TPM_ES_RSAESOAEP_SHA1_MGF1,
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
  TPM_NO_READ_PUBKEY_AUTH,
  TPM_SS_NONE,
  TPM_SS_RSASSAPKCS1v15_SHA1,
  TPM_TAG_KEY12,
} from "../tpm12/constants/mod.ts";
import {
  STRUCT_VER_1_1,
  TPM_RSA_KEY_PARMS,
  type TpmKey,
  type TpmKey12,
} from "../tpm12/structures/mod.ts";
import {
  TSS_KEY_AUTHORIZATION,
  TSS_KEY_AUTHORIZATION_PRIV_USE_ONLY,
  TSS_KEY_CERTIFIED_MIGRATABLE,
  TSS_KEY_MIGRATABLE,
  TSS_KEY_SIZE_16384,
  TSS_KEY_SIZE_BITMASK,
  TSS_KEY_STRUCT_BITMASK,
  TSS_KEY_STRUCT_DEFAULT,
  TSS_KEY_STRUCT_KEY,
  TSS_KEY_STRUCT_KEY12,
  TSS_KEY_TEMPLATE_BITMASK,
  TSS_KEY_TSP_SRK,
  TSS_KEY_TYPE_AUTHCHANGE,
  TSS_KEY_TYPE_BIND,
  TSS_KEY_TYPE_BITMASK,
  TSS_KEY_TYPE_DEFAULT,
  TSS_KEY_TYPE_IDENTITY,
  TSS_KEY_TYPE_LEGACY,
  TSS_KEY_TYPE_MIGRATE,
  TSS_KEY_TYPE_SIGNING,
  TSS_KEY_TYPE_STORAGE,
  TSS_KEY_VOLATILE,
} from "./constants/keys.ts";
import { tspError } from "./tsp_error.ts";

/** A key in either form. */
export type AnyTpmKey = TpmKey | TpmKey12;

/** Bits of the initFlags: which uses are authorised. */
const AUTHORIZATION_BITMASK = 0x3;
const SIGNS = { encScheme: TPM_ES_NONE, sigScheme: TPM_SS_RSASSAPKCS1v15_SHA1 };
const DECRYPTS = { encScheme: TPM_ES_RSAESOAEP_SHA1_MGF1, sigScheme: TPM_SS_NONE };
const BOTH = { encScheme: TPM_ES_RSAESOAEP_SHA1_MGF1, sigScheme: TPM_SS_RSASSAPKCS1v15_SHA1 };

/** What each TSS_KEY_TYPE_* becomes. */
const TYPES: Readonly<
  Record<number, { keyUsage: number; encScheme: number; sigScheme: number } | undefined>
> = {
  [TSS_KEY_TYPE_DEFAULT]: { keyUsage: TPM_KEY_STORAGE, ...DECRYPTS },
  [TSS_KEY_TYPE_SIGNING]: { keyUsage: TPM_KEY_SIGNING, ...SIGNS },
  [TSS_KEY_TYPE_STORAGE]: { keyUsage: TPM_KEY_STORAGE, ...DECRYPTS },
  [TSS_KEY_TYPE_IDENTITY]: { keyUsage: TPM_KEY_IDENTITY, ...SIGNS },
  [TSS_KEY_TYPE_AUTHCHANGE]: { keyUsage: TPM_KEY_AUTHCHANGE, ...DECRYPTS },
  [TSS_KEY_TYPE_BIND]: { keyUsage: TPM_KEY_BIND, ...DECRYPTS },
  [TSS_KEY_TYPE_LEGACY]: { keyUsage: TPM_KEY_LEGACY, ...BOTH },
  [TSS_KEY_TYPE_MIGRATE]: { keyUsage: TPM_KEY_MIGRATE, ...DECRYPTS },
};

const AUTH_USAGES: Readonly<Record<number, number | undefined>> = {
  0: TPM_AUTH_NEVER,
  [TSS_KEY_AUTHORIZATION]: TPM_AUTH_ALWAYS,
  [TSS_KEY_AUTHORIZATION_PRIV_USE_ONLY]: TPM_NO_READ_PUBKEY_AUTH,
};

/**
 * The key that the initFlags of CreateObject describe, not made yet. `key12` decides for
 * TSS_KEY_STRUCT_DEFAULT. Throws TSS_E_INVALID_OBJECT_INITFLAG for flags that have no meaning.
 */
export function keyTemplate(
  initFlags: number,
  { key12 }: {
    /** Whether the default is a TPM_KEY12. */
    readonly key12: boolean;
  },
): AnyTpmKey {
  const srk = templateOf(initFlags) === TSS_KEY_TSP_SRK;
  const type = srk ? TSS_KEY_TYPE_STORAGE : initFlags & TSS_KEY_TYPE_BITMASK;
  const kind = TYPES[type];
  const authDataUsage = AUTH_USAGES[initFlags & AUTHORIZATION_BITMASK];
  if (kind === undefined || authDataUsage === undefined) throw invalid(initFlags);
  const { keyUsage, encScheme, sigScheme } = kind;
  const fields = {
    keyUsage,
    keyFlags: srk ? 0 : flagsOf(initFlags),
    authDataUsage,
    algorithmParms: {
      algorithmID: TPM_ALG_RSA,
      encScheme,
      sigScheme,
      parms: rsaParms(srk ? 2048 : sizeOf(initFlags)),
    },
    PCRInfo: new Uint8Array(0),
    pubKey: { key: new Uint8Array(0) },
    encData: new Uint8Array(0),
  };
  return isKey12(initFlags, key12)
    ? { tag: TPM_TAG_KEY12, fill: 0, ...fields }
    : { ver: { ...STRUCT_VER_1_1 }, ...fields };
}

/** TPM_RSA_KEY_PARMS of a key of so many bits; an exponent of 65537 is written as none. */
export function rsaParms(keyLength: number, exponent: Uint8Array = new Uint8Array(0)): Uint8Array {
  return encode(TPM_RSA_KEY_PARMS, { keyLength, numPrimes: 2, exponent });
}

function templateOf(initFlags: number): number {
  const template = (initFlags & TSS_KEY_TEMPLATE_BITMASK) >>> 0;
  if (template !== 0 && template !== TSS_KEY_TSP_SRK) throw invalid(initFlags);
  return template;
}

function flagsOf(initFlags: number): number {
  const authority = (initFlags & TSS_KEY_CERTIFIED_MIGRATABLE) !== 0;
  const migratable = authority || (initFlags & TSS_KEY_MIGRATABLE) !== 0;
  return (migratable ? TPM_MIGRATABLE : 0) | (authority ? TPM_MIGRATEAUTHORITY : 0) |
    (initFlags & TSS_KEY_VOLATILE ? TPM_ISVOLATILE : 0);
}

/** Bits of the key: 512 to 16384; 2048 by default. */
function sizeOf(initFlags: number): number {
  const size = initFlags & TSS_KEY_SIZE_BITMASK;
  if (size > TSS_KEY_SIZE_16384) throw invalid(initFlags);
  return size === 0 ? 2048 : 256 << (size >> 8);
}

/** A certified migratable key has to be a TPM_KEY12. */
function isKey12(initFlags: number, key12: boolean): boolean {
  const structure = initFlags & TSS_KEY_STRUCT_BITMASK;
  const authority = (initFlags & TSS_KEY_CERTIFIED_MIGRATABLE) !== 0;
  if (structure === TSS_KEY_STRUCT_DEFAULT) return key12 || authority;
  if (structure === TSS_KEY_STRUCT_KEY12) return true;
  if (structure !== TSS_KEY_STRUCT_KEY || authority) throw invalid(initFlags);
  return false;
}

function invalid(initFlags: number): Error {
  return tspError("TSS_E_INVALID_OBJECT_INITFLAG", `there is no key 0x${initFlags.toString(16)}`);
}
