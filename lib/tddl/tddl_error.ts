import { TssError, tssError } from "../tpm12/tss_error.ts";

/** Name of an error of this layer: its own (tddl_error.h), and the common ones it gives. */
export type TddlErrorName =
  | "TSS_E_FAIL"
  | "TSS_E_BAD_PARAMETER"
  | "TSS_E_NOTIMPL"
  | "TSS_E_TIMEOUT"
  | "TDDL_E_ALREADY_OPENED"
  | "TDDL_E_ALREADY_CLOSED"
  | "TDDL_E_INSUFFICIENT_BUFFER"
  | "TDDL_E_COMMAND_COMPLETED"
  | "TDDL_E_COMMAND_ABORTED"
  | "TDDL_E_IOERROR"
  | "TDDL_E_BADTAG"
  | "TDDL_E_COMPONENT_NOT_FOUND";

/** An error of this layer; `detail` says what was wrong with which TPM. */
export function tddlError(
  name: TddlErrorName,
  detail: string,
  options: {
    /** The function called. */
    readonly command?: string;
    /** What to do about it. */
    readonly hint?: string;
    /** The error behind it. */
    readonly cause?: unknown;
  } = {},
): TssError {
  return tssError("tddl", name, { detail, ...options });
}

/** Names the function of this layer in an error that does not name one yet. */
export function inFunction(command: string, error: unknown): unknown {
  const nameless = error instanceof TssError && error.command === undefined;
  return nameless ? error.of(command) : error;
}

/** What a failure says, for the end of a sentence of ours. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/^Cannot [^:]*: /, "") : String(error);
}
