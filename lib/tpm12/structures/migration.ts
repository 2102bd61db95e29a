import { type Codec, counted, struct, tag, U16, U32 } from "../../codec/mod.ts";
import {
  TPM_TAG_CMK_MA_APPROVAL,
  TPM_TAG_CMK_MIGAUTH,
  TPM_TAG_CMK_SIGTICKET,
} from "../constants/mod.ts";
import { TPM_DIGEST } from "./basics.ts";
import { TPM_PUBKEY, type TpmPubkey } from "./keys.ts";

/** TPM_MIGRATIONKEYAUTH: the owner allows a migration target (Part 2, 5.12). */
export interface TpmMigrationkeyauth {
  /** Public key of the target. */
  migrationKey: TpmPubkey;
  /** TPM_MS_*. */
  migrationScheme: number;
  /** SHA1(migrationKey || migrationScheme || tpmProof). */
  digest: Uint8Array;
}

/** Wire form of {@linkcode TpmMigrationkeyauth}. */
export const TPM_MIGRATIONKEYAUTH: Codec<TpmMigrationkeyauth> = struct("TPM_MIGRATIONKEYAUTH", {
  migrationKey: TPM_PUBKEY,
  migrationScheme: U16,
  digest: TPM_DIGEST,
});

/** TPM_MSA_COMPOSITE: migration authorities (Part 2, 5.15). */
export interface TpmMsaComposite {
  /** SHA-1 of the TPM_PUBKEY of each. */
  migAuthDigest: Uint8Array[];
}

/** Wire form of {@linkcode TpmMsaComposite}; there must be one at least. */
export const TPM_MSA_COMPOSITE: Codec<TpmMsaComposite> = struct("TPM_MSA_COMPOSITE", {
  migAuthDigest: counted(U32, TPM_DIGEST, { least: 1 }),
});

/** TPM_CMK_AUTH: who lets a key migrate where (Part 2, 5.16). */
export interface TpmCmkAuth {
  /** SHA-1 of the TPM_PUBKEY of the authority. */
  migrationAuthorityDigest: Uint8Array;
  /** SHA-1 of the TPM_PUBKEY of the destination. */
  destinationKeyDigest: Uint8Array;
  /** SHA-1 of the TPM_PUBKEY of the key that migrates. */
  sourceKeyDigest: Uint8Array;
}

/** Wire form of {@linkcode TpmCmkAuth}. */
export const TPM_CMK_AUTH: Codec<TpmCmkAuth> = struct("TPM_CMK_AUTH", {
  migrationAuthorityDigest: TPM_DIGEST,
  destinationKeyDigest: TPM_DIGEST,
  sourceKeyDigest: TPM_DIGEST,
});

/** TPM_CMK_MIGAUTH: ties a key to its authorities (Part 2, 5.19). */
export interface TpmCmkMigauth {
  /** TPM_TAG_CMK_MIGAUTH. */
  tag: typeof TPM_TAG_CMK_MIGAUTH;
  /** SHA-1 of the TPM_MSA_COMPOSITE. */
  msaDigest: Uint8Array;
  /** SHA-1 of the TPM_PUBKEY of the key. */
  pubKeyDigest: Uint8Array;
}

/** Wire form of {@linkcode TpmCmkMigauth}. */
export const TPM_CMK_MIGAUTH: Codec<TpmCmkMigauth> = struct("TPM_CMK_MIGAUTH", {
  tag: tag(TPM_TAG_CMK_MIGAUTH),
  msaDigest: TPM_DIGEST,
  pubKeyDigest: TPM_DIGEST,
});

/** TPM_CMK_SIGTICKET: a signature that was found right (Part 2, 5.20). */
export interface TpmCmkSigticket {
  /** TPM_TAG_CMK_SIGTICKET. */
  tag: typeof TPM_TAG_CMK_SIGTICKET;
  /** SHA-1 of the TPM_PUBKEY of the signer. */
  verKeyDigest: Uint8Array;
  /** What was signed. */
  signedData: Uint8Array;
}

/** Wire form of {@linkcode TpmCmkSigticket}. */
export const TPM_CMK_SIGTICKET: Codec<TpmCmkSigticket> = struct("TPM_CMK_SIGTICKET", {
  tag: tag(TPM_TAG_CMK_SIGTICKET),
  verKeyDigest: TPM_DIGEST,
  signedData: TPM_DIGEST,
});

/** TPM_CMK_MA_APPROVAL: the owner approves authorities (Part 2, 5.21). */
export interface TpmCmkMaApproval {
  /** TPM_TAG_CMK_MA_APPROVAL. */
  tag: typeof TPM_TAG_CMK_MA_APPROVAL;
  /** SHA-1 of the TPM_MSA_COMPOSITE. */
  migrationAuthorityDigest: Uint8Array;
}

/** Wire form of {@linkcode TpmCmkMaApproval}. */
export const TPM_CMK_MA_APPROVAL: Codec<TpmCmkMaApproval> = struct("TPM_CMK_MA_APPROVAL", {
  tag: tag(TPM_TAG_CMK_MA_APPROVAL),
  migrationAuthorityDigest: TPM_DIGEST,
});
