import {
  BOOL,
  bytes,
  type Codec,
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
import { TPM_TAG_CERTIFY_INFO2, TPM_TAG_QUOTE_INFO2 } from "../constants/mod.ts";
import {
  TPM_COMPOSITE_HASH,
  TPM_DIGEST,
  TPM_NONCE,
  TPM_STRUCT_VER,
  type TpmStructVer,
} from "./basics.ts";
import { TPM_KEY_PARMS, type TpmKeyParms } from "./keys.ts";
import { TPM_PCR_INFO, TPM_PCR_INFO_SHORT, type TpmPcrInfoShort } from "./pcr.ts";

/** TPM_CERTIFY_INFO: what a certified key is, in the form of 1.1 (Part 2, 11.1). */
export interface TpmCertifyInfo {
  /** 1.1. */
  version: TpmStructVer;
  /** TPM_KEY_* usage. */
  keyUsage: number;
  /** TPM_REDIRECTION to TPM_MIGRATEAUTHORITY. */
  keyFlags: number;
  /** TPM_AUTH_DATA_USAGE. */
  authDataUsage: number;
  /** Algorithm, schemes and size. */
  algorithmParms: TpmKeyParms;
  /** SHA-1 of the modulus. */
  pubkeyDigest: Uint8Array;
  /** antiReplay of the caller. */
  data: Uint8Array;
  /** Whether a parent is bound to PCRs. */
  parentPCRStatus: boolean;
  /** Encoded TPM_PCR_INFO, or nothing. */
  PCRInfo: Uint8Array;
}

/** Wire form of {@linkcode TpmCertifyInfo}. */
export const TPM_CERTIFY_INFO: Codec<TpmCertifyInfo> = struct("TPM_CERTIFY_INFO", {
  version: TPM_STRUCT_VER,
  keyUsage: U16,
  keyFlags: U32,
  authDataUsage: U8,
  algorithmParms: TPM_KEY_PARMS,
  pubkeyDigest: TPM_DIGEST,
  data: TPM_NONCE,
  parentPCRStatus: BOOL,
  PCRInfo: opaque32(TPM_PCR_INFO),
});

/** TPM_CERTIFY_INFO2: what a certified key is, in the form of 1.2 (Part 2, 11.2). */
export interface TpmCertifyInfo2 {
  /** TPM_TAG_CERTIFY_INFO2. */
  tag: typeof TPM_TAG_CERTIFY_INFO2;
  /** 0. */
  fill: number;
  /** TPM_PT_*. */
  payloadType: number;
  /** TPM_KEY_* usage. */
  keyUsage: number;
  /** TPM_REDIRECTION to TPM_MIGRATEAUTHORITY. */
  keyFlags: number;
  /** TPM_AUTH_DATA_USAGE. */
  authDataUsage: number;
  /** Algorithm, schemes and size. */
  algorithmParms: TpmKeyParms;
  /** SHA-1 of the modulus. */
  pubkeyDigest: Uint8Array;
  /** antiReplay of the caller. */
  data: Uint8Array;
  /** Whether a parent is bound to PCRs. */
  parentPCRStatus: boolean;
  /** Encoded TPM_PCR_INFO_SHORT, or nothing. */
  PCRInfo: Uint8Array;
  /** Digest that names the migration authority, or nothing. */
  migrationAuthority: Uint8Array;
}

/** Wire form of {@linkcode TpmCertifyInfo2}. */
export const TPM_CERTIFY_INFO2: Codec<TpmCertifyInfo2> = struct("TPM_CERTIFY_INFO2", {
  tag: tag(TPM_TAG_CERTIFY_INFO2),
  fill: only(U8, 0, "TPM_INVALID_STRUCTURE"),
  payloadType: U8,
  keyUsage: U16,
  keyFlags: U32,
  authDataUsage: U8,
  algorithmParms: TPM_KEY_PARMS,
  pubkeyDigest: TPM_DIGEST,
  data: TPM_NONCE,
  parentPCRStatus: BOOL,
  PCRInfo: opaque32(TPM_PCR_INFO_SHORT),
  migrationAuthority: SIZED32,
});

/** Wire form of a TPM_CERTIFY_INFO or TPM_CERTIFY_INFO2, told apart by the tag of the new one. */
export const TPM_CERTIFY_INFO_ANY: Codec<TpmCertifyInfo | TpmCertifyInfo2> = either(
  "TPM_CERTIFY_INFO",
  {
    first: TPM_CERTIFY_INFO2,
    second: TPM_CERTIFY_INFO,
    isFirst: (reader) => reader.peekU16() === TPM_TAG_CERTIFY_INFO2,
    holdsFirst: (value): value is TpmCertifyInfo2 => "tag" in value,
  },
);

/** TPM_QUOTE_INFO: what TPM_Quote signs (Part 2, 11.3). */
export interface TpmQuoteInfo {
  /** 1.1. */
  version: TpmStructVer;
  /** "QUOT" in ASCII. */
  fixed: Uint8Array;
  /** Composite digest of the PCRs. */
  digestValue: Uint8Array;
  /** Nonce of the verifier. */
  externalData: Uint8Array;
}

/** Wire form of {@linkcode TpmQuoteInfo}. */
export const TPM_QUOTE_INFO: Codec<TpmQuoteInfo> = struct("TPM_QUOTE_INFO", {
  version: TPM_STRUCT_VER,
  fixed: bytes("fixed", 4),
  digestValue: TPM_COMPOSITE_HASH,
  externalData: TPM_NONCE,
});

/** TPM_QUOTE_INFO2: what TPM_Quote2 signs; a TPM_CAP_VERSION_INFO may follow (Part 2, 11.4). */
export interface TpmQuoteInfo2 {
  /** TPM_TAG_QUOTE_INFO2. */
  tag: typeof TPM_TAG_QUOTE_INFO2;
  /** "QUT2" in ASCII. */
  fixed: Uint8Array;
  /** Nonce of the verifier. */
  externalData: Uint8Array;
  /** PCRs and locality. */
  infoShort: TpmPcrInfoShort;
}

/** Wire form of {@linkcode TpmQuoteInfo2}. */
export const TPM_QUOTE_INFO2: Codec<TpmQuoteInfo2> = struct("TPM_QUOTE_INFO2", {
  tag: tag(TPM_TAG_QUOTE_INFO2),
  fixed: bytes("fixed", 4),
  externalData: TPM_NONCE,
  infoShort: TPM_PCR_INFO_SHORT,
});
