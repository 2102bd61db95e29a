import {
  checked32,
  type Codec,
  either,
  REST,
  SIZED16,
  SIZED32,
  struct,
  tag,
  U16,
  U32,
  U8,
} from "../../codec/mod.ts";
import { TPM_TAG_STORED_DATA12 } from "../constants/mod.ts";
import { TPM_DIGEST, TPM_SECRET, TPM_STRUCT_VER, type TpmStructVer } from "./basics.ts";
import { TPM_PCR_INFO, TPM_PCR_INFO_LONG } from "./pcr.ts";

/** TPM_STORED_DATA: a sealed blob in the form of 1.1 (Part 2, 9.1). */
export interface TpmStoredData {
  /** 1.1. */
  ver: TpmStructVer;
  /** Encoded TPM_PCR_INFO, or nothing. */
  sealInfo: Uint8Array;
  /** TPM_SEALED_DATA encrypted under the storage key. */
  encData: Uint8Array;
}

/** Wire form of {@linkcode TpmStoredData}. */
export const TPM_STORED_DATA: Codec<TpmStoredData> = struct("TPM_STORED_DATA", {
  ver: TPM_STRUCT_VER,
  sealInfo: checked32(TPM_PCR_INFO),
  encData: SIZED32,
});

/** TPM_STORED_DATA12: a sealed blob in the form of 1.2 (Part 2, 9.2). */
export interface TpmStoredData12 {
  /** TPM_TAG_STORED_DATA12. */
  tag: typeof TPM_TAG_STORED_DATA12;
  /** 0, or how TPM_Unseal hides what it returns. */
  et: number;
  /** Encoded TPM_PCR_INFO_LONG, or nothing. */
  sealInfo: Uint8Array;
  /** TPM_SEALED_DATA encrypted under the storage key. */
  encData: Uint8Array;
}

/** Wire form of {@linkcode TpmStoredData12}. */
export const TPM_STORED_DATA12: Codec<TpmStoredData12> = struct("TPM_STORED_DATA12", {
  tag: tag(TPM_TAG_STORED_DATA12),
  et: U16,
  sealInfo: checked32(TPM_PCR_INFO_LONG),
  encData: SIZED32,
});

/** Wire form of a TPM_STORED_DATA or TPM_STORED_DATA12, told apart by the tag of the new one. */
export const TPM_STORED_DATA_ANY: Codec<TpmStoredData | TpmStoredData12> = either(
  "TPM_STORED_DATA",
  {
    first: TPM_STORED_DATA12,
    second: TPM_STORED_DATA,
    isFirst: (reader) => reader.peekU16() === TPM_TAG_STORED_DATA12,
    holdsFirst: (value): value is TpmStoredData12 => "tag" in value,
  },
);

/** TPM_SEALED_DATA: what is inside a sealed blob (Part 2, 9.3). */
export interface TpmSealedData {
  /** TPM_PT_SEAL. */
  payload: number;
  /** Secret of the data. */
  authData: Uint8Array;
  /** Proves that this TPM sealed it. */
  tpmProof: Uint8Array;
  /** SHA-1 of the blob up to and with sealInfo. */
  storedDigest: Uint8Array;
  /** The data. */
  data: Uint8Array;
}

/** Wire form of {@linkcode TpmSealedData}. */
export const TPM_SEALED_DATA: Codec<TpmSealedData> = struct("TPM_SEALED_DATA", {
  payload: U8,
  authData: TPM_SECRET,
  tpmProof: TPM_SECRET,
  storedDigest: TPM_DIGEST,
  data: SIZED32,
});

/** TPM_SYMMETRIC_KEY: a symmetric key (Part 2, 9.4). */
export interface TpmSymmetricKey {
  /** TPM_ALG_*. */
  algId: number;
  /** TPM_ES_*. */
  encScheme: number;
  /** The key. */
  data: Uint8Array;
}

/** Wire form of {@linkcode TpmSymmetricKey}. */
export const TPM_SYMMETRIC_KEY: Codec<TpmSymmetricKey> = struct("TPM_SYMMETRIC_KEY", {
  algId: U32,
  encScheme: U16,
  data: SIZED16,
});

/** TPM_BOUND_DATA: what is encrypted for TPM_UnBind (Part 2, 9.5). */
export interface TpmBoundData {
  /** 1.1. */
  ver: TpmStructVer;
  /** TPM_PT_BIND. */
  payload: number;
  /** The data. */
  payloadData: Uint8Array;
}

/** Wire form of {@linkcode TpmBoundData}. */
export const TPM_BOUND_DATA: Codec<TpmBoundData> = struct("TPM_BOUND_DATA", {
  ver: TPM_STRUCT_VER,
  payload: U8,
  payloadData: REST,
});
