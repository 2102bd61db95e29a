import { CodecError, decode, encode, U32 } from "../../codec/mod.ts";
import {
  bigintToBytes,
  bytesToBigint,
  RsaError,
  RsaPublicKey,
  sha1,
  verifyPkcs1Sha1,
} from "../../crypto/mod.ts";
import {
  DAA_power1,
  DAA_SIZE_issuerModulus,
  DAA_SIZE_NE,
  DAA_SIZE_v0,
  DAA_SIZE_v1,
  TPM_RT_DAA_TPM,
  TPM_RT_DAA_V0,
  TPM_RT_DAA_V1,
} from "../../tpm12/constants/mod.ts";
import { TPM_DAA_ISSUER, TPM_DAA_TPM } from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import { decryptUnder } from "../keys/key_blob.ts";
import type { DaaSession } from "../state/daa_session.ts";
import { wrapDaa } from "./daa_blob.ts";
import { issuerDigest, joinContext, NULL, type Stage, type Stages } from "./daa_session.ts";
import {
  advance,
  giveE,
  giveE1,
  giveNT,
  giveS0,
  giveS1,
  giveScratch,
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
  raiseBase,
  randomValue,
  requireSize,
  scratch,
  secretF,
  setScratch,
  type StageInput,
} from "./daa_values.ts";

// Letters are those of Part 3, 26.1, where printed item N+5 is stage N.

/** 6.h and its like: DAA_digestContext follows what was changed. */
function seal(daa: DaaSession): void {
  daa.session.DAA_digestContext = joinContext(daa);
}

/** Stage 0. */
function open(_tpm: unknown, daa: DaaSession, input: StageInput): void {
  // 0.h, 0.i.
  const count = decode(U32, requireSize(input, "data0", 4));
  if (count === 0) throw inputError("data0", "no key authenticates the issuer");
  // 0.j, 0.k.
  daa.tpmSpecific.DAA_count = count;
  seal(daa);
}

/** Stage 1, as often as DAA_count says: the keys that authenticate the issuer. */
const takeKey: Stage = (tpm, daa, input) => {
  const { session, joinSession, tpmSpecific } = daa;
  // 6.c.
  const modulus = requireSize(input, "data0", DAA_SIZE_issuerModulus);
  if (joinSession.DAA_digest_n0.every((byte) => byte === 0)) { // 6.d.
    joinSession.DAA_digest_n0 = sha1(modulus);
    tpmSpecific.DAA_rekey = sha1(tpm.permanent.tpmDAASeed, joinSession.DAA_digest_n0);
  } else { // 6.e.
    requireSignature(daa, modulus, requireSize(input, "data1", DAA_SIZE_issuerModulus));
  }
  session.DAA_scratch = modulus.slice();
  // 6.f, 6.g.
  tpmSpecific.DAA_count--;
  if (tpmSpecific.DAA_count === 0) advance(daa);
  // 6.h.
  seal(daa);
  return NULL;
};

/** Throws unless the key in DAA_scratch signed `signedData`. */
function requireSignature(
  { session }: DaaSession,
  signedData: Uint8Array,
  signatureValue: Uint8Array,
): void {
  if (!isSigned(session.DAA_scratch, signedData, signatureValue)) {
    throw tpmError("TPM_DAA_ISSUER_VALIDITY", "the key before did not sign this");
  }
}

function isSigned(modulus: Uint8Array, signedData: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verifyPkcs1Sha1(new RsaPublicKey(modulus), sha1(signedData), signature);
  } catch (error) {
    if (error instanceof RsaError) return false;
    throw error;
  }
}

/** Stage 2: what the issuer set. */
const takeSettings: Stage = (_tpm, daa, input) => {
  // 7.c, 7.d.
  daa.issuerSettings = readSettings(input);
  // 7.e to 7.h.
  const signatureValue = requireSize(input, "data1", DAA_SIZE_issuerModulus);
  const signedData = new Uint8Array([...daa.joinSession.DAA_digest_n0, ...input.data0]);
  requireSignature(daa, signedData, signatureValue);
  // 7.i to 7.l.
  daa.tpmSpecific.DAA_digestIssuer = issuerDigest(daa);
  seal(daa);
  clearScratch(daa);
  advance(daa);
  return NULL;
};

/** TPM_DAA_ISSUER in inputData0. Throws TPM_DAA_INPUT_DATA0 for anything else. */
export function readSettings({ data0 }: StageInput): DaaSession["issuerSettings"] {
  try {
    return decode(TPM_DAA_ISSUER, data0.slice());
  } catch (error) {
    throw error instanceof CodecError ? inputError("data0", error.message) : error;
  }
}

/** Stage 3: the DAA counter; u0 and u1. */
const drawU: Stage = (tpm, daa, input) => {
  // 8.d, 8.e.
  daa.tpmSpecific.DAA_count = decode(U32, requireSize(input, "data0", 4));
  // 8.f, 8.g.
  const { joinSession } = daa;
  joinSession.DAA_join_u0 = tpm.random(joinSession.DAA_join_u0.length);
  joinSession.DAA_join_u1 = tpm.random(joinSession.DAA_join_u1.length);
  // 8.i, 8.j.
  advance(daa);
  seal(daa);
  return NULL;
};

const u0 = ({ joinSession }: DaaSession): bigint => bytesToBigint(joinSession.DAA_join_u0);
const u1 = ({ joinSession }: DaaSession): bigint => bytesToBigint(joinSession.DAA_join_u1);

/** Stage 4: P1 = R0^f0 mod n. */
const raiseR0f: Stage = (_tpm, daa, input) => {
  // 9.d to 9.l.
  raiseBase(daa, input, { base: "DAA_digest_R0", exponent: () => secretF(daa).f0, first: true });
  advance(daa);
  return NULL;
};

