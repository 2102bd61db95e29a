import { modPow, type RandomSource } from "../../crypto/mod.ts";
import { TSS_DAA_LENGTH_GAMMA, TSS_DAA_LENGTH_MGF1_AR } from "../constants/daa.ts";
import { tspError } from "../tsp_error.ts";
import { type DaaPublicKey, isPseudonym, project } from "./issuer_key.ts";
import { concat, type Hashed, mgf1Number, product, randomBelow } from "./numbers.ts";

/** Public key of an authority that can lift anonymity (TSS_DAA_AR_PK). */
export interface RevocationPublicKey {
  /** A second generator. */
  readonly eta: bigint;
  /** gamma^x0 eta^x1. */
  readonly lambda1: bigint;
  /** gamma^x2 eta^x3. */
  readonly lambda2: bigint;
  /** gamma^x4 eta^x5. */
  readonly lambda3: bigint;
}

/** Key pair of such an authority (TSS_DAA_AR_KEY_PAIR). */
export interface RevocationKeyPair {
  /** The public half. */
  readonly publicKey: RevocationPublicKey;
  /** x0 to x5. */
  readonly exponents: readonly [bigint, bigint, bigint, bigint, bigint, bigint];
}

/** Makes a key pair for the pseudonyms of an issuer (Tspi_DAA_ARA_GenerateKey). */
export function generateRevocationKey(
  key: DaaPublicKey,
  random: RandomSource,
): RevocationKeyPair {
  const { gamma, capitalGamma, rho } = key;
  let eta: bigint;
  do eta = project(key, 1n + randomBelow(random, capitalGamma - 1n)); while (
    eta === 1n || eta === gamma
  );
  const x = () => randomBelow(random, rho);
  const exponents = [x(), x(), x(), x(), x(), x()] as const;
  const lambda = (i: 0 | 2 | 4): bigint =>
    product([[gamma, exponents[i]], [eta, exponents[i + 1]!]], capitalGamma);
  return {
    publicKey: { eta, lambda1: lambda(0), lambda2: lambda(2), lambda3: lambda(4) },
    exponents,
  };
}

/** delta1 to delta4: an encrypted pseudonym, or the commitments of a proof about one. */
export type Deltas = readonly [bigint, bigint, bigint, bigint];

/** A pseudonym encrypted to an authority (TSS_DAA_PSEUDONYM_ENCRYPTED). */
export interface EncryptedPseudonym {
  /** The cipher text. */
  readonly deltas: Deltas;
  /** Proves that its exponent is known. */
  readonly sTau: bigint;
}

/** To whom a pseudonym is encrypted, and on what condition it may be decrypted. */
export interface RevocationTerms {
  /** The authority. */
  readonly publicKey: RevocationPublicKey;
  /** The condition, any bytes. */
  readonly condition: Uint8Array;
}

function conditionHash(deltas: Deltas, condition: Uint8Array): bigint {
  const values = deltas.slice(0, 3).map((delta): Hashed => [delta, TSS_DAA_LENGTH_GAMMA]);
  return mgf1Number(concat(...values, condition), TSS_DAA_LENGTH_MGF1_AR);
}

/** A pseudonym encrypted by its maker. */
export interface OpenEncryption {
  /** The cipher text. */
  readonly deltas: Deltas;
  /** The commitments of the proof. */
  readonly deltaTildes: Deltas;
  /** The secret exponent. */
  readonly tau: bigint;
  /** The exponent of the proof. */
  readonly rTau: bigint;
}

