import { decode, encode } from "../codec/mod.ts";
import { uuidToBytes } from "../formats/mod.ts";
import {
  TPM_AUTH_ALWAYS,
  TPM_AUTH_NEVER,
  TPM_ISVOLATILE,
  TPM_MIGRATABLE,
  TPM_NO_READ_PUBKEY_AUTH,
  TPM_REDIRECTION,
} from "../tpm12/constants/mod.ts";
import { TPM_RSA_KEY_PARMS, TPM_VERSION } from "../tpm12/structures/mod.ts";
import { type Attribute, requireBool, requireBytes, requireDigest } from "./attributes.ts";
import * as A from "./constants/key_attributes.ts";
import {
  TSS_KEYAUTH_AUTH_ALWAYS,
  TSS_KEYAUTH_AUTH_NEVER,
  TSS_KEYAUTH_AUTH_PRIV_USE_ONLY,
} from "./constants/keys.ts";
import { TSS_PS_TYPE_SYSTEM, TSS_PS_TYPE_USER } from "./constants/storage.ts";
import type { KeyBase } from "./key_base.ts";
import {
  ALGORITHMS,
  ENC_SCHEMES,
  KEY_USAGES,
  keyFlagsToTpm,
  keyFlagsToTss,
  SIG_SCHEMES,
  toTpm,
  toTss,
} from "./key_numbers.ts";
import { rsaParms } from "./key_template.ts";
import { PCR_ATTRIBUTE_READERS } from "./pcr_attributes.ts";
import { tspError } from "./tsp_error.ts";

/** The public exponent of a key that says none. */
const DEFAULT_EXPONENT = [1, 0, 1];
const { TSS_TSPATTRIB_KEY_INFO, TSS_TSPATTRIB_RSAKEY_INFO, TSS_TSPATTRIB_KEY_CMKINFO } = A;

