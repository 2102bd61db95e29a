import {
  bitLength,
  bytesToBigint,
  gcd,
  isProbablePrime,
  modPow,
  modPowPair,
  type RandomSource,
} from "../../crypto/mod.ts";
import { TSS_DAA_LENGTH_HASH, TSS_DAA_LENGTH_N } from "../constants/daa.ts";
import { type DaaKeyPair, type DaaPublicKey, isPseudonym } from "./issuer_key.ts";
import { BITS_GAMMA, BITS_N, BITS_RHO } from "./lengths.ts";
import { hashAll, type Hashed, randomBelow, randomBits } from "./numbers.ts";
import { generateSafePrime } from "./safe_prime.ts";

/** Proof that Z, R0, R1 and all Y are powers of S (TSS_DAA_PK_PROOF). */
export interface DaaKeyProof {
  /** 20 bytes. */
  readonly challenge: Uint8Array;
  /** For each of Z, R0, R1, Y…: the responses of the 160 rounds. */
  readonly responses: readonly (readonly bigint[])[];
}

/** What a new issuer key is made for. */
export interface IssuerKeyOptions {
  /** Names the issuer. */
  readonly issuerBaseName: Uint8Array;
  /** How many attributes platforms choose; 0 by default. */
  readonly platformAttributes?: number;
  /** How many attributes the issuer chooses; 0 by default. */
  readonly issuerAttributes?: number;
  /** Random bytes. */
  readonly random: RandomSource;
}

/** Bits of the challenge, and rounds of the proof. */
export const ROUNDS: number = 8 * TSS_DAA_LENGTH_HASH;

/** Makes an issuer's key pair and the proof that it is a right one. Takes many seconds. */
export function generateIssuerKey(
  options: IssuerKeyOptions,
): { keyPair: DaaKeyPair; proof: DaaKeyProof } {
  const { issuerBaseName, platformAttributes = 0, issuerAttributes = 0, random } = options;
  const { modulus, productPQprime } = generateModulus(random);
  const capitalS = generateSquare(modulus, random);
  const exponents = Array.from(
    { length: 3 + platformAttributes + issuerAttributes },
    () => 1n + randomBelow(random, productPQprime),
  );
  const powers = exponents.map((exponent) => modPow(capitalS, exponent, modulus));
  const [capitalZ, capitalR0, capitalR1, ...capitalY] = powers as [bigint, bigint, bigint];
  const publicKey: DaaPublicKey = {
    modulus,
    capitalS,
    capitalZ,
    capitalR0,
    capitalR1,
    capitalY,
    platformAttributes,
    ...generateGamma(random),
    issuerBaseName,
  };
  const keyPair = { publicKey, productPQprime };
  return { keyPair, proof: proveIssuerKey(keyPair, exponents, random) };
}

function generateModulus(random: RandomSource): { modulus: bigint; productPQprime: bigint } {
  for (;;) {
    const p = generateSafePrime(BITS_N / 2, random);
    const q = generateSafePrime(BITS_N / 2, random);
    if (p !== q) return { modulus: p * q, productPQprime: ((p - 1n) / 2n) * ((q - 1n) / 2n) };
  }
}

/** S generates the squares when it is none of the few that have an order of p', q' or 1. */
function generateSquare(modulus: bigint, random: RandomSource): bigint {
  for (;;) {
    const square = modPow(randomBelow(random, modulus), 2n, modulus);
    const generates = square > 1n && gcd(square - 1n, modulus) === 1n;
    if (generates && bitLength(square) > BITS_N - 8) return square;
  }
}

/** Gamma = r rho + 1, and gamma of order rho. */
function generateGamma(
  random: RandomSource,
): Pick<DaaPublicKey, "gamma" | "capitalGamma" | "rho"> {
  let rho: bigint;
  do rho = randomBits(random, BITS_RHO) | (1n << BigInt(BITS_RHO - 1)) | 1n; while (
    !isProbablePrime(rho, random)
  );
  for (;;) {
    const r = randomBits(random, BITS_GAMMA - BITS_RHO);
    const capitalGamma = r * rho + 1n;
    if (bitLength(capitalGamma) !== BITS_GAMMA || r % rho === 0n) continue;
    if (!isProbablePrime(capitalGamma, random)) continue;
    const gamma = modPow(1n + randomBelow(random, capitalGamma - 1n), r, capitalGamma);
    if (gamma !== 1n) return { gamma, capitalGamma, rho };
  }
}

