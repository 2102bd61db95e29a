import { bitLength, bytesToBigint, equalBytes } from "../../crypto/mod.ts";
import { tspError } from "../tsp_error.ts";
import { type AttributeSelection, type HashedCommitment, reopenCommitment } from "./commitments.ts";
import { type DaaPublicKey, isPseudonym, namedBase } from "./issuer_key.ts";
import { isRogue } from "./issue.ts";
import { BITS_E, BITS_E_PRIME, BITS_F, BITS_HASH, BITS_R_F, BITS_SAFETY } from "./lengths.ts";
import { type Power, product } from "./numbers.ts";
import { reopenEncryption, type RevocationTerms } from "./revocation.ts";
import {
  type DaaSignature,
  type HashedPseudonym,
  signChallenge,
  type SignedData,
  wholeChallenge,
} from "./signature.ts";

/** What a verifier asked for and knows. */
export interface VerifyOptions {
  /** Values of the revealed attributes, `null` for the hidden ones; by default all are hidden. */
  readonly attributes?: readonly (bigint | null)[];
  /** The nonce that was given, 20 bytes. */
  readonly nonceVerifier: Uint8Array;
  /** The name that was given, if any. */
  readonly baseName?: Uint8Array;
  /** What was signed. */
  readonly signed: SignedData;
  /** Commitments that were asked for. */
  readonly selections?: readonly AttributeSelection[];
  /** The authority that the pseudonym was to be encrypted to. */
  readonly revocation?: RevocationTerms;
  /** Secrets f of TPMs that were broken. */
  readonly rogues?: readonly bigint[];
}

/** What a verifier finds in a signature that is right. */
export interface ReopenedSignature {
  /** Commitments to attributes. */
  readonly commitments: readonly HashedCommitment[];
  /** The pseudonym. */
  readonly pseudonym: HashedPseudonym;
}

/**
 * What a verifier finds in a signature (Tspi_DAA_VerifySignature); `null` when it is wrong. Throws
 * TSS_E_BAD_PARAMETER when the revealed attributes do not fit it, TSS_E_DAA_PSEUDONYM_ERROR for the
 * signature of a broken TPM.
 */
export function reopenSignature(
  key: DaaPublicKey,
  signature: DaaSignature,
  options: VerifyOptions,
): ReopenedSignature | null {
  const attributes = options.attributes ?? key.capitalY.map(() => null);
  requireFit(key, signature, attributes);
  const { zeta, capitalT, challenge, callbackResult } = signature;
  if (!isBase(key, zeta, options.baseName) || !hasRightLengths(key, signature)) return null;
  const c = bytesToBigint(challenge);
  const commitments = (options.selections ?? []).map((selection, i) => {
    const commitment = signature.attributeCommitments[i];
    const inputs = { selection, challenge: c, sA: signature.sA };
    const hidden = selection.every((selected, j) => !selected || attributes[j] === null);
    return commitment && hidden ? reopenCommitment(key, commitment, inputs) : null;
  });
  const pseudonym = reopenPseudonym(key, signature, options);
  if (pseudonym === null || commitments.includes(null)) return null;
  const reopened = { commitments: commitments.filter((found) => found !== null), pseudonym };
  const hostChallenge = signChallenge(key, {
    ...reopened,
    nonceVerifier: options.nonceVerifier,
    zeta,
    capitalT,
    capitalTtilde: reopenT(key, signature, attributes),
    callbackResult,
  });
  const expected = wholeChallenge(hostChallenge, signature.nonceTpm, options.signed);
  return equalBytes(challenge, expected) ? reopened : null;
}

function requireFit(
  { capitalY }: DaaPublicKey,
  { sA }: DaaSignature,
  attributes: readonly (bigint | null)[],
): void {
  const fits = attributes.length === capitalY.length && sA.length === capitalY.length &&
    attributes.every((value, i) =>
      value === null ? sA[i] !== 0n : sA[i] === 0n && bitLength(value) <= BITS_F
    );
  if (!fits) {
    throw tspError("TSS_E_BAD_PARAMETER", "these are not the attributes that were revealed");
  }
}

function isBase(key: DaaPublicKey, zeta: bigint, baseName?: Uint8Array): boolean {
  if (!isPseudonym(key, zeta)) return false;
  return baseName === undefined || baseName.length === 0 || zeta === namedBase(key, baseName);
}

function hasRightLengths({ modulus }: DaaPublicKey, signature: DaaSignature): boolean {
  const { capitalT, sF0, sF1, sE, sA, sV } = signature;
  const longest = BITS_R_F + 1;
  return [sF0, sF1, ...sA].every((answer) => answer >= 0n && bitLength(answer) <= longest) &&
    sE >= 0n && bitLength(sE) <= BITS_E_PRIME + BITS_SAFETY + BITS_HASH + 1 && sV >= 0n &&
    capitalT > 0n && capitalT < modulus;
}

/** The commitment of the proof about T. */
function reopenT(
  key: DaaPublicKey,
  signature: DaaSignature,
  attributes: readonly (bigint | null)[],
): bigint {
  const { modulus, capitalZ, capitalS, capitalR0, capitalR1, capitalY } = key;
  const { capitalT, sF0, sF1, sV, sE, sA } = signature;
  const c = bytesToBigint(signature.challenge);
  const revealed = attributes.flatMap((value, i): Power[] =>
    value === null ? [] : [[capitalY[i]!, value]]
  );
  const rest = product([[capitalZ, 1n], [product(revealed, modulus), -1n]], modulus);
  return product([
    [rest, -c],
    [capitalT, sE + (c << BigInt(BITS_E - 1))],
    [capitalR0, sF0],
    [capitalR1, sF1],
    [capitalS, sV],
    ...sA.map((answer, i): Power => [capitalY[i]!, answer]),
  ], modulus);
}

/** The answer for f = f0 + 2^104 f1. */
export function answerForF({ sF0, sF1 }: Pick<DaaSignature, "sF0" | "sF1">): bigint {
  return sF0 + (sF1 << BigInt(BITS_F));
}

/** The pseudonym and the commitment of the proof about it; `null` for what is none. */
function reopenPseudonym(
  key: DaaPublicKey,
  signature: DaaSignature,
  { revocation: terms, rogues = [] }: VerifyOptions,
): HashedPseudonym | null {
  const { zeta, signedPseudonym } = signature;
  const challenge = bytesToBigint(signature.challenge);
  const sF = answerForF(signature);
  if (typeof signedPseudonym !== "bigint") {
    if (terms === undefined) return null;
    const { deltas } = signedPseudonym;
    const deltaTildes = reopenEncryption(key, signedPseudonym, { terms, challenge, zeta, sF });
    return deltaTildes && { authority: terms.publicKey, deltas, deltaTildes };
  }
  if (terms !== undefined || !isPseudonym(key, signedPseudonym)) return null;
  if (isRogue(key, { zeta, pseudonym: signedPseudonym, rogues })) {
    throw tspError("TSS_E_DAA_PSEUDONYM_ERROR", "a TPM signed whose secret was published");
  }
  const powers: Power[] = [[signedPseudonym, -challenge], [zeta, sF]];
  return { pseudonym: signedPseudonym, pseudonymTilde: product(powers, key.capitalGamma) };
}
