import { sha1 } from "../../crypto/mod.ts";
import { TSS_DAA_LENGTH_GAMMA, TSS_DAA_LENGTH_N } from "../constants/daa.ts";
import {
  type AttributeCommitment,
  type HashedCommitment,
  hashedCommitments,
} from "./commitments.ts";
import { type DaaPublicKey, encodePublicKey } from "./issuer_key.ts";
import { hashAll, type Hashed, uint32 } from "./numbers.ts";
import {
  type Deltas,
  type EncryptedPseudonym,
  hashedEncryption,
  type RevocationPublicKey,
} from "./revocation.ts";

/** What the caller's own proofs add to a signature (TSS_DAA_SIGN_CALLBACK). */
export interface AdditionalProof {
  /** The hash value that enters the challenge. */
  readonly challenge: Uint8Array;
  /** Says what the payload is; the caller's own. */
  readonly payloadFlag: number;
  /** What the verifier's callback gets besides. */
  readonly payload: Uint8Array;
}

/** A signature that tells no more of its TPM than it was asked to (TSS_DAA_SIGNATURE). */
export interface DaaSignature {
  /** Base of the pseudonym. */
  readonly zeta: bigint;
  /** T, the credential's A in disguise. */
  readonly capitalT: bigint;
  /** Challenge of the proof, 20 bytes. */
  readonly challenge: Uint8Array;
  /** The TPM's nonce, 20 bytes. */
  readonly nonceTpm: Uint8Array;
  /** Answer for v. */
  readonly sV: bigint;
  /** Answer for f0. */
  readonly sF0: bigint;
  /** Answer for f1. */
  readonly sF1: bigint;
  /** Answer for e. */
  readonly sE: bigint;
  /** Answers for the hidden attributes; 0 for those that were revealed. */
  readonly sA: readonly bigint[];
  /** Commitments to hidden attributes. */
  readonly attributeCommitments: readonly AttributeCommitment[];
  /** The pseudonym, plain or encrypted. */
  readonly signedPseudonym: bigint | EncryptedPseudonym;
  /** What the signer's callback proved besides; `null` where there was none. */
  readonly callbackResult: AdditionalProof | null;
}

/** What is signed: a SHA-1 digest of 20 bytes, or a TPM's identity key by its modulus. */
export type SignedData =
  | { readonly digest: Uint8Array }
  | { readonly identityModulus: Uint8Array };

/** The pseudonym in a challenge: plain, or encrypted to an authority. */
export type HashedPseudonym =
  | { readonly pseudonym: bigint; readonly pseudonymTilde: bigint }
  | {
    readonly authority: RevocationPublicKey;
    readonly deltas: Deltas;
    readonly deltaTildes: Deltas;
  };

/** What the challenge of a signature is made of. */
export interface SignCommitments {
  /** The verifier's nonce, 20 bytes. */
  readonly nonceVerifier: Uint8Array;
  /** Base of the pseudonym. */
  readonly zeta: bigint;
  /** T. */
  readonly capitalT: bigint;
  /** Commitment of the proof about T. */
  readonly capitalTtilde: bigint;
  /** Commitments to attributes. */
  readonly commitments: readonly HashedCommitment[];
  /** The pseudonym. */
  readonly pseudonym: HashedPseudonym;
  /** What the signer's callback proves besides. */
  readonly callbackResult: AdditionalProof | null;
}

/** The host's challenge of a signature, before the TPM adds its nonce; 20 bytes. */
export function signChallenge(key: DaaPublicKey, proof: SignCommitments): Uint8Array {
  const { zeta, capitalT, capitalTtilde, commitments, pseudonym } = proof;
  const encrypted = "authority" in pseudonym;
  return hashAll([
    encodePublicKey(key),
    proof.nonceVerifier,
    uint32(commitments.length),
    uint32(encrypted ? 1 : 0),
    [zeta, TSS_DAA_LENGTH_GAMMA],
    [capitalT, TSS_DAA_LENGTH_N],
    [capitalTtilde, TSS_DAA_LENGTH_N],
    ...hashedCommitments(commitments),
    ...hashedPseudonym(pseudonym),
    proof.callbackResult?.challenge ?? new Uint8Array(0),
  ]);
}

function hashedPseudonym(pseudonym: HashedPseudonym): Hashed[] {
  if ("authority" in pseudonym) {
    return hashedEncryption(pseudonym.authority, pseudonym.deltas, pseudonym.deltaTildes);
  }
  return [
    [pseudonym.pseudonym, TSS_DAA_LENGTH_GAMMA],
    [pseudonym.pseudonymTilde, TSS_DAA_LENGTH_GAMMA],
  ];
}

/** The whole challenge: with the TPM's nonce and what is signed. */
export function wholeChallenge(
  hostChallenge: Uint8Array,
  nonceTpm: Uint8Array,
  signed: SignedData,
): Uint8Array {
  const [selector, message] = "digest" in signed ? [1, signed.digest] : [0, signed.identityModulus];
  return sha1(sha1(hostChallenge, nonceTpm), Uint8Array.of(selector), message);
}