/** Proves that the exponents of Z, R0, R1 and all Y are known. */
export function proveIssuerKey(
  { publicKey, productPQprime }: DaaKeyPair,
  exponents: readonly bigint[],
  random: RandomSource,
): DaaKeyProof {
  const { capitalS, modulus } = publicKey;
  const secrets = exponents.map(() =>
    Array.from({ length: ROUNDS }, () => 1n + randomBelow(random, productPQprime))
  );
  const commitments = secrets.map((round) => powersOf(capitalS, round, modulus));
  const challenge = proofChallenge(publicKey, commitments);
  const responses = secrets.map((round, i) =>
    round.map((secret, j) => {
      const response = secret - challengeBit(challenge, j) * exponents[i]!;
      return ((response % productPQprime) + productPQprime) % productPQprime;
    })
  );
  return { challenge, responses };
}

/** Whether an issuer's public key is a right one (Tspi_DAA_IssuerKeyVerify). */
export function verifyIssuerKey(
  key: DaaPublicKey,
  proof: DaaKeyProof,
  random: RandomSource,
): boolean {
  const { modulus, capitalS } = key;
  const variables = variablesOf(key);
  if (!hasRightForm(key, random) || proof.responses.length !== variables.length) return false;
  if (proof.responses.some((responses) => responses.length !== ROUNDS)) return false;
  const commitments = proof.responses.map((responses, i) =>
    powersOf(capitalS, responses, modulus).map((power, j) =>
      challengeBit(proof.challenge, j) === 0n ? power : (power * variables[i]!) % modulus
    )
  );
  const challenge = proofChallenge(key, commitments);
  return challenge.every((byte, i) => byte === proof.challenge[i]);
}

function variablesOf({ capitalZ, capitalR0, capitalR1, capitalY }: DaaPublicKey): bigint[] {
  return [capitalZ, capitalR0, capitalR1, ...capitalY];
}

/** All but the proof of an issuer's key: sizes, primes and orders. */
export function hasRightForm(key: DaaPublicKey, random: RandomSource): boolean {
  const { modulus, capitalS, gamma, capitalGamma, rho } = key;
  if (bitLength(modulus) !== BITS_N || bitLength(capitalGamma) !== BITS_GAMMA) return false;
  if (bitLength(rho) !== BITS_RHO || !isProbablePrime(rho, random)) return false;
  if (!isProbablePrime(capitalGamma, random)) return false;
  if ((capitalGamma - 1n) % rho !== 0n || ((capitalGamma - 1n) / rho) % rho === 0n) return false;
  if (!isPseudonym(key, gamma)) return false;
  if ((modulus & 1n) === 0n || isProbablePrime(modulus, random)) return false;
  if (gcd(capitalS, modulus) !== 1n || key.platformAttributes > key.capitalY.length) return false;
  return [capitalS, ...variablesOf(key)].every((value) => value > 1n && value < modulus);
}

/** Powers of one base, by twos: two cost little more than one. */
function powersOf(base: bigint, exponents: readonly bigint[], modulus: bigint): bigint[] {
  const powers: bigint[] = [];
  for (let i = 0; i < exponents.length; i += 2) {
    const [first, second] = [exponents[i]!, exponents[i + 1] ?? 0n];
    powers.push(
      ...modPowPair({ base, exponent: first, modulus }, { base, exponent: second, modulus }),
    );
  }
  return powers.slice(0, exponents.length);
}

function proofChallenge(
  key: DaaPublicKey,
  commitments: readonly (readonly bigint[])[],
): Uint8Array {
  const values = [key.modulus, key.capitalS, ...variablesOf(key), ...commitments.flat()];
  return hashAll(values.map((value): Hashed => [value, TSS_DAA_LENGTH_N]));
}

function challengeBit(challenge: Uint8Array, round: number): bigint {
  return (bytesToBigint(challenge) >> BigInt(round)) & 1n;
}
