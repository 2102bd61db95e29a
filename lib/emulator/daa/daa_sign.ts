import { decode, U32 } from "../../codec/mod.ts";
import { bigintToBytes, bytesToBigint, equalBytes, sha1 } from "../../crypto/mod.ts";
import {
  DAA_power1,
  TPM_KEY_IDENTITY,
  TPM_RT_DAA_TPM,
  TPM_RT_DAA_V0,
  TPM_RT_DAA_V1,
} from "../../tpm12/constants/mod.ts";
import { TPM_DAA_TPM } from "../../tpm12/structures/mod.ts";
import { tpmError, TssError } from "../../tpm12/tss_error.ts";
import type { DaaSession } from "../state/daa_session.ts";
import type { Tpm } from "../tpm.ts";
import { unwrapDaa } from "./daa_blob.ts";
import { readSettings } from "./daa_join.ts";
import { issuerDigest, NULL, signContext, type Stage, type Stages } from "./daa_session.ts";
import {
  advance,
  giveE,
  giveE1,
  giveNT,
  giveS0,
  giveS1,
  raiseR0,
  raiseR1,
  raiseS0,
  raiseS1,
  takeW,
} from "./daa_shared.ts";
import {
  challenge,
  clearScratch,
  inputError,
  randomValue,
  requireSize,
  scratch,
  setScratch,
  type StageInput,
} from "./daa_values.ts";

// Letters are those of Part 3, 26.2, where printed item N+4 is stage N.

/** Stage 0. */
function open(_tpm: unknown, daa: DaaSession, input: StageInput): void {
  // 0.c, 0.d.
  daa.issuerSettings = readSettings(input);
}

/** Stage 1: what the join left. */
const takeTpmSpecific: Stage = (tpm, daa, { data0 }) => {
  // 5.b.
  daa.tpmSpecific = decode(TPM_DAA_TPM, unwrapDaa(tpm, TPM_RT_DAA_TPM, data0));
  // 5.c.
  if (!equalBytes(daa.tpmSpecific.DAA_digestIssuer, issuerDigest(daa))) {
    throw tpmError("TPM_DAA_ISSUER_SETTINGS", "the join was with another issuer");
  }
  // 5.d, 5.f.
  daa.session.DAA_digestContext = signContext(daa);
  advance(daa);
  return NULL;
};

/** Stage 10: what is signed, a digest or the modulus of an identity key. */
const takeMessage: Stage = (tpm, daa, input) => {
  // 14.d, 14.e.
  const [selector] = requireSize(input, "data0", 1);
  if (selector !== 0 && selector !== 1) throw inputError("data0", `there is no way ${selector}`);
  // 14.f, 14.h.
  const message = selector === 1
    ? requireSize(input, "data1", 20)
    : identityModulus(tpm, requireSize(input, "data1", 4));
  // 14.g, 14.i.
  const { session } = daa;
  session.DAA_digest = sha1(session.DAA_digest, Uint8Array.of(selector), message);
  advance(daa);
  // 14.j.
  return session.DAA_digest.slice();
};

/** 14.h. An identity key whose PCRs and locality are right, as libtpms wants it. */
function identityModulus(tpm: Tpm, bytes: Uint8Array): Uint8Array {
  try {
    const { key } = tpm.loadedKey(decode(U32, bytes));
    tpm.requireRelease(key.release);
    if (key.keyUsage === TPM_KEY_IDENTITY) return key.modulus;
  } catch (error) {
    throw error instanceof TssError ? inputError("data1", error.detail) : error;
  }
  throw inputError("data1", "it is the handle of no identity key");
}

/** 17.d, 17.e. v0, or v1, that the join left. */
function unwrapV(
  tpm: Tpm,
  { tpmSpecific }: DaaSession,
  { data0, type }: { data0: Uint8Array; type: typeof TPM_RT_DAA_V0 | typeof TPM_RT_DAA_V1 },
): bigint {
  const v = unwrapDaa(tpm, type, data0);
  const { DAA_digest_v0, DAA_digest_v1 } = tpmSpecific;
  if (!equalBytes(sha1(v), type === TPM_RT_DAA_V0 ? DAA_digest_v0 : DAA_digest_v1)) {
    throw inputError("data0", "it is of another join");
  }
  return bytesToBigint(v);
}

/** 17.g, 18.g. r2 + c v0. */
function longS2(tpm: Tpm, daa: DaaSession, { data0 }: StageInput): bigint {
  const v0 = unwrapV(tpm, daa, { data0, type: TPM_RT_DAA_V0 });
  return randomValue(daa, "r2") + challenge(daa) * v0;
}

/** Stage 13: s2 = r2 + c v0 mod 2^1024. */
const giveS2: Stage = (tpm, daa, input) => {
  const s2 = BigInt.asUintN(DAA_power1, longS2(tpm, daa, input));
  advance(daa);
  return bigintToBytes(s2);
};

/** Stage 14: s12 = (r2 + c v0) >> 1024. */
const keepS12: Stage = (tpm, daa, input) => {
  // 18.h, 18.i.
  setScratch(daa, longS2(tpm, daa, input) >> BigInt(DAA_power1));
  advance(daa);
  return NULL;
};

/** Stage 15: s3 = r4 + c v1 + s12. */
const giveS3: Stage = (tpm, daa, { data0 }) => {
  // 19.d to 19.i.
  const v1 = unwrapV(tpm, daa, { data0, type: TPM_RT_DAA_V1 });
  const s3 = randomValue(daa, "r4") + challenge(daa) * v1 + scratch(daa);
  clearScratch(daa);
  return bigintToBytes(s3);
};

/** TPM_DAA_Sign. */
export const SIGN: Stages = {
  open,
  stages: [
    /*  1 */ takeTpmSpecific,
    /*  2 */ raiseR0,
    /*  3 */ raiseR1,
    /*  4 */ raiseS0,
    /*  5 */ raiseS1("r4"),
    /*  6 */ takeW,
    /*  7 */ giveE,
    /*  8 */ giveE1,
    /*  9 */ giveNT,
    /* 10 */ takeMessage,
    /* 11 */ giveS0,
    /* 12 */ giveS1,
    /* 13 */ giveS2,
    /* 14 */ keepS12,
    /* 15 */ giveS3,
  ],
  checksIssuerFrom: 2,
  checksContextFrom: 2,
  context: signContext,
};