/** Stage 5: P2 = P1 R1^f1 mod n. */
const raiseR1f: Stage = (_tpm, daa, input) => {
  // 10.d to 10.m.
  raiseBase(daa, input, { base: "DAA_digest_R1", exponent: () => secretF(daa).f1 });
  advance(daa);
  return NULL;
};

/** Stage 6: P3 = P2 S0^u0 mod n. */
const raiseS0u: Stage = (_tpm, daa, input) => {
  // 11.d to 11.l.
  raiseBase(daa, input, { base: "DAA_digest_S0", exponent: () => u0(daa) });
  advance(daa);
  return NULL;
};

/** Stage 7: U = P3 S1^u1 mod n. */
const giveU: Stage = (_tpm, daa, input) => {
  // 12.d to 12.l.
  raiseBase(daa, input, { base: "DAA_digest_S1", exponent: () => u1(daa) });
  // 12.m.
  const { session, tpmSpecific, joinSession } = daa;
  const count = encode(U32, tpmSpecific.DAA_count);
  session.DAA_digest = sha1(session.DAA_scratch, count, joinSession.DAA_digest_n0);
  // 12.n, 12.o.
  return giveScratch(daa);
};

/** Stage 8: proves that this TPM has its endorsement key. */
const giveU2: Stage = (tpm, daa, input) => {
  // 13.d, 13.e.
  const NE = decryptUnder(tpm.endorsementKey, requireSize(input, "data0", DAA_SIZE_NE));
  // 13.f, 13.g.
  const { session } = daa;
  const outputData = sha1(session.DAA_digest, NE);
  session.DAA_digest.fill(0);
  advance(daa);
  return outputData;
};

/** 24.e, 25.e. r2 + c u0. */
const longS2 = (daa: DaaSession): bigint => randomValue(daa, "r2") + challenge(daa) * u0(daa);

/** Stage 19: s2 = r2 + c u0 mod 2^1024. */
const giveS2: Stage = (_tpm, daa) => {
  const s2 = BigInt.asUintN(DAA_power1, longS2(daa));
  advance(daa);
  return bigintToBytes(s2, DAA_power1 / 8);
};

/** Stage 20: s12 = (r2 + c u0) >> 1024. */
const giveC: Stage = (_tpm, daa) => {
  // 25.e to 25.h.
  setScratch(daa, longS2(daa) >> BigInt(DAA_power1));
  advance(daa);
  return daa.session.DAA_digest.slice();
};

/** Stage 21: s3 = r3 + c u1 + s12. */
const giveS3: Stage = (_tpm, daa) => {
  // 26.d to 26.g.
  const s3 = randomValue(daa, "r3") + challenge(daa) * u1(daa) + scratch(daa);
  clearScratch(daa);
  advance(daa);
  return bigintToBytes(s3);
};

/** Stage 22: v0 = u2 + u0 mod 2^1024. */
const giveV0: Stage = (tpm, daa, input) => {
  // 27.d, 27.e.
  const sum = bytesToBigint(requireSize(input, "data0", DAA_SIZE_v0)) + u0(daa);
  // 27.f, 27.g.
  const v0 = bigintToBytes(BigInt.asUintN(DAA_power1, sum), DAA_SIZE_v0);
  daa.tpmSpecific.DAA_digest_v0 = sha1(v0);
  // 27.h to 27.j.
  setScratch(daa, sum >> BigInt(DAA_power1));
  // 27.l, 27.m.
  advance(daa);
  seal(daa);
  // 27.k.
  return wrapDaa(tpm, TPM_RT_DAA_V0, v0);
};

/** Stage 23: v1 = u3 + u1 + v10. */
const giveV1: Stage = (tpm, daa, input) => {
  // 28.d, 28.e.
  const sum = bytesToBigint(requireSize(input, "data0", DAA_SIZE_v1)) + u1(daa) + scratch(daa);
  if (sum >> BigInt(8 * DAA_SIZE_v1) !== 0n) throw inputError("data0", "the sum is too long");
  // 28.f, 28.g.
  const v1 = bigintToBytes(sum, DAA_SIZE_v1);
  daa.tpmSpecific.DAA_digest_v1 = sha1(v1);
  // 28.i to 28.k.
  clearScratch(daa);
  advance(daa);
  seal(daa);
  // 28.h.
  return wrapDaa(tpm, TPM_RT_DAA_V1, v1);
};

/** Stage 24: what the TPM needs to sign. */
const giveTpmSpecific: Stage = (tpm, { tpmSpecific }) =>
  // 29.d, 29.e.
  wrapDaa(tpm, TPM_RT_DAA_TPM, encode(TPM_DAA_TPM, tpmSpecific));

/** TPM_DAA_Join. */
export const JOIN: Stages = {
  open,
  stages: [
    /*  1 */ takeKey,
    /*  2 */ takeSettings,
    /*  3 */ drawU,
    /*  4 */ raiseR0f,
    /*  5 */ raiseR1f,
    /*  6 */ raiseS0u,
    /*  7 */ giveU,
    /*  8 */ giveU2,
    /*  9 */ raiseR0,
    /* 10 */ raiseR1,
    /* 11 */ raiseS0,
    /* 12 */ raiseS1("r3"),
    /* 13 */ takeW,
    /* 14 */ giveE,
    /* 15 */ giveE1,
    /* 16 */ giveNT,
    /* 17 */ giveS0,
    /* 18 */ giveS1,
    /* 19 */ giveS2,
    /* 20 */ giveC,
    /* 21 */ giveS3,
    /* 22 */ giveV0,
    /* 23 */ giveV1,
    /* 24 */ giveTpmSpecific,
  ],
  checksIssuerFrom: 3,
  checksContextFrom: 1,
  context: joinContext,
};
