import { encode } from "../../codec/mod.ts";
import { bytesToBigint, type RandomSource } from "../../crypto/mod.ts";
import { TPM_DAA_ISSUER } from "../../tpm12/structures/mod.ts";
import {
  type AttributeSelection,
  closeCommitment,
  commit,
  type OpenCommitment,
} from "./commitments.ts";
import type { StoredCredential } from "./credential.ts";
import { type DaaDialogue, openSession, StageSpeaker } from "./dialogue.ts";
import { type DaaPublicKey, issuerSettings, namedBase, project } from "./issuer_key.ts";
import {
  BITS_E,
  BITS_E_PRIME,
  BITS_HASH,
  BITS_N,
  BITS_R_F,
  BITS_S,
  BITS_SAFETY,
} from "./lengths.ts";
import { concat, type Power, product, randomBelow, randomBits, uint32 } from "./numbers.ts";
import {
  closeEncryption,
  encryptPseudonym,
  type OpenEncryption,
  type RevocationTerms,
} from "./revocation.ts";
import {
  type AdditionalProof,
  type DaaSignature,
  signChallenge,
  type SignedData,
  wholeChallenge,
} from "./signature.ts";
import { requireChallenge, sayBases, sayPseudonym } from "./stages.ts";

/** What a signature is made for. */
export interface SignOptions {
  /** Which attributes are revealed, one flag each; by default none. */
  readonly revealAttributes?: AttributeSelection;
  /** The verifier's nonce, 20 bytes. */
  readonly nonceVerifier: Uint8Array;
  /** Makes signatures with the same name linkable; none, or an empty one, makes them not. */
  readonly baseName?: Uint8Array;
  /** What is signed. */
  readonly signed: SignedData;
  /** Handle of the identity key in the TPM, when one is signed. */
  readonly identityHandle?: number;
  /** Commitments to make to hidden attributes. */
  readonly selections?: readonly AttributeSelection[];
  /** Encrypts the pseudonym to an authority. */
  readonly revocation?: RevocationTerms;
  /** What the caller proves besides. */
  readonly callbackResult?: AdditionalProof | null;
  /** Random bytes. */
  readonly random: RandomSource;
}

/** A signature between its parts: before the challenge. */
export interface BegunSignature {
  /** The session in the TPM. */
  readonly daaHandle: number;
  /** Base of the pseudonym. */
  readonly zeta: bigint;
  /** The pseudonym. */
  readonly pseudonym: bigint;
  /** Commitment of the proof about it. */
  readonly pseudonymTilde: bigint;
  /** The credential in disguise. */
  readonly masked: MaskedCredential;
  /** Commitments to hidden attributes. */
  readonly commitments: readonly OpenCommitment[];
  /** The pseudonym encrypted to an authority, if it is. */
  readonly encryption: OpenEncryption | null;
}

/** All stages of a signature (Tspi_TPM_DAA_Sign). */
export function* daaSign(
  credential: StoredCredential,
  options: SignOptions,
): DaaDialogue<DaaSignature> {
  return yield* finishSign(credential, yield* beginSign(credential, options), options);
}

/** Stages 0 to 8: all commitments are made. */
export function* beginSign(
  credential: StoredCredential,
  options: SignOptions,
): DaaDialogue<BegunSignature> {
  const { issuerPK: key, attributes } = credential;
  const { random, revocation } = options;
  const tpm = yield* openSession(encode(TPM_DAA_ISSUER, issuerSettings(key)));
  yield* tpm.say(credential.tpmSpecificEnc);
  const capitalTtpm = yield* sayBases(tpm, key);
  const zeta = pseudonymBase(key, options);
  const { pseudonym, pseudonymTilde } = yield* sayPseudonym(tpm, key, zeta);
  const hidden = attributes.map((_, i) => options.revealAttributes?.[i] !== true);
  const masked = maskCredential(credential, { capitalTtpm, hidden, random });
  const commitments = (options.selections ?? []).map((selection) =>
    commit(key, selection, { attributes, randomAttributes: masked.rA, random })
  );
  const encryption = revocation === undefined
    ? null
    : encryptPseudonym(key, revocation, { pseudonym, pseudonymTilde, random });
  const { daaHandle } = tpm;
  return { daaHandle, zeta, pseudonym, pseudonymTilde, masked, commitments, encryption };
}

