import type { Key } from "./key.ts";
import type { TspObject } from "./tsp_object.ts";

/**
 * TSS_CALLBACK: a function of the program's that does a policy's or the TPM object's work, as the
 * value of an attribute (TSS 1.2, 3.28).
 */
export interface TssCallback<F = unknown> {
  /** The function. */
  readonly callback: F;
  /** Given back to the function. */
  readonly appData?: unknown;
  /** TSS_ALG_*, where the function can choose. */
  readonly alg?: number;
}

/** The nonces of a session, 20 bytes each. */
export interface SessionNonces {
  /** The TPM's. */
  readonly nonceEven: Uint8Array;
  /** The caller's. */
  readonly nonceOdd: Uint8Array;
  /** The TPM's of TPM_OSAP or TPM_DSAP; `null` under OIAP. */
  readonly nonceEvenOSAP: Uint8Array | null;
  /** The caller's of TPM_OSAP or TPM_DSAP; `null` under OIAP. */
  readonly nonceOddOSAP: Uint8Array | null;
}

/** What {@linkcode CallbackHMACAuth} is given. */
export interface HmacAuthInput extends SessionNonces {
  /** What the attribute was set with. */
  readonly appData: unknown;
  /** The object that is authorised. */
  readonly object: TspObject;
  /** `true`: give the HMAC of the request. `false`: check the HMAC of the answer. */
  readonly returnOrVerify: boolean;
  /** Ordinal of the command. */
  readonly pendingFunction: number;
  /** The continue flag that enters the HMAC. */
  readonly continueUse: boolean;
  /** Digest of the parameters, 20 bytes. */
  readonly paramDigest: Uint8Array;
  /** The answer's HMAC, 20 bytes, when it is to be checked. */
  readonly hmacData: Uint8Array | null;
}

/**
 * `Tspicb_CallbackHMACAuth`: gives HMAC-SHA1(key, paramDigest ‖ nonceEven ‖ nonceOdd ‖
 * continueUse), 20 bytes, or says whether `hmacData` is that. The key is the secret under OIAP,
 * HMAC-SHA1(secret, nonceEvenOSAP ‖ nonceOddOSAP) otherwise.
 */
export type CallbackHMACAuth = (
  input: HmacAuthInput,
) => Uint8Array | boolean | Promise<Uint8Array | boolean>;

/** What {@linkcode CallbackXorEnc} is given. */
export interface XorEncInput extends SessionNonces {
  /** What the attribute was set with. */
  readonly appData: unknown;
  /** The object that the session is bound to. */
  readonly osapObject: TspObject;
  /** The object that gets the new secrets. */
  readonly object: TspObject;
}

/** New secrets, hidden; 20 bytes each. */
export interface HiddenSecrets {
  /** Usage secret XOR SHA1(sharedSecret ‖ nonceEven). */
  readonly encAuthUsage: Uint8Array;
  /** Migration secret XOR SHA1(sharedSecret ‖ nonceOdd). */
  readonly encAuthMigration: Uint8Array;
}

/** `Tspicb_CallbackXorEnc`: hides the new secrets of an object. */
export type CallbackXorEnc = (input: XorEncInput) => HiddenSecrets | Promise<HiddenSecrets>;

/** What {@linkcode CallbackTakeOwnership} is given. */
export interface TakeOwnershipInput {
  /** What the attribute was set with. */
  readonly appData: unknown;
  /** The TPM object for the owner's secret, the key object for the SRK's. */
  readonly object: TspObject;
  /** The public endorsement key. */
  readonly pubKey: Key;
}

/** `Tspicb_CallbackTakeOwnership`: the secret encrypted with the endorsement key, OAEP "TCPA". */
export type CallbackTakeOwnership = (
  input: TakeOwnershipInput,
) => Uint8Array | Promise<Uint8Array>;

/** What {@linkcode CallbackSealxMask} is given. */
export interface SealxMaskInput extends SessionNonces {
  /** What the attribute was set with. */
  readonly appData: unknown;
  /** The key that seals. */
  readonly key: TspObject;
  /** The encrypted data object. */
  readonly encData: TspObject;
  /** TSS_ALG_*. */
  readonly alg: number;
  /** What to hide, or to lay open. */
  readonly data: Uint8Array;
}

/** `Tspicb_CallbackSealxMask`: data XOR MGF1(nonceEven ‖ nonceOdd ‖ "XOR" ‖ sharedSecret). */
export type CallbackSealxMask = (input: SealxMaskInput) => Uint8Array | Promise<Uint8Array>;

/** What {@linkcode CallbackChangeAuthAsym} is given. */
export interface ChangeAuthAsymInput {
  /** What the attribute was set with. */
  readonly appData: unknown;
  /** The object whose secret changes. */
  readonly object: TspObject;
  /** The TPM's ephemeral key. */
  readonly pubKey: Key;
}

/**
 * `Tspicb_CallbackChangeAuthAsym`: TPM_CHANGEAUTH_VALIDATE encrypted with the ephemeral key, and
 * HMAC-SHA1(old secret, new secret).
 */
export type CallbackChangeAuthAsym = (input: ChangeAuthAsymInput) =>
  | { readonly encAuth: Uint8Array; readonly authLink: Uint8Array }
  | Promise<{ readonly encAuth: Uint8Array; readonly authLink: Uint8Array }>;

/** What {@linkcode CollateIdentity} is given. */
export interface CollateIdentityInput {
  /** What the attribute was set with. */
  readonly appData: unknown;
  /** The plain TPM_IDENTITY_PROOF. */
  readonly identityProof: Uint8Array;
  /** TSS_ALG_* of the session key. */
  readonly alg: number;
}

/** An identity proof on its way to the privacy CA. */
export interface EncryptedProof {
  /** The session key, encrypted to the CA: asymBlob of the request. */
  readonly sessionKey: Uint8Array;
  /** The proof, encrypted with the session key: symBlob of the request. */
  readonly identityProof: Uint8Array;
}

/** `Tspicb_CollateIdentity`: encrypts the proof of a new identity for its privacy CA. */
export type CollateIdentity = (
  input: CollateIdentityInput,
) => EncryptedProof | Promise<EncryptedProof>;

/** What {@linkcode ActivateIdentity} is given. */
export interface ActivateIdentityInput {
  /** What the attribute was set with. */
  readonly appData: unknown;
  /** TPM_SYMMETRIC_KEY that the TPM decrypted; wiped once the callback is done. */
  readonly sessionKey: Uint8Array;
  /** The credential as it lies encrypted in TPM_SYM_CA_ATTESTATION. */
  readonly credential: Uint8Array;
}

/** `Tspicb_ActivateIdentity`: decrypts the credential of an identity. */
export type ActivateIdentity = (
  input: ActivateIdentityInput,
) => Uint8Array | Promise<Uint8Array>;
