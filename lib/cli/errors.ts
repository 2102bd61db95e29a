import { TssError } from "../tpm12/tss_error.ts";

/** Exit codes of every command. */
export const EXIT = {
  /** Done. */ OK: 0,
  /** The TPM, a file or a connection refused. */ FAILURE: 1,
  /** The command line is wrong. */ USAGE: 2,
  /** A secret is wrong, missing, or its use locked. */ AUTHORISATION: 3,
} as const;

/** The command line is wrong. */
export class UsageError extends TypeError {
  /** Name of the error class. */
  override readonly name = "UsageError";
}

/** A reason that is whole as it stands, for people. */
export class CliError extends Error {
  /** Name of the error class. */
  override readonly name = "CliError";
}

/** Codes that speak of secrets. */
const AUTHORISATION_CODES: ReadonlySet<string> = new Set([
  "TPM_AUTHFAIL",
  "TPM_AUTH2FAIL",
  "TPM_AUTH_CONFLICT",
  "TPM_DEFEND_LOCK_RUNNING",
  "TSS_E_TSP_AUTHFAIL",
  "TSS_E_TSP_AUTH2FAIL",
  "TSS_E_TSP_AUTHREQUIRED",
  "TSS_E_TSP_AUTH2REQUIRED",
  "TSS_E_TSP_TRANS_AUTHFAIL",
  "TSS_E_POLICY_NO_SECRET",
]);

/** The exit code for what was thrown. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT.USAGE;
  if (error instanceof TssError && AUTHORISATION_CODES.has(error.codeName)) {
    return EXIT.AUTHORISATION;
  }
  return EXIT.FAILURE;
}

/** One sentence about what was thrown, or two where there is something to do about it. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return oneLine(String(error));
  const hint = error instanceof TssError ? error.hint : undefined;
  const message = oneLine(error.message || error.name);
  return hint === undefined ? message : `${message}. ${capitalised(hint)}`;
}

/** The same for programs. */
export function errorToJson(error: unknown): Record<string, unknown> {
  const message = describeError(error);
  if (!(error instanceof TssError)) return { message };
  const { layer, codeName, code, result, command, hint } = error;
  return { message, layer, code, codeName, result, command, hint };
}

/** The text with a capital at its beginning. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, " ");
}
