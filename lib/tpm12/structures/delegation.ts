import { type Codec, SIZED32, struct, tag, U32, U8 } from "../../codec/mod.ts";
import {
  TPM_TAG_DELEGATE_OWNER_BLOB,
  TPM_TAG_DELEGATE_PUBLIC,
  TPM_TAG_DELEGATE_SENSITIVE,
  TPM_TAG_DELEGATE_TABLE_ROW,
  TPM_TAG_DELEGATIONS,
  TPM_TAG_DELG_KEY_BLOB,
  TPM_TAG_FAMILY_TABLE_ENTRY,
} from "../constants/mod.ts";
import { TPM_DIGEST, TPM_SECRET } from "./basics.ts";
import { TPM_PCR_INFO_SHORT, type TpmPcrInfoShort } from "./pcr.ts";

/** TPM_DELEGATIONS: what is delegated (Part 2, 20.2). */
export interface TpmDelegations {
  /** TPM_TAG_DELEGATIONS. */
  tag: typeof TPM_TAG_DELEGATIONS;
  /** TPM_DEL_OWNER_BITS or TPM_DEL_KEY_BITS. */
  delegateType: number;
  /** TPM_DELEGATE_* or TPM_KEY_DELEGATE_* bits. */
  per1: number;
  /** 0. */
  per2: number;
}

/** Wire form of {@linkcode TpmDelegations}. */
export const TPM_DELEGATIONS: Codec<TpmDelegations> = struct("TPM_DELEGATIONS", {
  tag: tag(TPM_TAG_DELEGATIONS),
  delegateType: U32,
  per1: U32,
  per2: U32,
});

/** TPM_FAMILY_TABLE_ENTRY: a family of delegations (Part 2, 20.5). */
export interface TpmFamilyTableEntry {
  /** TPM_TAG_FAMILY_TABLE_ENTRY. */
  tag: typeof TPM_TAG_FAMILY_TABLE_ENTRY;
  /** Label of the owner. */
  familyLabel: number;
  /** Identifier. */
  familyID: number;
  /** Delegations of another count are void. */
  verificationCount: number;
  /** TPM_FAMFLAG_* bits. */
  flags: number;
}

/** Wire form of {@linkcode TpmFamilyTableEntry}. */
export const TPM_FAMILY_TABLE_ENTRY: Codec<TpmFamilyTableEntry> = struct("TPM_FAMILY_TABLE_ENTRY", {
  tag: tag(TPM_TAG_FAMILY_TABLE_ENTRY),
  familyLabel: U8,
  familyID: U32,
  verificationCount: U32,
  flags: U32,
});

/** TPM_DELEGATE_PUBLIC: a delegation (Part 2, 20.8). */
export interface TpmDelegatePublic {
  /** TPM_TAG_DELEGATE_PUBLIC. */
  tag: typeof TPM_TAG_DELEGATE_PUBLIC;
  /** Label of the owner. */
  rowLabel: number;
  /** PCRs and localities for its use. */
  pcrInfo: TpmPcrInfoShort;
  /** What is delegated. */
  permissions: TpmDelegations;
  /** Family. */
  familyID: number;
  /** Count of the family when it was made. */
  verificationCount: number;
}

/** Wire form of {@linkcode TpmDelegatePublic}. */
export const TPM_DELEGATE_PUBLIC: Codec<TpmDelegatePublic> = struct("TPM_DELEGATE_PUBLIC", {
  tag: tag(TPM_TAG_DELEGATE_PUBLIC),
  rowLabel: U8,
  pcrInfo: TPM_PCR_INFO_SHORT,
  permissions: TPM_DELEGATIONS,
  familyID: U32,
  verificationCount: U32,
});

/** TPM_DELEGATE_TABLE_ROW: a delegation inside the TPM (Part 2, 20.9). */
export interface TpmDelegateTableRow {
  /** TPM_TAG_DELEGATE_TABLE_ROW. */
  tag: typeof TPM_TAG_DELEGATE_TABLE_ROW;
  /** The delegation. */
  pub: TpmDelegatePublic;
  /** Secret of the delegation. */
  authValue: Uint8Array;
}

