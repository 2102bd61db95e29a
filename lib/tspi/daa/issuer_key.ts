import { bigintToBytes, modPow, sha1 } from "../../crypto/mod.ts";
import { TPM_TAG_DAA_ISSUER } from "../../tpm12/constants/mod.ts";
import type { TpmDaaIssuer } from "../../tpm12/structures/mod.ts";
import {
  TSS_DAA_LENGTH_GAMMA,
  TSS_DAA_LENGTH_MFG1_GAMMA,
  TSS_DAA_LENGTH_N,
  TSS_DAA_LENGTH_RHO,
} from "../constants/daa.ts";
import { BITS_S } from "./lengths.ts";
import { concat, type Hashed, mgf1Number, uint32 } from "./numbers.ts";

/** An issuer's public key (TSS_DAA_PK), its numbers as such. */
export interface DaaPublicKey {
  /** n. */
  readonly modulus: bigint;
  /** S, which generates the squares mod n. */
  readonly capitalS: bigint;
  /** Z, a power of S. */
  readonly capitalZ: bigint;
  /** R0, a power of S. */
  readonly capitalR0: bigint;
  /** R1, a power of S. */
  readonly capitalR1: bigint;
  /** A power of S for each attribute: those that platforms choose, then those of the issuer. */
  readonly capitalY: readonly bigint[];
  /** How many attributes platforms choose. */
  readonly platformAttributes: number;
  /** Generates the group of pseudonyms. */
  readonly gamma: bigint;
  /** The prime modulus of pseudonyms. */
  readonly capitalGamma: bigint;
  /** The prime order of gamma. */
  readonly rho: bigint;
  /** Names the issuer. */
  readonly issuerBaseName: Uint8Array;
}

/** An issuer's key pair (TSS_DAA_KEY_PAIR). */
export interface DaaKeyPair {
  /** The public half. */
  readonly publicKey: DaaPublicKey;
  /** p'q', the order of S. */
  readonly productPQprime: bigint;
}

/** S' = S^(2^1024) mod n, the base of what a long exponent has above 1024 bits. */
export function capitalSprime({ capitalS, modulus }: DaaPublicKey): bigint {
  return modPow(capitalS, 1n << BigInt(BITS_S), modulus);
}

/** The public key as it enters hashes. */
export function encodePublicKey(key: DaaPublicKey): Uint8Array {
  const sized = (value: bigint, length: number): Hashed[] => [uint32(length), [value, length]];
  const { modulus, capitalS, capitalZ, capitalR0, capitalR1, capitalY } = key;
  return concat(
    Uint8Array.of(1, 2, 0, 0),
    ...[modulus, capitalS, capitalZ, capitalR0, capitalR1].flatMap((value) =>
      sized(value, TSS_DAA_LENGTH_N)
    ),
    ...sized(key.gamma, TSS_DAA_LENGTH_GAMMA),
    ...sized(key.capitalGamma, TSS_DAA_LENGTH_GAMMA),
    ...sized(key.rho, TSS_DAA_LENGTH_RHO),
    ...capitalY.flatMap((value) => sized(value, TSS_DAA_LENGTH_N)),
    key.issuerBaseName,
  );
}

/** A public value as it goes to the TPM: as few bytes as it takes, and hashed so in the settings. */
export function stageBytes(value: bigint): Uint8Array {
  return bigintToBytes(value);
}

/** What the TPM is told of the issuer. */
export function issuerSettings(key: DaaPublicKey): TpmDaaIssuer {
  const digest = (value: bigint): Uint8Array => sha1(stageBytes(value));
  return {
    tag: TPM_TAG_DAA_ISSUER,
    DAA_digest_R0: digest(key.capitalR0),
    DAA_digest_R1: digest(key.capitalR1),
    DAA_digest_S0: digest(key.capitalS),
    DAA_digest_S1: digest(capitalSprime(key)),
    DAA_digest_n: digest(key.modulus),
    DAA_digest_gamma: digest(key.capitalGamma),
    DAA_generic_q: bigintToBytes(key.rho, TSS_DAA_LENGTH_RHO),
  };
}

/** x^((Gamma-1)/rho) mod Gamma: any number, brought into the group of gamma. */
export function project({ capitalGamma, rho }: DaaPublicKey, value: bigint): bigint {
  return modPow(value, (capitalGamma - 1n) / rho, capitalGamma);
}

/** zeta, the base of the pseudonyms under a name. */
export function namedBase(key: DaaPublicKey, baseName: Uint8Array): bigint {
  return project(key, mgf1Number(baseName, TSS_DAA_LENGTH_MFG1_GAMMA));
}

/** gamma_i, the base for an attribute in commitments (TSS_TSPATTRIB_DAACRED_ATTRIB_GAMMAS). */
export function attributeGamma(key: DaaPublicKey, index: number): bigint {
  const seed = concat(uint32(index), [key.gamma, TSS_DAA_LENGTH_GAMMA]);
  return project(key, mgf1Number(seed, TSS_DAA_LENGTH_MFG1_GAMMA));
}

/** Whether a value is in the group of gamma, and is not 1. */
export function isPseudonym({ capitalGamma, rho }: DaaPublicKey, value: bigint): boolean {
  return value > 1n && value < capitalGamma && modPow(value, rho, capitalGamma) === 1n;
}
