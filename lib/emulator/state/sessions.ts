import { type Codec, optionalSized32, struct, U16, U32, U8 } from "../../codec/mod.ts";
import {
  TPM_DELEGATE_PUBLIC,
  TPM_DIGEST,
  TPM_NONCE,
  TPM_SECRET,
  TPM_TRANSPORT_PUBLIC,
  type TpmDelegatePublic,
  type TpmTransportPublic,
} from "../../tpm12/structures/mod.ts";

/** An OIAP, OSAP or DSAP session. */
export interface AuthSession {
  /** TPM_AUTHHANDLE. */
  handle: number;
  /** TPM_PID_OIAP, TPM_PID_OSAP or TPM_PID_DSAP. */
  protocolID: number;
  /** Kind of the bound entity, TPM_ET_* (0 under OIAP). */
  entityType: number;
  /** ADIP scheme: the high byte of the entity type it was opened with. */
  adipScheme: number;
  /** The TPM's last nonce, 20 bytes. */
  nonceEven: Uint8Array;
  /** Shared secret, 20 bytes (zeros under OIAP). */
  sharedSecret: Uint8Array;
  /** Names the bound entity, 20 bytes (zeros under OIAP). */
  entityDigest: Uint8Array;
  /** What a DSAP session may do. */
  delegation: TpmDelegatePublic | null;
}

/** Wire form of {@linkcode AuthSession} in saved contexts and saved state. */
export const AUTH_SESSION: Codec<AuthSession> = struct("AUTH_SESSION", {
  handle: U32,
  protocolID: U16,
  entityType: U8,
  adipScheme: U8,
  nonceEven: TPM_NONCE,
  sharedSecret: TPM_SECRET,
  entityDigest: TPM_DIGEST,
  delegation: optionalSized32(TPM_DELEGATE_PUBLIC),
});

/** A transport session (Part 2, 13.4, TPM_TRANSPORT_INTERNAL). */
export interface TransportSession {
  /** TPM_TRANSHANDLE. */
  handle: number;
  /** Secret of the session, 20 bytes. */
  authData: Uint8Array;
  /** Attributes and cipher. */
  transPublic: TpmTransportPublic;
  /** The TPM's last nonce, 20 bytes. */
  nonceEven: Uint8Array;
  /** Digest of the log, 20 bytes. */
  transDigest: Uint8Array;
}

/** Wire form of {@linkcode TransportSession} in saved contexts and saved state. */
export const TRANSPORT_SESSION: Codec<TransportSession> = struct("TRANSPORT_SESSION", {
  handle: U32,
  authData: TPM_SECRET,
  transPublic: TPM_TRANSPORT_PUBLIC,
  nonceEven: TPM_NONCE,
  transDigest: TPM_DIGEST,
});
