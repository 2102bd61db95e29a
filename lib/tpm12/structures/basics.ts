import {
  bytes,
  type Codec,
  counted,
  only,
  SIZED32,
  struct,
  tag,
  U16,
  U32,
  U8,
} from "../../codec/mod.ts";
import { TPM_TAG_COUNTER_VALUE, TPM_TAG_SIGNINFO } from "../constants/mod.ts";

/** TPM_DIGEST: a SHA-1 value; 20 bytes (Part 2, 5.4). */
export const TPM_DIGEST: Codec<Uint8Array> = bytes("TPM_DIGEST", 20);
/** TPM_CHOSENID_HASH: digest of an identity label and its privacy CA; 20 bytes (Part 2, 5.4). */
export const TPM_CHOSENID_HASH: Codec<Uint8Array> = bytes("TPM_CHOSENID_HASH", 20);
/** TPM_COMPOSITE_HASH: digest of a TPM_PCR_COMPOSITE; 20 bytes (Part 2, 5.4). */
export const TPM_COMPOSITE_HASH: Codec<Uint8Array> = bytes("TPM_COMPOSITE_HASH", 20);
/** TPM_DIRVALUE: value of a data integrity register; 20 bytes (Part 2, 5.4). */
export const TPM_DIRVALUE: Codec<Uint8Array> = bytes("TPM_DIRVALUE", 20);
/** TPM_HMAC: an HMAC-SHA1 value; 20 bytes (Part 2, 5.4). */
export const TPM_HMAC: Codec<Uint8Array> = bytes("TPM_HMAC", 20);
/** TPM_PCRVALUE: value of a PCR; 20 bytes (Part 2, 5.4). */
export const TPM_PCRVALUE: Codec<Uint8Array> = bytes("TPM_PCRVALUE", 20);
/** TPM_NONCE: random data; 20 bytes (Part 2, 5.5). */
export const TPM_NONCE: Codec<Uint8Array> = bytes("TPM_NONCE", 20);
/** TPM_AUTHDATA: a secret, or the HMAC that proves it; 20 bytes (Part 2, 5.6). */
export const TPM_AUTHDATA: Codec<Uint8Array> = bytes("TPM_AUTHDATA", 20);
/** TPM_SECRET: a secret in clear; 20 bytes (Part 2, 5.6). */
export const TPM_SECRET: Codec<Uint8Array> = bytes("TPM_SECRET", 20);
/** TPM_ENCAUTH: a secret hidden by ADIP; 20 bytes (Part 2, 5.6). */
export const TPM_ENCAUTH: Codec<Uint8Array> = bytes("TPM_ENCAUTH", 20);

/** TPM_STRUCT_VER: version of a structure of TPM 1.1 (Part 2, 5.1). */
export interface TpmStructVer {
  /** 1. */
  major: number;
  /** 1. */
  minor: number;
  /** Not looked at; 0 on output. */
  revMajor: number;
  /** Not looked at; 0 on output. */
  revMinor: number;
}

/** Wire form of {@linkcode TpmStructVer}; another version than 1.1 has the reason TPM_BAD_VERSION. */
export const TPM_STRUCT_VER: Codec<TpmStructVer> = struct("TPM_STRUCT_VER", {
  major: only(U8, 1, "TPM_BAD_VERSION"),
  minor: only(U8, 1, "TPM_BAD_VERSION"),
  revMajor: U8,
  revMinor: U8,
});

/** The version that every structure of TPM 1.1 carries. */
export const STRUCT_VER_1_1: Readonly<TpmStructVer> = {
  major: 1,
  minor: 1,
  revMajor: 0,
  revMinor: 0,
};

/** TPM_VERSION: version of the TPM (Part 2, 5.3). */
export interface TpmVersion {
  /** 1. */
  major: number;
  /** 2. */
  minor: number;
  /** The maker's. */
  revMajor: number;
  /** The maker's. */
  revMinor: number;
}

/** Wire form of {@linkcode TpmVersion}. */
export const TPM_VERSION: Codec<TpmVersion> = struct("TPM_VERSION", {
  major: U8,
  minor: U8,
  revMajor: U8,
  revMinor: U8,
});

/** TPM_KEY_HANDLE_LIST: handles, of keys or of another resource (Part 2, 5.7). */
export interface TpmKeyHandleList {
  /** The handles. */
  handle: number[];
}

/** Wire form of {@linkcode TpmKeyHandleList}. */
export const TPM_KEY_HANDLE_LIST: Codec<TpmKeyHandleList> = struct("TPM_KEY_HANDLE_LIST", {
  handle: counted(U16, U32),
});

/** TPM_CHANGEAUTH_VALIDATE: a new secret on its way in TPM_ChangeAuthAsymFinish (Part 2, 5.11). */
export interface TpmChangeauthValidate {
  /** The new secret. */
  newAuthSecret: Uint8Array;
  /** Nonce of the caller. */
  n1: Uint8Array;
}

/** Wire form of {@linkcode TpmChangeauthValidate}. */
export const TPM_CHANGEAUTH_VALIDATE: Codec<TpmChangeauthValidate> = struct(
  "TPM_CHANGEAUTH_VALIDATE",
  {
    newAuthSecret: TPM_SECRET,
    n1: TPM_NONCE,
  },
);

/** TPM_COUNTER_VALUE: a monotonic counter (Part 2, 5.13). */
export interface TpmCounterValue {
  /** TPM_TAG_COUNTER_VALUE. */
  tag: typeof TPM_TAG_COUNTER_VALUE;
  /** Four bytes of the owner's choice. */
  label: Uint8Array;
  /** The count. */
  counter: number;
}

/** Wire form of {@linkcode TpmCounterValue}. */
export const TPM_COUNTER_VALUE: Codec<TpmCounterValue> = struct("TPM_COUNTER_VALUE", {
  tag: tag(TPM_TAG_COUNTER_VALUE),
  label: bytes("label", 4),
  counter: U32,
});

/** TPM_SIGN_INFO: what is hashed and signed (Part 2, 5.14). */
export interface TpmSignInfo {
  /** TPM_TAG_SIGNINFO. */
  tag: typeof TPM_TAG_SIGNINFO;
  /** ASCII letters that name the command. */
  fixed: Uint8Array;
  /** Nonce against replay. */
  replay: Uint8Array;
  /** What is signed. */
  data: Uint8Array;
}

/** Wire form of {@linkcode TpmSignInfo}. */
export const TPM_SIGN_INFO: Codec<TpmSignInfo> = struct("TPM_SIGN_INFO", {
  tag: tag(TPM_TAG_SIGNINFO),
  fixed: bytes("fixed", 4),
  replay: TPM_NONCE,
  data: SIZED32,
});

/** TPM_SELECT_SIZE: asks whether selections may be so long (Part 2, 5.18). */
export interface TpmSelectSize {
  /** 1. */
  major: number;
  /** 1 or 2. */
  minor: number;
  /** Bytes of pcrSelect. */
  reqSize: number;
}

/** Wire form of {@linkcode TpmSelectSize}. */
export const TPM_SELECT_SIZE: Codec<TpmSelectSize> = struct("TPM_SELECT_SIZE", {
  major: U8,
  minor: U8,
  reqSize: U16,
});
