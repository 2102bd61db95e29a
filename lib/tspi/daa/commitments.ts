import { modPow, type RandomSource } from "../../crypto/mod.ts";
import { TSS_DAA_LENGTH_GAMMA } from "../constants/daa.ts";
import { attributeGamma, type DaaPublicKey } from "./issuer_key.ts";
import { type Hashed, type Power, product, randomBelow, uint32 } from "./numbers.ts";

/** Which attributes a commitment binds to (TSS_DAA_SELECTED_ATTRIB): one flag each. */
export type AttributeSelection = readonly boolean[];

/** A commitment to hidden attributes, in a credential request or a signature (TSS_DAA_ATTRIB_COMMIT). */
export interface AttributeCommitment {
  /** gamma^mu and a gamma_i^a_i for each selected attribute. */
  readonly beta: bigint;
  /** Proves that mu is known. */
  readonly sMu: bigint;
}

/** A commitment as its maker has it. */
export interface OpenCommitment {
  /** The attributes. */
  readonly selection: AttributeSelection;
  /** The secret exponent. */
  readonly mu: bigint;
  /** The commitment. */
  readonly beta: bigint;
  /** The exponent of the proof. */
  readonly rMu: bigint;
  /** The commitment of the proof. */
  readonly betaTilde: bigint;
}

/** What the challenge of a proof takes of a commitment. */
export type HashedCommitment = Pick<OpenCommitment, "selection" | "beta" | "betaTilde">;

function attributePowers(
  key: DaaPublicKey,
  selection: AttributeSelection,
  exponents: readonly bigint[],
): Power[] {
  return selection.flatMap((selected, i): Power[] =>
    selected ? [[attributeGamma(key, i), exponents[i]!]] : []
  );
}

/** Commits to the selected attributes; `randomAttributes` are the exponents of the proof. */
export function commit(
  key: DaaPublicKey,
  selection: AttributeSelection,
  { attributes, randomAttributes, random }: {
    readonly attributes: readonly bigint[];
    readonly randomAttributes: readonly bigint[];
    readonly random: RandomSource;
  },
): OpenCommitment {
  const { gamma, rho, capitalGamma } = key;
  const mu = randomBelow(random, rho);
  const rMu = randomBelow(random, rho);
  const of = (exponent: bigint, exponents: readonly bigint[]): bigint =>
    product([[gamma, exponent], ...attributePowers(key, selection, exponents)], capitalGamma);
  return { selection, mu, rMu, beta: of(mu, attributes), betaTilde: of(rMu, randomAttributes) };
}

/** Answers a challenge: the commitment with its proof. */
export function closeCommitment(
  { rho }: DaaPublicKey,
  { beta, mu, rMu }: OpenCommitment,
  challenge: bigint,
): AttributeCommitment {
  return { beta, sMu: (rMu + challenge * mu) % rho };
}

/**
 * The commitment of the proof, from the answers to a challenge; `null` for what can be no
 * commitment. `sA` are the answers for the attributes.
 */
export function reopenCommitment(
  key: DaaPublicKey,
  { beta, sMu }: AttributeCommitment,
  { selection, challenge, sA }: {
    readonly selection: AttributeSelection;
    readonly challenge: bigint;
    readonly sA: readonly bigint[];
  },
): HashedCommitment | null {
  const { gamma, rho, capitalGamma } = key;
  if (beta < 1n || beta >= capitalGamma || modPow(beta, rho, capitalGamma) !== 1n) return null;
  if (sMu < 0n || sMu >= rho || selection.length > sA.length) return null;
  const powers: Power[] = [[beta, -challenge], [gamma, sMu]];
  powers.push(...attributePowers(key, selection, sA));
  return { selection, beta, betaTilde: product(powers, capitalGamma) };
}

/** Commitments as they enter a challenge. */
export function hashedCommitments(commitments: readonly HashedCommitment[]): Hashed[] {
  return commitments.flatMap(({ selection, beta, betaTilde }): Hashed[] => [
    uint32(selection.length),
    Uint8Array.from(selection, Number),
    [beta, TSS_DAA_LENGTH_GAMMA],
    [betaTilde, TSS_DAA_LENGTH_GAMMA],
  ]);
}
