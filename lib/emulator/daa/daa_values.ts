import { encode, U32 } from "../../codec/mod.ts";
import { bigintToBytes, bytesToBigint, equalBytes, mgf1, modPow, sha1 } from "../../crypto/mod.ts";
import {
  DAA_power0,
  DAA_SIZE_r0,
  DAA_SIZE_r1,
  DAA_SIZE_r2,
  DAA_SIZE_r3,
  DAA_SIZE_r4,
} from "../../tpm12/constants/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import type { DaaSession } from "../state/daa_session.ts";

/** Bytes of DAA_scratch. */
const SCRATCH = 256;

/** f, the TPM's secret with an issuer: two hashes in a row, mod q (Part 3, 26.1, 9.j). */
function secret({ tpmSpecific, issuerSettings }: DaaSession): bigint {
  const { DAA_rekey, DAA_count } = tpmSpecific;
  const count = encode(U32, DAA_count);
  const half = (which: number) => sha1(DAA_rekey, count, Uint8Array.of(which));
  const q = orderOf(issuerSettings);
  return ((bytesToBigint(half(0)) << 160n) | bytesToBigint(half(1))) % q;
}

/** q, which numbers are taken modulo of. */
function orderOf({ DAA_generic_q }: DaaSession["issuerSettings"]): bigint {
  const q = bytesToBigint(DAA_generic_q);
  if (q === 0n) throw incomputable("q is 0");
  return q;
}

/** What libtpms answers when its arithmetic refuses a number of the issuer. */
function incomputable(detail: string): Error {
  return tpmError("TPM_DAA_WRONG_W", detail);
}

/** f whole, its lowest 104 bits f0, and the others f1. */
export function secretF(daa: DaaSession): { f: bigint; f0: bigint; f1: bigint } {
  const f = secret(daa);
  return { f, f0: BigInt.asUintN(DAA_power0, f), f1: f >> BigInt(DAA_power0) };
}

const RANDOM_SIZES = {
  r0: DAA_SIZE_r0,
  r1: DAA_SIZE_r1,
  r2: DAA_SIZE_r2,
  r3: DAA_SIZE_r3,
  r4: DAA_SIZE_r4,
} as const;

/** The name of a random value of a session. */
export type RandomName = keyof typeof RANDOM_SIZES;

/** A random value, the same in every stage: MGF1 of its name and DAA_contextSeed. */
export function randomValue({ session }: DaaSession, name: RandomName): bigint {
  const label = Uint8Array.from(name, (letter) => letter.charCodeAt(0));
  const seed = new Uint8Array([...label, ...session.DAA_contextSeed]);
  return bytesToBigint(mgf1(seed, RANDOM_SIZES[name]));
}

/** r = r0 + 2^104 r1 mod q. */
export function randomF(daa: DaaSession): bigint {
  const r = randomValue(daa, "r0") + (randomValue(daa, "r1") << BigInt(DAA_power0));
  return r % orderOf(daa.issuerSettings);
}

/** The challenge of a session: DAA_digest as a number. */
export function challenge({ session }: DaaSession): bigint {
  return bytesToBigint(session.DAA_digest);
}

/** DAA_scratch as a number. */
export function scratch({ session }: DaaSession): bigint {
  return bytesToBigint(session.DAA_scratch);
}

/** Keeps a number for the next stage. Throws TPM_SIZE when it has more than 256 bytes. */
export function setScratch({ session }: DaaSession, value: bigint): void {
  if (value >> BigInt(8 * SCRATCH) !== 0n) throw tpmError("TPM_SIZE", "a value has no fit size");
  session.DAA_scratch = bigintToBytes(value, SCRATCH);
}

/** DAA_scratch is NULL. */
export function clearScratch({ session }: DaaSession): void {
  session.DAA_scratch.fill(0);
}

/** What one stage is given. */
export interface StageInput {
  /** inputData0. */
  readonly data0: Uint8Array;
  /** inputData1. */
  readonly data1: Uint8Array;
}

/** Throws unless an input has its size. */
export function requireSize(
  input: StageInput,
  which: "data0" | "data1",
  size: number,
): Uint8Array {
  const data = input[which];
  if (data.length === size) return data;
  throw inputError(which, `it has ${data.length} bytes, not ${size}`);
}

/** The error of an input. */
export function inputError(which: "data0" | "data1", detail: string): Error {
  return tpmError(which === "data0" ? "TPM_DAA_INPUT_DATA0" : "TPM_DAA_INPUT_DATA1", detail);
}

/** Throws unless an input is the value that the issuer set; gives it as a number. */
function requireValue(
  input: StageInput,
  which: "data0" | "data1",
  digest: Uint8Array,
): bigint {
  if (!equalBytes(sha1(input[which]), digest)) throw inputError(which, "it is not the issuer's");
  return bytesToBigint(input[which]);
}

/** The digest of one of the bases. */
export type BaseDigest = "DAA_digest_R0" | "DAA_digest_R1" | "DAA_digest_S0" | "DAA_digest_S1";

/**
 * A stage with a base in inputData0 and n in inputData1: scratch := base^exponent mod n, times the
 * scratch before unless it is the first of its row. The exponent is asked for after the inputs
 * were found right.
 */
export function raiseBase(
  daa: DaaSession,
  input: StageInput,
  { base, exponent, first = false }: {
    readonly base: BaseDigest;
    readonly exponent: () => bigint;
    readonly first?: boolean;
  },
): void {
  const { issuerSettings } = daa;
  const X = requireValue(input, "data0", issuerSettings[base]);
  const n = requireValue(input, "data1", issuerSettings.DAA_digest_n);
  if ((n & 1n) === 0n) throw incomputable("n is even");
  const power = modPow(X, exponent(), n);
  setScratch(daa, first ? power : (scratch(daa) * power) % n);
}

/** Throws unless inputData0 is gamma; gives it. */
export function requireGamma({ issuerSettings }: DaaSession, input: StageInput): bigint {
  const gamma = requireValue(input, "data0", issuerSettings.DAA_digest_gamma);
  if ((gamma & 1n) === 0n) throw incomputable("gamma is even");
  return gamma;
}
