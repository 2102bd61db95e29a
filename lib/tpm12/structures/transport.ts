import { type Codec, struct, tag, U16, U32, U64 } from "../../codec/mod.ts";
import {
  TPM_TAG_CURRENT_TICKS,
  TPM_TAG_TRANSPORT_AUTH,
  TPM_TAG_TRANSPORT_INTERNAL,
  TPM_TAG_TRANSPORT_LOG_IN,
  TPM_TAG_TRANSPORT_LOG_OUT,
  TPM_TAG_TRANSPORT_PUBLIC,
} from "../constants/mod.ts";
import { TPM_AUTHDATA, TPM_DIGEST, TPM_NONCE } from "./basics.ts";

/** TPM_CURRENT_TICKS: the tick counter (Part 2, 15.1). */
export interface TpmCurrentTicks {
  /** TPM_TAG_CURRENT_TICKS. */
  tag: typeof TPM_TAG_CURRENT_TICKS;
  /** Ticks since the counter was started. */
  currentTicks: bigint;
  /** Microseconds of a tick. */
  tickRate: number;
  /** Names the run of the counter. */
  tickNonce: Uint8Array;
}

/** Wire form of {@linkcode TpmCurrentTicks}. */
export const TPM_CURRENT_TICKS: Codec<TpmCurrentTicks> = struct("TPM_CURRENT_TICKS", {
  tag: tag(TPM_TAG_CURRENT_TICKS),
  currentTicks: U64,
  tickRate: U16,
  tickNonce: TPM_NONCE,
});

/** TPM_TRANSPORT_PUBLIC: what a transport session is (Part 2, 13.1). */
export interface TpmTransportPublic {
  /** TPM_TAG_TRANSPORT_PUBLIC. */
  tag: typeof TPM_TAG_TRANSPORT_PUBLIC;
  /** TPM_TRANSPORT_* bits. */
  transAttributes: number;
  /** TPM_ALG_*. */
  algId: number;
  /** TPM_ES_*. */
  encScheme: number;
}

/** Wire form of {@linkcode TpmTransportPublic}. */
export const TPM_TRANSPORT_PUBLIC: Codec<TpmTransportPublic> = struct("TPM_TRANSPORT_PUBLIC", {
  tag: tag(TPM_TAG_TRANSPORT_PUBLIC),
  transAttributes: U32,
  algId: U32,
  encScheme: U16,
});

/** TPM_TRANSPORT_INTERNAL: a transport session inside the TPM (Part 2, 13.2). */
export interface TpmTransportInternal {
  /** TPM_TAG_TRANSPORT_INTERNAL. */
  tag: typeof TPM_TAG_TRANSPORT_INTERNAL;
  /** Secret of the session. */
  authData: Uint8Array;
  /** What the session is. */
  transPublic: TpmTransportPublic;
  /** Handle. */
  transHandle: number;
  /** Last nonce of the TPM. */
  transNonceEven: Uint8Array;
  /** Digest of the log. */
  transDigest: Uint8Array;
}

/** Wire form of {@linkcode TpmTransportInternal}. */
export const TPM_TRANSPORT_INTERNAL: Codec<TpmTransportInternal> = struct(
  "TPM_TRANSPORT_INTERNAL",
  {
    tag: tag(TPM_TAG_TRANSPORT_INTERNAL),
    authData: TPM_AUTHDATA,
    transPublic: TPM_TRANSPORT_PUBLIC,
    transHandle: U32,
    transNonceEven: TPM_NONCE,
    transDigest: TPM_DIGEST,
  },
);

/** TPM_TRANSPORT_LOG_IN: log entry of a request (Part 2, 13.3). */
export interface TpmTransportLogIn {
  /** TPM_TAG_TRANSPORT_LOG_IN. */
  tag: typeof TPM_TAG_TRANSPORT_LOG_IN;
  /** Digest of the request parameters. */
  parameters: Uint8Array;
  /** Digest of the keys the request names. */
  pubKeyHash: Uint8Array;
}

/** Wire form of {@linkcode TpmTransportLogIn}. */
export const TPM_TRANSPORT_LOG_IN: Codec<TpmTransportLogIn> = struct("TPM_TRANSPORT_LOG_IN", {
  tag: tag(TPM_TAG_TRANSPORT_LOG_IN),
  parameters: TPM_DIGEST,
  pubKeyHash: TPM_DIGEST,
});

/** TPM_TRANSPORT_LOG_OUT: log entry of an answer (Part 2, 13.4). */
export interface TpmTransportLogOut {
  /** TPM_TAG_TRANSPORT_LOG_OUT. */
  tag: typeof TPM_TAG_TRANSPORT_LOG_OUT;
  /** When. */
  currentTicks: TpmCurrentTicks;
  /** Digest of the answer parameters. */
  parameters: Uint8Array;
  /** Locality of the command. */
  locality: number;
}

/** Wire form of {@linkcode TpmTransportLogOut}. */
export const TPM_TRANSPORT_LOG_OUT: Codec<TpmTransportLogOut> = struct("TPM_TRANSPORT_LOG_OUT", {
  tag: tag(TPM_TAG_TRANSPORT_LOG_OUT),
  currentTicks: TPM_CURRENT_TICKS,
  parameters: TPM_DIGEST,
  locality: U32,
});

/** TPM_TRANSPORT_AUTH: what is encrypted to open a session (Part 2, 13.5). */
export interface TpmTransportAuth {
  /** TPM_TAG_TRANSPORT_AUTH. */
  tag: typeof TPM_TAG_TRANSPORT_AUTH;
  /** Secret of the session. */
  authData: Uint8Array;
}

/** Wire form of {@linkcode TpmTransportAuth}. */
export const TPM_TRANSPORT_AUTH: Codec<TpmTransportAuth> = struct("TPM_TRANSPORT_AUTH", {
  tag: tag(TPM_TAG_TRANSPORT_AUTH),
  authData: TPM_AUTHDATA,
});