/** The attributes of a key. */
export const KEY_ATTRIBUTES: readonly Attribute<KeyBase>[] = [
  {
    flag: A.TSS_TSPATTRIB_KEY_BLOB,
    subFlag: A.TSS_TSPATTRIB_KEYBLOB_BLOB,
    data: { get: (key) => key.blob, set: (key, value) => void (key.blob = requireBytes(value)) },
  },
  {
    flag: A.TSS_TSPATTRIB_KEY_BLOB,
    subFlag: A.TSS_TSPATTRIB_KEYBLOB_PUBLIC_KEY,
    data: {
      get: (key) => key.publicBlob,
      set: (key, value) => void (key.publicBlob = requireBytes(value)),
    },
  },
  {
    flag: A.TSS_TSPATTRIB_KEY_BLOB,
    subFlag: A.TSS_TSPATTRIB_KEYBLOB_PRIVATE_KEY,
    data: {
      get: (key) => key.fields.encData.slice(),
      set: (key, value) => key.change({ encData: requireBytes(value).slice() }),
    },
  },
  {
    flag: A.TSS_TSPATTRIB_KEY_REGISTER,
    uint32: {
      get: ({ storageType }) =>
        storageType === TSS_PS_TYPE_USER
          ? A.TSS_TSPATTRIB_KEYREGISTER_USER
          : storageType === TSS_PS_TYPE_SYSTEM
          ? A.TSS_TSPATTRIB_KEYREGISTER_SYSTEM
          : A.TSS_TSPATTRIB_KEYREGISTER_NO,
      set: (key, value) => {
        const storageType = REGISTER_VALUES[value];
        if (storageType === undefined) throw tspError("TSS_E_INVALID_ATTRIB_DATA");
        key.storageType = storageType;
      },
    },
  },
  {
    flag: A.TSS_TSPATTRIB_KEY_UUID,
    data: {
      get: ({ uuid }) => {
        if (uuid !== null) return uuidToBytes(uuid);
        throw tspError("TSS_E_INVALID_OBJ_ACCESS", "the key has no UUID: it is not registered");
      },
    },
  },
  info(A.TSS_TSPATTRIB_KEYINFO_SIZE, {
    get: (key) => key.size,
    set: (key, value) => {
      if (value < 512 || value > 16384 || value % 16 !== 0) {
        throw tspError("TSS_E_INVALID_ATTRIB_DATA", `a key cannot have ${value} bits`);
      }
      key.size = value;
    },
  }),
  info(A.TSS_TSPATTRIB_KEYINFO_USAGE, {
    get: ({ fields }) => toTss(KEY_USAGES, fields.keyUsage),
    set: (key, value) => key.change({ keyUsage: toTpm(KEY_USAGES, value) }),
  }),
  info(A.TSS_TSPATTRIB_KEYINFO_KEYFLAGS, {
    get: ({ fields }) => keyFlagsToTss(fields.keyFlags),
    set: (key, value) => key.change({ keyFlags: keyFlagsToTpm(value) }),
  }),
  authUsage(A.TSS_TSPATTRIB_KEYINFO_AUTHUSAGE),
  authUsage(A.TSS_TSPATTRIB_KEYINFO_AUTHDATAUSAGE),
  info(A.TSS_TSPATTRIB_KEYINFO_ALGORITHM, {
    get: ({ fields }) => toTss(ALGORITHMS, fields.algorithmParms.algorithmID),
    set: (key, value) => changeParms(key, { algorithmID: toTpm(ALGORITHMS, value) }),
  }),
  info(A.TSS_TSPATTRIB_KEYINFO_ENCSCHEME, {
    get: ({ fields }) => toTss(ENC_SCHEMES, fields.algorithmParms.encScheme),
    set: (key, value) => changeParms(key, { encScheme: toTpm(ENC_SCHEMES, value) }),
  }),
  info(A.TSS_TSPATTRIB_KEYINFO_SIGSCHEME, {
    get: ({ fields }) => toTss(SIG_SCHEMES, fields.algorithmParms.sigScheme),
    set: (key, value) => changeParms(key, { sigScheme: toTpm(SIG_SCHEMES, value) }),
  }),
  flag(A.TSS_TSPATTRIB_KEYINFO_MIGRATABLE, TPM_MIGRATABLE),
  flag(A.TSS_TSPATTRIB_KEYINFO_REDIRECTED, TPM_REDIRECTION),
  flag(A.TSS_TSPATTRIB_KEYINFO_VOLATILE, TPM_ISVOLATILE),
  info(A.TSS_TSPATTRIB_KEYINFO_CMK, { get: (key) => key.isCertifiedMigratable ? 1 : 0 }),
  {
    flag: TSS_TSPATTRIB_KEY_INFO,
    subFlag: A.TSS_TSPATTRIB_KEYINFO_VERSION,
    data: {
      get: ({ fields }) =>
        "ver" in fields ? encode(TPM_VERSION, fields.ver) : Uint8Array.of(1, 2, 0, 0),
    },
  },
  {
    flag: TSS_TSPATTRIB_RSAKEY_INFO,
    subFlag: A.TSS_TSPATTRIB_KEYINFO_RSA_EXPONENT,
    data: {
      get: (key) => {
        const { exponent } = rsaParmsOf(key);
        return exponent.length === 0 ? Uint8Array.from(DEFAULT_EXPONENT) : exponent.slice();
      },
      set: (key, value) =>
        changeParms(key, { parms: rsaParms(key.size, requireBytes(value).slice()) }),
    },
  },
  {
    flag: TSS_TSPATTRIB_RSAKEY_INFO,
    subFlag: A.TSS_TSPATTRIB_KEYINFO_RSA_MODULUS,
    data: {
      get: (key) => key.tpmPubkey.pubKey.key.slice(),
      set: (key, value) => {
        key.change({ pubKey: { key: requireBytes(value).slice() } });
        key.size = requireBytes(value).length * 8;
      },
    },
  },
  {
    flag: TSS_TSPATTRIB_RSAKEY_INFO,
    subFlag: A.TSS_TSPATTRIB_KEYINFO_RSA_KEYSIZE,
    uint32: { get: (key) => key.size },
  },
  {
    flag: TSS_TSPATTRIB_RSAKEY_INFO,
    subFlag: A.TSS_TSPATTRIB_KEYINFO_RSA_PRIMES,
    uint32: {
      get: (key) => rsaParmsOf(key).numPrimes,
      set: (key, value) => {
        const parms = encode(TPM_RSA_KEY_PARMS, { ...rsaParmsOf(key), numPrimes: value });
        changeParms(key, { parms });
      },
    },
  },
  {
    flag: TSS_TSPATTRIB_KEY_CMKINFO,
    subFlag: A.TSS_TSPATTRIB_KEYINFO_CMK_MA_APPROVAL,
    data: {
      get: (key) => present(key.migrationAuthorityApproval),
      set: (key, value) => void (key.migrationAuthorityApproval = requireDigest(value)),
    },
  },
  {
    flag: TSS_TSPATTRIB_KEY_CMKINFO,
    subFlag: A.TSS_TSPATTRIB_KEYINFO_CMK_MA_DIGEST,
    data: {
      get: (key) => present(key.migrationAuthorityDigest),
      set: (key, value) => void (key.migrationAuthorityDigest = requireDigest(value)),
    },
  },
  ...PCR_ATTRIBUTE_READERS.key,
];