/** Wire form of {@linkcode TpmDelegateTableRow}. */
export const TPM_DELEGATE_TABLE_ROW: Codec<TpmDelegateTableRow> = struct("TPM_DELEGATE_TABLE_ROW", {
  tag: tag(TPM_TAG_DELEGATE_TABLE_ROW),
  pub: TPM_DELEGATE_PUBLIC,
  authValue: TPM_SECRET,
});

/** TPM_DELEGATE_SENSITIVE: what is encrypted in a delegation blob (Part 2, 20.11). */
export interface TpmDelegateSensitive {
  /** TPM_TAG_DELEGATE_SENSITIVE. */
  tag: typeof TPM_TAG_DELEGATE_SENSITIVE;
  /** Secret of the delegation. */
  authValue: Uint8Array;
}

/** Wire form of {@linkcode TpmDelegateSensitive}. */
export const TPM_DELEGATE_SENSITIVE: Codec<TpmDelegateSensitive> = struct(
  "TPM_DELEGATE_SENSITIVE",
  {
    tag: tag(TPM_TAG_DELEGATE_SENSITIVE),
    authValue: TPM_SECRET,
  },
);

/** TPM_DELEGATE_OWNER_BLOB: a delegation of the owner, outside (Part 2, 20.12). */
export interface TpmDelegateOwnerBlob {
  /** TPM_TAG_DELEGATE_OWNER_BLOB. */
  tag: typeof TPM_TAG_DELEGATE_OWNER_BLOB;
  /** The delegation. */
  pub: TpmDelegatePublic;
  /** HMAC with tpmProof over the blob with this field zero. */
  integrityDigest: Uint8Array;
  /** Public data of the maker. */
  additionalArea: Uint8Array;
  /** TPM_DELEGATE_SENSITIVE, encrypted. */
  sensitiveArea: Uint8Array;
}

/** Wire form of {@linkcode TpmDelegateOwnerBlob}. */
export const TPM_DELEGATE_OWNER_BLOB: Codec<TpmDelegateOwnerBlob> = struct(
  "TPM_DELEGATE_OWNER_BLOB",
  {
    tag: tag(TPM_TAG_DELEGATE_OWNER_BLOB),
    pub: TPM_DELEGATE_PUBLIC,
    integrityDigest: TPM_DIGEST,
    additionalArea: SIZED32,
    sensitiveArea: SIZED32,
  },
);

/** TPM_DELEGATE_KEY_BLOB: a delegation of a key, outside (Part 2, 20.13). */
export interface TpmDelegateKeyBlob {
  /** TPM_TAG_DELG_KEY_BLOB. */
  tag: typeof TPM_TAG_DELG_KEY_BLOB;
  /** The delegation. */
  pub: TpmDelegatePublic;
  /** HMAC with tpmProof over the blob with this field zero. */
  integrityDigest: Uint8Array;
  /** SHA-1 of the TPM_STORE_PUBKEY of the key. */
  pubKeyDigest: Uint8Array;
  /** Public data of the maker. */
  additionalArea: Uint8Array;
  /** TPM_DELEGATE_SENSITIVE, encrypted. */
  sensitiveArea: Uint8Array;
}

/** Wire form of {@linkcode TpmDelegateKeyBlob}. */
export const TPM_DELEGATE_KEY_BLOB: Codec<TpmDelegateKeyBlob> = struct("TPM_DELEGATE_KEY_BLOB", {
  tag: tag(TPM_TAG_DELG_KEY_BLOB),
  pub: TPM_DELEGATE_PUBLIC,
  integrityDigest: TPM_DIGEST,
  pubKeyDigest: TPM_DIGEST,
  additionalArea: SIZED32,
  sensitiveArea: SIZED32,
});