/** Encrypts a pseudonym, and begins the proof that it was done right. */
export function encryptPseudonym(
  key: DaaPublicKey,
  { publicKey, condition }: RevocationTerms,
  { pseudonym, pseudonymTilde, random }: {
    readonly pseudonym: bigint;
    readonly pseudonymTilde: bigint;
    readonly random: RandomSource;
  },
): OpenEncryption {
  const { gamma, capitalGamma, rho } = key;
  const { eta, lambda1, lambda2, lambda3 } = publicKey;
  const tau = randomBelow(random, rho);
  const rTau = randomBelow(random, rho);
  const firstThree = (exponent: bigint, hidden: bigint) =>
    [
      modPow(gamma, exponent, capitalGamma),
      modPow(eta, exponent, capitalGamma),
      product([[lambda3, exponent], [hidden, 1n]], capitalGamma),
    ] as const;
  const first = firstThree(tau, pseudonym);
  const u = conditionHash([...first, 0n], condition);
  const fourth = (exponent: bigint): bigint =>
    product([[lambda1, exponent], [lambda2, exponent * u]], capitalGamma);
  return {
    deltas: [...first, fourth(tau)],
    deltaTildes: [...firstThree(rTau, pseudonymTilde), fourth(rTau)],
    tau,
    rTau,
  };
}

/** Answers a challenge: the cipher text with its proof. */
export function closeEncryption(
  { rho }: DaaPublicKey,
  { deltas, tau, rTau }: OpenEncryption,
  challenge: bigint,
): EncryptedPseudonym {
  return { deltas, sTau: (rTau + challenge * tau) % rho };
}

/** The commitments of the proof, from the answers to a challenge; `null` for no cipher text. */
export function reopenEncryption(
  key: DaaPublicKey,
  { deltas, sTau }: EncryptedPseudonym,
  { terms, challenge, zeta, sF }: {
    readonly terms: RevocationTerms;
    readonly challenge: bigint;
    readonly zeta: bigint;
    readonly sF: bigint;
  },
): Deltas | null {
  const { gamma, capitalGamma, rho } = key;
  if (!deltas.every((delta) => isInGroup(key, delta)) || sTau < 0n || sTau >= rho) return null;
  const { eta, lambda1, lambda2, lambda3 } = terms.publicKey;
  const u = conditionHash(deltas, terms.condition);
  const [delta1, delta2, delta3, delta4] = deltas;
  return [
    product([[delta1, -challenge], [gamma, sTau]], capitalGamma),
    product([[delta2, -challenge], [eta, sTau]], capitalGamma),
    product([[delta3, -challenge], [lambda3, sTau], [zeta, sF]], capitalGamma),
    product([[delta4, -challenge], [lambda1, sTau], [lambda2, sTau * u]], capitalGamma),
  ];
}

function isInGroup(key: DaaPublicKey, value: bigint): boolean {
  return value === 1n || isPseudonym(key, value);
}

/** An encrypted pseudonym as it enters a challenge. */
export function hashedEncryption(
  { eta, lambda1, lambda2, lambda3 }: RevocationPublicKey,
  deltas: Deltas,
  deltaTildes: Deltas,
): Hashed[] {
  return [eta, lambda1, lambda2, lambda3, ...deltas, ...deltaTildes].map((value): Hashed => [
    value,
    TSS_DAA_LENGTH_GAMMA,
  ]);
}

/**
 * Decrypts a pseudonym (Tspi_DAA_ARA_RevokeAnonymity). Throws TSS_E_DAA_AR_DECRYPTION_ERROR when
 * it is no cipher text for this key and condition.
 */
export function revokeAnonymity(
  key: DaaPublicKey,
  { exponents }: RevocationKeyPair,
  { deltas, condition }: { readonly deltas: Deltas; readonly condition: Uint8Array },
): bigint {
  const { capitalGamma } = key;
  const [x0, x1, x2, x3, x4, x5] = exponents;
  const [delta1, delta2, delta3, delta4] = deltas;
  const u = conditionHash(deltas, condition);
  const expected = product([[delta1, x0 + x2 * u], [delta2, x1 + x3 * u]], capitalGamma);
  if (!deltas.every((delta) => isInGroup(key, delta)) || expected !== delta4) {
    throw tspError("TSS_E_DAA_AR_DECRYPTION_ERROR", "it was not encrypted on this condition");
  }
  const mask = product([[delta1, x4], [delta2, x5]], capitalGamma);
  return product([[delta3, 1n], [mask, -1n]], capitalGamma);
}
