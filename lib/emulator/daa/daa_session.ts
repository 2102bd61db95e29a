import { encode } from "../../codec/mod.ts";
import { equalBytes, sha1 } from "../../crypto/mod.ts";
import {
  TPM_TAG_DAA_CONTEXT,
  TPM_TAG_DAA_ISSUER,
  TPM_TAG_DAA_TPM,
} from "../../tpm12/constants/mod.ts";
import { TPM_DAA_ISSUER, TPM_DAA_JOINDATA, TPM_DAA_TPM } from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import type { DaaSession } from "../state/daa_session.ts";
import type { Tpm } from "../tpm.ts";
import type { StageInput } from "./daa_values.ts";

/** What one stage does once its session was found to be where it is; gives outputData. */
export type Stage = (tpm: Tpm, daa: DaaSession, input: StageInput) => Uint8Array;

/** Nothing as outputData. */
export const NULL: Uint8Array = new Uint8Array(0);

/** A command in stages. */
export interface Stages {
  /** Stage 0: fills a new session; outputData is its handle. */
  readonly open: (tpm: Tpm, daa: DaaSession, input: StageInput) => void;
  /** The stages from 1 on. */
  readonly stages: readonly Stage[];
  /** The first stage that asks for DAA_digestIssuer. */
  readonly checksIssuerFrom: number;
  /** The first stage that asks for DAA_digestContext. */
  readonly checksContextFrom: number;
  /** What DAA_digestContext is the digest of. */
  readonly context: (daa: DaaSession) => Uint8Array;
}

/** Digest of TPM_DAA_ISSUER, 20 bytes. */
export function issuerDigest({ issuerSettings }: DaaSession): Uint8Array {
  return sha1(encode(TPM_DAA_ISSUER, issuerSettings));
}

/** DAA_digestContext of a join: SHA1(DAA_tpmSpecific ‖ DAA_joinSession). */
export function joinContext({ tpmSpecific, joinSession }: DaaSession): Uint8Array {
  return sha1(encode(TPM_DAA_TPM, tpmSpecific), encode(TPM_DAA_JOINDATA, joinSession));
}

/** DAA_digestContext of a signature: SHA1(DAA_tpmSpecific). */
export function signContext({ tpmSpecific }: DaaSession): Uint8Array {
  return sha1(encode(TPM_DAA_TPM, tpmSpecific));
}

/** Stage 0: a new session; gives its handle. */
export function openSession(tpm: Tpm, { open }: Stages, input: StageInput): Uint8Array {
  const { daaSessions } = tpm.volatile;
  daaSessions.requireRoom();
  const daa = newSession(daaSessions.freeHandle(tpm.random));
  open(tpm, daa, input);
  daaSessions.add(daa);
  return handleBytes(daa.handle);
}

/** A stage from 1 on. The last one takes the session away. */
export function runStage(
  tpm: Tpm,
  stages: Stages,
  { daaHandle, ...rest }: { daaHandle: number; stage: number; input: StageInput },
): Uint8Array {
  const daa = tpm.volatile.daaSessions.get(daaHandle);
  if (daa === undefined) throw tpmError("TPM_BAD_HANDLE", "there is no such DAA session");
  return go(tpm, daa, { ...stages, ...rest });
}

function go(
  tpm: Tpm,
  daa: DaaSession,
  { stages, checksIssuerFrom, checksContextFrom, context, stage, input }:
    & Stages
    & { readonly stage: number; readonly input: StageInput },
): Uint8Array {
  const { session, tpmSpecific } = daa;
  const body = stages[stage - 1];
  // a.
  if (body === undefined || session.DAA_stage !== stage) {
    throw tpmError("TPM_DAA_STAGE", `the session is at stage ${session.DAA_stage}`);
  }
  // b.
  if (stage >= checksIssuerFrom && !equalBytes(tpmSpecific.DAA_digestIssuer, issuerDigest(daa))) {
    throw tpmError("TPM_DAA_ISSUER_SETTINGS", "the session is with another issuer");
  }
  // c.
  if (stage >= checksContextFrom && !equalBytes(session.DAA_digestContext, context(daa))) {
    throw tpmError("TPM_DAA_TPM_SETTINGS", "the session was changed");
  }
  const outputData = body(tpm, daa, input);
  if (stage === stages.length) tpm.volatile.daaSessions.delete(daa.handle);
  return outputData;
}

/** 0. All fields NULL. */
function newSession(handle: number): DaaSession {
  const digest = () => new Uint8Array(20);
  return {
    handle,
    issuerSettings: {
      tag: TPM_TAG_DAA_ISSUER,
      DAA_digest_R0: digest(),
      DAA_digest_R1: digest(),
      DAA_digest_S0: digest(),
      DAA_digest_S1: digest(),
      DAA_digest_n: digest(),
      DAA_digest_gamma: digest(),
      DAA_generic_q: new Uint8Array(26),
    },
    tpmSpecific: {
      tag: TPM_TAG_DAA_TPM,
      DAA_digestIssuer: digest(),
      DAA_digest_v0: digest(),
      DAA_digest_v1: digest(),
      DAA_rekey: digest(),
      DAA_count: 0,
    },
    session: {
      tag: TPM_TAG_DAA_CONTEXT,
      DAA_digestContext: digest(),
      DAA_digest: digest(),
      DAA_contextSeed: digest(),
      DAA_scratch: new Uint8Array(256),
      DAA_stage: 1,
    },
    joinSession: {
      DAA_join_u0: new Uint8Array(128),
      DAA_join_u1: new Uint8Array(138),
      DAA_digest_n0: digest(),
    },
  };
}

function handleBytes(handle: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, handle);
  return bytes;
}
