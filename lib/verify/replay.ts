import { checkPcrs, type PcrValues, requirePcrValues } from "./pcr_values.ts";

/** A replayed log and the PCRs it should explain. */
export interface ReplayEvidence {
  /** The values that PCRs have after the log, by `replayEventLog` or `replayImaLog` of formats. */
  readonly replayed: PcrValues;
  /** The values the PCRs have, of a verified quote for instance. */
  readonly pcrs: PcrValues;
}

/**
 * Verifies that a log explains the values of PCRs, of each that the log is about. Only then do its
 * entries say what was measured. Throws `VerifyError` with the number of the first PCR that has
 * another value, or is not among `pcrs`; a `TypeError` when a value has not 20 bytes.
 */
export function verifyReplay({ replayed, pcrs }: ReplayEvidence): void {
  requirePcrValues(pcrs, "log");
  const notFound = "the log extends it, but its value is not given";
  checkPcrs(pcrs, { expected: replayed, evidence: "log", notFound });
}