/** Stages 9 to 15: the challenge, and the answers to it. */
export function* finishSign(
  { issuerPK: key, attributes, ...credential }: StoredCredential,
  begun: BegunSignature,
  options: SignOptions,
): DaaDialogue<DaaSignature> {
  const { signed, callbackResult = null } = options;
  const { masked, commitments, encryption } = begun;
  const { hidden, rA } = masked;
  const hostChallenge = signChallenge(key, {
    ...masked,
    nonceVerifier: options.nonceVerifier,
    zeta: begun.zeta,
    commitments,
    pseudonym: encryption ? { authority: options.revocation!.publicKey, ...encryption } : begun,
    callbackResult,
  });
  const tpm = new StageSpeaker(begun.daaHandle, 9);
  const nonceTpm = yield* tpm.say(hostChallenge);
  const challenge = "digest" in signed
    ? yield* tpm.say(Uint8Array.of(1), signed.digest)
    : yield* tpm.say(Uint8Array.of(0), concat(uint32(options.identityHandle!)));
  const sF0 = bytesToBigint(yield* tpm.say());
  const sF1 = bytesToBigint(yield* tpm.say());
  const s2 = bytesToBigint(yield* tpm.say(credential.vBar0));
  yield* tpm.say(credential.vBar0);
  const s3 = bytesToBigint(yield* tpm.say(credential.vBar1));
  requireChallenge(challenge, wholeChallenge(hostChallenge, nonceTpm, signed));
  const c = bytesToBigint(challenge);
  return {
    zeta: begun.zeta,
    capitalT: masked.capitalT,
    challenge,
    nonceTpm,
    sV: s2 + (s3 << BigInt(BITS_S)) + masked.rV - c * masked.w * credential.exponent,
    sF0,
    sF1,
    sE: masked.rE + c * (credential.exponent - (1n << BigInt(BITS_E - 1))),
    sA: attributes.map((attribute, i) => hidden[i] ? rA[i]! + c * attribute : 0n),
    attributeCommitments: commitments.map((commitment) => closeCommitment(key, commitment, c)),
    signedPseudonym: encryption ? closeEncryption(key, encryption, c) : begun.pseudonym,
    callbackResult,
  };
}

/** By the verifier's name, or random. */
function pseudonymBase(key: DaaPublicKey, { baseName, random }: SignOptions): bigint {
  if (baseName !== undefined && baseName.length > 0) return namedBase(key, baseName);
  for (;;) {
    const zeta = project(key, 1n + randomBelow(random, key.capitalGamma - 1n));
    if (zeta !== 1n) return zeta;
  }
}

/** A credential in disguise, and the exponents of the proof about it. */
interface MaskedCredential {
  /** Hides A. */
  readonly w: bigint;
  /** Exponent of the proof for e. */
  readonly rE: bigint;
  /** Exponent of the proof for v. */
  readonly rV: bigint;
  /** Exponents of the proof for the attributes; 0 for revealed ones. */
  readonly rA: readonly bigint[];
  /** Which attributes are not revealed. */
  readonly hidden: readonly boolean[];
  /** T. */
  readonly capitalT: bigint;
  /** Commitment of the proof about T. */
  readonly capitalTtilde: bigint;
}

/** T = A S^w, and the commitment of the proof about it, into which the TPM's part goes. */
function maskCredential(
  { issuerPK: key, capitalA }: StoredCredential,
  { capitalTtpm, hidden, random }: {
    readonly capitalTtpm: bigint;
    readonly hidden: readonly boolean[];
    readonly random: RandomSource;
  },
): MaskedCredential {
  const { modulus, capitalS, capitalY } = key;
  const w = randomBits(random, BITS_N + BITS_SAFETY);
  const rE = randomBits(random, BITS_E_PRIME + BITS_SAFETY + BITS_HASH);
  const rV = randomBits(random, BITS_E + BITS_N + 2 * BITS_SAFETY + BITS_HASH + 1);
  const rA = hidden.map((isHidden) => isHidden ? randomBits(random, BITS_R_F) : 0n);
  const capitalT = product([[capitalA, 1n], [capitalS, w]], modulus);
  const powers: Power[] = [[capitalTtpm, 1n], [capitalT, rE], [capitalS, rV]];
  rA.forEach((exponent, i) => powers.push([capitalY[i]!, exponent]));
  return { w, rE, rV, rA, hidden, capitalT, capitalTtilde: product(powers, modulus) };
}
