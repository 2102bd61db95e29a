import { bigintToBytes, bytesToBigint, modPow, sha1 } from "../../crypto/mod.ts";
import { DAA_SIZE_NT, DAA_SIZE_w } from "../../tpm12/constants/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import type { DaaSession } from "../state/daa_session.ts";
import type { Tpm } from "../tpm.ts";
import { NULL, type Stage } from "./daa_session.ts";
import {
  challenge,
  clearScratch,
  raiseBase,
  randomF,
  type RandomName,
  randomValue,
  requireGamma,
  requireSize,
  scratch,
  secretF,
  setScratch,
  type StageInput,
} from "./daa_values.ts";

// The stages that both commands have, by the letters of TPM_DAA_Join; those of TPM_DAA_Sign say
// the same.

/** The session goes on to the next stage. */
export function advance({ session }: DaaSession): void {
  session.DAA_stage++;
}

/** Join 9, Sign 2: P1 = R0^r0 mod n, under a new seed. */
export const raiseR0: Stage = (tpm, daa, input) => {
  // 14.d to 14.l.
  raiseBase(daa, input, {
    base: "DAA_digest_R0",
    exponent: () => {
      daa.session.DAA_contextSeed = tpm.random(20);
      return randomValue(daa, "r0");
    },
    first: true,
  });
  advance(daa);
  return NULL;
};

/** Join 10, Sign 3: P2 = P1 R1^r1 mod n. */
export const raiseR1: Stage = (_tpm, daa, input) => {
  // 15.d to 15.l.
  raiseBase(daa, input, { base: "DAA_digest_R1", exponent: () => randomValue(daa, "r1") });
  advance(daa);
  return NULL;
};

/** Join 11, Sign 4: P3 = P2 S0^r2 mod n. */
export const raiseS0: Stage = (_tpm, daa, input) => {
  // 16.d to 16.l.
  raiseBase(daa, input, { base: "DAA_digest_S0", exponent: () => randomValue(daa, "r2") });
  advance(daa);
  return NULL;
};

/** Join 12 with r3, Sign 5 with r4: P4 = P3 S1^r mod n. */
export function raiseS1(random: RandomName): Stage {
  return (_tpm, daa, input) => {
    // 17.d to 17.l.
    raiseBase(daa, input, { base: "DAA_digest_S1", exponent: () => randomValue(daa, random) });
    return giveScratch(daa);
  };
}

/** 17.m to 17.o. Gives DAA_scratch, whole, and clears it. */
export function giveScratch(daa: DaaSession): Uint8Array {
  const outputData = daa.session.DAA_scratch.slice();
  clearScratch(daa);
  advance(daa);
  return outputData;
}

/** Join 13, Sign 6: w^q mod gamma must be 1. */
export const takeW: Stage = (_tpm, daa, input) => {
  // 18.d, 18.e.
  const gamma = requireGamma(daa, input);
  // 18.f, 18.g.
  const w = bytesToBigint(requireSize(input, "data1", DAA_SIZE_w));
  // 18.h, 18.i.
  const q = bytesToBigint(daa.issuerSettings.DAA_generic_q);
  if (modPow(w, q, gamma) !== 1n) {
    throw tpmError("TPM_DAA_WRONG_W", "w has not the order that the issuer set");
  }
  // 18.j.
  setScratch(daa, w);
  advance(daa);
  return NULL;
};

/** Join 14, Sign 7: E = w^f mod gamma. */
export const giveE: Stage = (_tpm, daa, input) => {
  // 19.d to 19.h.
  const gamma = requireGamma(daa, input);
  const E = modPow(scratch(daa), secretF(daa).f, gamma);
  advance(daa);
  return bigintToBytes(E);
};

/** Join 15, Sign 8: E1 = w^r mod gamma. */
export const giveE1: Stage = (_tpm, daa, input) => {
  // 20.d to 20.k.
  const gamma = requireGamma(daa, input);
  const E1 = modPow(scratch(daa), randomF(daa), gamma);
  clearScratch(daa);
  advance(daa);
  return bigintToBytes(E1);
};

/** Join 16, Sign 9: c = SHA1(c1 ‖ NT). */
export const giveNT: Stage = (tpm: Tpm, daa: DaaSession, input: StageInput) => {
  // 21.d to 21.h.
  const c1 = requireSize(input, "data0", 20);
  const NT = tpm.random(DAA_SIZE_NT);
  daa.session.DAA_digest = sha1(c1, NT);
  advance(daa);
  return NT;
};

/** Join 17, Sign 11: s0 = r0 + c f0. */
export const giveS0: Stage = (_tpm, daa) => {
  // 22.d to 22.h.
  const s0 = randomValue(daa, "r0") + challenge(daa) * secretF(daa).f0;
  advance(daa);
  return bigintToBytes(s0);
};

/** Join 18, Sign 12: s1 = r1 + c f1. */
export const giveS1: Stage = (_tpm, daa) => {
  // 23.d to 23.h.
  const s1 = randomValue(daa, "r1") + challenge(daa) * secretF(daa).f1;
  advance(daa);
  return bigintToBytes(s1);
};
