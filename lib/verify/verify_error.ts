/**
 * Why evidence was refused: `malformed` (it is not what it should be), `signature` (not by this
 * key, or over something else), `nonce` (an answer to another challenge), `pcr` (a PCR has another
 * value, or is not covered), `mismatch` (another field is not as expected).
 */
export type VerifyReason = "malformed" | "signature" | "nonce" | "pcr" | "mismatch";

/** Where the evidence fails. */
export interface VerifyFailure {
  /** Kind of failure. */
  readonly reason: VerifyReason;
  /** The field that does not match, in the spelling of the specification. */
  readonly field: string;
  /** What is wrong with it. */
  readonly detail: string;
  /** The PCR, where it is about one. */
  readonly pcrIndex?: number;
  /** The error that was met in reading. */
  readonly cause?: unknown;
}

/** Evidence that does not prove what it should; the message says which field does not match. */
export class VerifyError extends Error {
  /** Name of the error class. */
  override readonly name: string = "VerifyError";
  /** Kind of failure. */
  readonly reason: VerifyReason;
  /** The field that does not match. */
  readonly field: string;
  /** The PCR, where it is about one. */
  readonly pcrIndex: number | undefined;

  /** Says which evidence, a `quote` for instance, fails where. */
  constructor(evidence: string, { reason, field, detail, pcrIndex, cause }: VerifyFailure) {
    super(`Cannot verify ${evidence}: ${field}: ${detail}`, { cause });
    this.reason = reason;
    this.field = field;
    this.pcrIndex = pcrIndex;
  }
}
