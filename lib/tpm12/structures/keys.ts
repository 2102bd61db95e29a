import {
  checked32,
  type Codec,
  CodecError,
  either,
  only,
  opaque32,
  SIZED32,
  struct,
  tag,
  U16,
  U32,
  U8,
} from "../../codec/mod.ts";
import { TPM_TAG_KEY12 } from "../constants/mod.ts";
import { TPM_DIGEST, TPM_SECRET, TPM_STRUCT_VER, type TpmStructVer } from "./basics.ts";
import { TPM_PCR_INFO, TPM_PCR_INFO_LONG } from "./pcr.ts";

/** TPM_RSA_KEY_PARMS: size of an RSA key (Part 2, 10.1.1). */
export interface TpmRsaKeyParms {
  /** Bits of the modulus. */
  keyLength: number;
  /** 2. */
  numPrimes: number;
  /** Public exponent, big-endian; none for 65537. */
  exponent: Uint8Array;
}

/** Wire form of {@linkcode TpmRsaKeyParms}. */
export const TPM_RSA_KEY_PARMS: Codec<TpmRsaKeyParms> = struct("TPM_RSA_KEY_PARMS", {
  keyLength: U32,
  numPrimes: U32,
  exponent: SIZED32,
});

/** TPM_SYMMETRIC_KEY_PARMS: size of a symmetric key (Part 2, 10.1.2). */
export interface TpmSymmetricKeyParms {
  /** Bits of the key. */
  keyLength: number;
  /** Bits of a block. */
  blockSize: number;
  /** Initialisation vector, or nothing. */
  IV: Uint8Array;
}

/** Wire form of {@linkcode TpmSymmetricKeyParms}. */
export const TPM_SYMMETRIC_KEY_PARMS: Codec<TpmSymmetricKeyParms> = struct(
  "TPM_SYMMETRIC_KEY_PARMS",
  {
    keyLength: U32,
    blockSize: U32,
    IV: SIZED32,
  },
);

/** TPM_KEY_PARMS: what kind of key (Part 2, 10.1). */
export interface TpmKeyParms {
  /** TPM_ALG_*. */
  algorithmID: number;
  /** TPM_ES_*. */
  encScheme: number;
  /** TPM_SS_*. */
  sigScheme: number;
  /** Encoded TPM_RSA_KEY_PARMS or TPM_SYMMETRIC_KEY_PARMS, or nothing. */
  parms: Uint8Array;
}

/** Wire form of {@linkcode TpmKeyParms}. */
export const TPM_KEY_PARMS: Codec<TpmKeyParms> = struct("TPM_KEY_PARMS", {
  algorithmID: U32,
  encScheme: U16,
  sigScheme: U16,
  parms: opaque32(TPM_RSA_KEY_PARMS),
});

/** TPM_STORE_PUBKEY: a modulus (Part 2, 10.4). */
export interface TpmStorePubkey {
  /** Big-endian. */
  key: Uint8Array;
}

/** Wire form of {@linkcode TpmStorePubkey}. */
export const TPM_STORE_PUBKEY: Codec<TpmStorePubkey> = struct("TPM_STORE_PUBKEY", {
  key: SIZED32,
});

/** TPM_PUBKEY: a public key by itself (Part 2, 10.5). */
export interface TpmPubkey {
  /** Algorithm, schemes and size. */
  algorithmParms: TpmKeyParms;
  /** Modulus. */
  pubKey: TpmStorePubkey;
}

/** Wire form of {@linkcode TpmPubkey}. */
export const TPM_PUBKEY: Codec<TpmPubkey> = struct("TPM_PUBKEY", {
  algorithmParms: TPM_KEY_PARMS,
  pubKey: TPM_STORE_PUBKEY,
});

/** TPM_KEY: a key in the form of 1.1 (Part 2, 10.2). */
export interface TpmKey {
  /** 1.1. */
  ver: TpmStructVer;
  /** TPM_KEY_* usage. */
  keyUsage: number;
  /** TPM_REDIRECTION to TPM_MIGRATEAUTHORITY. */
  keyFlags: number;
  /** TPM_AUTH_NEVER, TPM_AUTH_ALWAYS or TPM_NO_READ_PUBKEY_AUTH. */
  authDataUsage: number;
  /** Algorithm, schemes and size. */
  algorithmParms: TpmKeyParms;
  /** Encoded TPM_PCR_INFO, or nothing. */
  PCRInfo: Uint8Array;
  /** Modulus. */
  pubKey: TpmStorePubkey;
  /** TPM_STORE_ASYMKEY encrypted under the parent. */
  encData: Uint8Array;
}

/** The bits of TPM_KEY_FLAGS, TPM_REDIRECTION to TPM_MIGRATEAUTHORITY (Part 2, 5.8). */
const KEY_FLAGS_MASK = 0x1f;

const KEY_FLAGS: Codec<number> = {
  ...U32,
  name: "TPM_KEY_FLAGS",
  read(reader) {
    const flags = reader.u32();
    if ((flags & ~KEY_FLAGS_MASK) !== 0) {
      throw new CodecError(
        "TPM_BAD_KEY_PROPERTY",
        `Cannot decode key flags ${flags}: unknown bits`,
      );
    }
    return flags;
  },
};

