import { bytes, type Codec, SIZED32, struct, tag, U32, U8 } from "../../codec/mod.ts";
import {
  TPM_TAG_DAA_BLOB,
  TPM_TAG_DAA_CONTEXT,
  TPM_TAG_DAA_ISSUER,
  TPM_TAG_DAA_SENSITIVE,
  TPM_TAG_DAA_TPM,
} from "../constants/mod.ts";
import { TPM_DIGEST } from "./basics.ts";

/** TPM_DAA_ISSUER: parameters of an issuer (Part 2, 22.3). */
export interface TpmDaaIssuer {
  /** TPM_TAG_DAA_ISSUER. */
  tag: typeof TPM_TAG_DAA_ISSUER;
  /** SHA-1 of R0. */
  DAA_digest_R0: Uint8Array;
  /** SHA-1 of R1. */
  DAA_digest_R1: Uint8Array;
  /** SHA-1 of S0. */
  DAA_digest_S0: Uint8Array;
  /** SHA-1 of S1. */
  DAA_digest_S1: Uint8Array;
  /** SHA-1 of n. */
  DAA_digest_n: Uint8Array;
  /** SHA-1 of gamma. */
  DAA_digest_gamma: Uint8Array;
  /** The prime q, big-endian. */
  DAA_generic_q: Uint8Array;
}

/** Wire form of {@linkcode TpmDaaIssuer}. */
export const TPM_DAA_ISSUER: Codec<TpmDaaIssuer> = struct("TPM_DAA_ISSUER", {
  tag: tag(TPM_TAG_DAA_ISSUER),
  DAA_digest_R0: TPM_DIGEST,
  DAA_digest_R1: TPM_DIGEST,
  DAA_digest_S0: TPM_DIGEST,
  DAA_digest_S1: TPM_DIGEST,
  DAA_digest_n: TPM_DIGEST,
  DAA_digest_gamma: TPM_DIGEST,
  DAA_generic_q: bytes("DAA_generic_q", 26),
});

/** TPM_DAA_TPM: what a TPM has with an issuer (Part 2, 22.4). */
export interface TpmDaaTpm {
  /** TPM_TAG_DAA_TPM. */
  tag: typeof TPM_TAG_DAA_TPM;
  /** SHA-1 of the TPM_DAA_ISSUER. */
  DAA_digestIssuer: Uint8Array;
  /** SHA-1 of v0. */
  DAA_digest_v0: Uint8Array;
  /** SHA-1 of v1. */
  DAA_digest_v1: Uint8Array;
  /** Seed of f. */
  DAA_rekey: Uint8Array;
  /** Count of the join. */
  DAA_count: number;
}

/** Wire form of {@linkcode TpmDaaTpm}. */
export const TPM_DAA_TPM: Codec<TpmDaaTpm> = struct("TPM_DAA_TPM", {
  tag: tag(TPM_TAG_DAA_TPM),
  DAA_digestIssuer: TPM_DIGEST,
  DAA_digest_v0: TPM_DIGEST,
  DAA_digest_v1: TPM_DIGEST,
  DAA_rekey: TPM_DIGEST,
  DAA_count: U32,
});

/** TPM_DAA_CONTEXT: where a DAA session stands (Part 2, 22.5). */
export interface TpmDaaContext {
  /** TPM_TAG_DAA_CONTEXT. */
  tag: typeof TPM_TAG_DAA_CONTEXT;
  /** Digest over what the session must keep. */
  DAA_digestContext: Uint8Array;
  /** Running digest. */
  DAA_digest: Uint8Array;
  /** Seed of the random values. */
  DAA_contextSeed: Uint8Array;
  /** Value between stages. */
  DAA_scratch: Uint8Array;
  /** Next stage. */
  DAA_stage: number;
}

/** Wire form of {@linkcode TpmDaaContext}. */
export const TPM_DAA_CONTEXT: Codec<TpmDaaContext> = struct("TPM_DAA_CONTEXT", {
  tag: tag(TPM_TAG_DAA_CONTEXT),
  DAA_digestContext: TPM_DIGEST,
  DAA_digest: TPM_DIGEST,
  DAA_contextSeed: bytes("DAA_contextSeed", 20),
  DAA_scratch: bytes("DAA_scratch", 256),
  DAA_stage: U8,
});

/** TPM_DAA_JOINDATA: secrets of a join (Part 2, 22.6). */
export interface TpmDaaJoindata {
  /** u0. */
  DAA_join_u0: Uint8Array;
  /** u1. */
  DAA_join_u1: Uint8Array;
  /** SHA-1 of n0. */
  DAA_digest_n0: Uint8Array;
}

/** Wire form of {@linkcode TpmDaaJoindata}. */
export const TPM_DAA_JOINDATA: Codec<TpmDaaJoindata> = struct("TPM_DAA_JOINDATA", {
  DAA_join_u0: bytes("DAA_join_u0", 128),
  DAA_join_u1: bytes("DAA_join_u1", 138),
  DAA_digest_n0: TPM_DIGEST,
});

/** TPM_DAA_BLOB: DAA data saved outside (Part 2, 22.8). */
export interface TpmDaaBlob {
  /** TPM_TAG_DAA_BLOB. */
  tag: typeof TPM_TAG_DAA_BLOB;
  /** TPM_RT_DAA_TPM, TPM_RT_DAA_V0 or TPM_RT_DAA_V1. */
  resourceType: number;
  /** Label. */
  label: Uint8Array;
  /** HMAC with daaProof over the blob with this field zero. */
  blobIntegrity: Uint8Array;
  /** Public data of the maker. */
  additionalData: Uint8Array;
  /** TPM_DAA_SENSITIVE, encrypted. */
  sensitiveData: Uint8Array;
}

/** Wire form of {@linkcode TpmDaaBlob}. */
export const TPM_DAA_BLOB: Codec<TpmDaaBlob> = struct("TPM_DAA_BLOB", {
  tag: tag(TPM_TAG_DAA_BLOB),
  resourceType: U32,
  label: bytes("label", 16),
  blobIntegrity: TPM_DIGEST,
  additionalData: SIZED32,
  sensitiveData: SIZED32,
});

/** TPM_DAA_SENSITIVE: what is inside a DAA blob (Part 2, 22.9). */
export interface TpmDaaSensitive {
  /** TPM_TAG_DAA_SENSITIVE. */
  tag: typeof TPM_TAG_DAA_SENSITIVE;
  /** The data. */
  internalData: Uint8Array;
}

/** Wire form of {@linkcode TpmDaaSensitive}. */
export const TPM_DAA_SENSITIVE: Codec<TpmDaaSensitive> = struct("TPM_DAA_SENSITIVE", {
  tag: tag(TPM_TAG_DAA_SENSITIVE),
  internalData: SIZED32,
});