const REGISTER_VALUES: Readonly<Record<number, number | undefined>> = {
  [A.TSS_TSPATTRIB_KEYREGISTER_USER]: TSS_PS_TYPE_USER,
  [A.TSS_TSPATTRIB_KEYREGISTER_SYSTEM]: TSS_PS_TYPE_SYSTEM,
  [A.TSS_TSPATTRIB_KEYREGISTER_NO]: 0,
};

function info(subFlag: number, uint32: NonNullable<Attribute<KeyBase>["uint32"]>) {
  return { flag: TSS_TSPATTRIB_KEY_INFO, subFlag, uint32 };
}

/** An attribute that is one bit of the key's flags. */
function flag(subFlag: number, bit: number): Attribute<KeyBase> {
  return info(subFlag, {
    get: ({ fields }) => fields.keyFlags & bit ? 1 : 0,
    set: (key, value) => {
      const { keyFlags } = key.fields;
      key.change({ keyFlags: requireBool(value) ? keyFlags | bit : keyFlags & ~bit });
    },
  });
}

/** Whether the key takes authorisation: a TSS_BOOL, or to set it TSS_KEYAUTH_*. */
function authUsage(subFlag: number): Attribute<KeyBase> {
  const values: Readonly<Record<number, number | undefined>> = {
    0: TPM_AUTH_NEVER,
    1: TPM_AUTH_ALWAYS,
    [TSS_KEYAUTH_AUTH_NEVER]: TPM_AUTH_NEVER,
    [TSS_KEYAUTH_AUTH_ALWAYS]: TPM_AUTH_ALWAYS,
    [TSS_KEYAUTH_AUTH_PRIV_USE_ONLY]: TPM_NO_READ_PUBKEY_AUTH,
  };
  return info(subFlag, {
    get: ({ fields }) => fields.authDataUsage === TPM_AUTH_NEVER ? 0 : 1,
    set: (key, value) => {
      const authDataUsage = values[value];
      if (authDataUsage === undefined) throw tspError("TSS_E_INVALID_ATTRIB_DATA");
      key.change({ authDataUsage });
    },
  });
}

function changeParms(
  key: KeyBase,
  parms: Partial<KeyBase["fields"]["algorithmParms"]>,
): void {
  key.change({ algorithmParms: { ...key.fields.algorithmParms, ...parms } });
}

function rsaParmsOf(key: KeyBase) {
  return decode(TPM_RSA_KEY_PARMS, key.fields.algorithmParms.parms);
}

function present(bytes: Uint8Array | null): Uint8Array {
  if (bytes !== null) return bytes.slice();
  throw tspError("TSS_E_INVALID_OBJ_ACCESS", "the attribute was not set");
}