/** Wire form of {@linkcode TpmKey}. */
export const TPM_KEY: Codec<TpmKey> = struct("TPM_KEY", {
  ver: TPM_STRUCT_VER,
  keyUsage: U16,
  keyFlags: KEY_FLAGS,
  authDataUsage: U8,
  algorithmParms: TPM_KEY_PARMS,
  PCRInfo: checked32(TPM_PCR_INFO),
  pubKey: TPM_STORE_PUBKEY,
  encData: SIZED32,
});

/** TPM_KEY12: a key in the form of 1.2 (Part 2, 10.3). */
export interface TpmKey12 {
  /** TPM_TAG_KEY12. */
  tag: typeof TPM_TAG_KEY12;
  /** 0. */
  fill: number;
  /** TPM_KEY_* usage. */
  keyUsage: number;
  /** TPM_REDIRECTION to TPM_MIGRATEAUTHORITY. */
  keyFlags: number;
  /** TPM_AUTH_NEVER, TPM_AUTH_ALWAYS or TPM_NO_READ_PUBKEY_AUTH. */
  authDataUsage: number;
  /** Algorithm, schemes and size. */
  algorithmParms: TpmKeyParms;
  /** Encoded TPM_PCR_INFO_LONG, or nothing. */
  PCRInfo: Uint8Array;
  /** Modulus. */
  pubKey: TpmStorePubkey;
  /** TPM_STORE_ASYMKEY encrypted under the parent. */
  encData: Uint8Array;
}

/** Wire form of {@linkcode TpmKey12}. */
export const TPM_KEY12: Codec<TpmKey12> = struct("TPM_KEY12", {
  tag: tag(TPM_TAG_KEY12),
  fill: only(U16, 0, "TPM_BAD_KEY_PROPERTY"),
  keyUsage: U16,
  keyFlags: KEY_FLAGS,
  authDataUsage: U8,
  algorithmParms: TPM_KEY_PARMS,
  PCRInfo: checked32(TPM_PCR_INFO_LONG),
  pubKey: TPM_STORE_PUBKEY,
  encData: SIZED32,
});

/** Wire form of a TPM_KEY or TPM_KEY12, told apart by the first byte (Part 2, 10.3). */
export const TPM_KEY_ANY: Codec<TpmKey | TpmKey12> = either("TPM_KEY", {
  first: TPM_KEY12,
  second: TPM_KEY,
  isFirst: (reader) => reader.peekU8() === 0,
  holdsFirst: (value): value is TpmKey12 => "tag" in value,
});

/** TPM_STORE_PRIVKEY: one prime of an RSA key; the other follows from the modulus (Part 2, 10.7). */
export interface TpmStorePrivkey {
  /** Big-endian. */
  key: Uint8Array;
}

/** Wire form of {@linkcode TpmStorePrivkey}. */
export const TPM_STORE_PRIVKEY: Codec<TpmStorePrivkey> = struct("TPM_STORE_PRIVKEY", {
  key: SIZED32,
});

/** TPM_STORE_ASYMKEY: the private part of a key (Part 2, 10.6). */
export interface TpmStoreAsymkey {
  /** TPM_PT_*. */
  payload: number;
  /** Secret for use. */
  usageAuth: Uint8Array;
  /** Secret for migration, or tpmProof. */
  migrationAuth: Uint8Array;
  /** SHA-1 of the key up to and with pubKey. */
  pubDataDigest: Uint8Array;
  /** One prime. */
  privKey: TpmStorePrivkey;
}

/** Wire form of {@linkcode TpmStoreAsymkey}. */
export const TPM_STORE_ASYMKEY: Codec<TpmStoreAsymkey> = struct("TPM_STORE_ASYMKEY", {
  payload: U8,
  usageAuth: TPM_SECRET,
  migrationAuth: TPM_SECRET,
  pubDataDigest: TPM_DIGEST,
  privKey: TPM_STORE_PRIVKEY,
});

/** TPM_MIGRATE_ASYMKEY: the private part of a key on its way (Part 2, 10.8). */
export interface TpmMigrateAsymkey {
  /** TPM_PT_MIGRATE or TPM_PT_CMK_MIGRATE. */
  payload: number;
  /** Secret for use. */
  usageAuth: Uint8Array;
  /** SHA-1 of the key up to and with pubKey. */
  pubDataDigest: Uint8Array;
  /** The TPM_STORE_PRIVKEY less its first 20 bytes. */
  partPrivKey: Uint8Array;
}

/** Wire form of {@linkcode TpmMigrateAsymkey}. */
export const TPM_MIGRATE_ASYMKEY: Codec<TpmMigrateAsymkey> = struct("TPM_MIGRATE_ASYMKEY", {
  payload: U8,
  usageAuth: TPM_SECRET,
  pubDataDigest: TPM_DIGEST,
  partPrivKey: SIZED32,
});
