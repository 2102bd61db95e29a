import { BOOL, type Codec, struct, U32 } from "../codec/mod.ts";
import { TPM_AUTHDATA, TPM_NONCE } from "../tpm12/structures/mod.ts";

/** What a request carries for one session: 45 bytes (Part 1, 13.2). */
export interface AuthRequest {
  /** The session. */
  authHandle: number;
  /** The caller's nonce, 20 bytes. */
  nonceOdd: Uint8Array;
  /** Whether the session is to stay open. */
  continueAuthSession: boolean;
  /** HMAC over the parameters, 20 bytes. */
  authData: Uint8Array;
}

/** Wire form of {@linkcode AuthRequest}. */
export const AUTH_REQUEST: Codec<AuthRequest> = struct("AUTH_REQUEST", {
  authHandle: U32,
  nonceOdd: TPM_NONCE,
  continueAuthSession: BOOL,
  authData: TPM_AUTHDATA,
});

/** What an answer carries for one session: 41 bytes (Part 1, 13.2). */
export interface AuthResponse {
  /** The TPM's nonce for the next use of the session, 20 bytes. */
  nonceEven: Uint8Array;
  /** Whether the session is still open. */
  continueAuthSession: boolean;
  /** HMAC over the answer, 20 bytes. */
  authData: Uint8Array;
}

/** Wire form of {@linkcode AuthResponse}. */
export const AUTH_RESPONSE: Codec<AuthResponse> = struct("AUTH_RESPONSE", {
  nonceEven: TPM_NONCE,
  continueAuthSession: BOOL,
  authData: TPM_AUTHDATA,
});

/** Bytes of an {@linkcode AuthRequest}. */
export const AUTH_REQUEST_SIZE = 45;
/** Bytes of an {@linkcode AuthResponse}. */
export const AUTH_RESPONSE_SIZE = 41;
