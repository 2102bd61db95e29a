import type {
  AdditionalProof,
  AttributeCommitment,
  DaaPublicKey,
  EncryptedPseudonym,
  HashedCommitment,
  HashedPseudonym,
  OpenCommitment,
  OpenEncryption,
} from "./daa/mod.ts";
import type { Hash } from "./hash.ts";

/** What {@linkcode DaaSign} is given: all that is proved, and with what secrets. */
export interface DaaSignInput {
  /** What the attribute was set with. */
  readonly appData: unknown;
  /** The issuer's public key. */
  readonly daaPublicKey: DaaPublicKey;
  /** The bases of the attributes in commitments. */
  readonly gammas: readonly bigint[];
  /** The attributes. */
  readonly attributes: readonly bigint[];
  /** The exponents of the proof for each attribute; 0 for a revealed one. */
  readonly randomAttributes: readonly bigint[];
  /** The commitments to attributes, with their own secrets. */
  readonly attributeCommitments: readonly OpenCommitment[];
  /** The pseudonym. */
  readonly pseudonym: bigint;
  /** The commitment of the proof about it. */
  readonly pseudonymTilde: bigint;
  /** The pseudonym encrypted to an authority; `null` when it is not. */
  readonly pseudonymEncrypted: OpenEncryption | null;
}

/** What {@linkcode DaaSign} gives. */
export interface DaaSignAddition {
  /** The hash whose value enters the challenge of the signature. */
  readonly challenge: Hash;
  /** Says what the payload is; 0 by default. */
  readonly payloadFlag?: number;
  /** What the verifier's callback is to get. */
  readonly payload?: Uint8Array;
}

/**
 * `Tspicb_DAA_Sign`: proves more of the attributes than the signature does. Called when all
 * commitments are made, before the challenge; the TPM's session waits for it.
 */
export type DaaSign = (
  input: DaaSignInput,
) => DaaSignAddition | Promise<DaaSignAddition>;

/** What {@linkcode DaaVerifySignature} is given: all that the verifier found. */
export interface DaaVerifySignatureInput {
  /** What the attribute was set with. */
  readonly appData: unknown;
  /** The challenge of the signature, 20 bytes. */
  readonly challenge: Uint8Array;
  /** What the signer's callback gave; `null` for nothing. */
  readonly additionalProof: AdditionalProof | null;
  /** The issuer's public key. */
  readonly daaPublicKey: DaaPublicKey;
  /** The bases of the attributes in commitments. */
  readonly gammas: readonly bigint[];
  /** The answers for the attributes; 0 for a revealed one. */
  readonly sAttributes: readonly bigint[];
  /** The commitments to attributes. */
  readonly attributeCommitments: readonly AttributeCommitment[];
  /** The commitments of the proofs about them. */
  readonly attributeCommitmentsProof: readonly HashedCommitment[];
  /** Base of the pseudonym. */
  readonly zeta: bigint;
  /** The answer for f. */
  readonly sF: bigint;
  /** The pseudonym, plain or encrypted. */
  readonly pseudonym: bigint | EncryptedPseudonym;
  /** The commitments of the proof about it. */
  readonly pseudonymProof: HashedPseudonym;
}

/**
 * `Tspicb_DAA_VerifySignature`: whether the additional proof of a signature is right. Called for
 * signatures that are right but for it.
 */
export type DaaVerifySignature = (
  input: DaaVerifySignatureInput,
) => boolean | Promise<boolean>;
