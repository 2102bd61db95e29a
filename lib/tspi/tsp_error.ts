import { type TspCodeName, TssError, tssError } from "../tpm12/mod.ts";

/** An error of the service provider; `detail` says what exactly was wrong. */
export function tspError(name: TspCodeName, detail?: string): TssError {
  return tssError("tsp", name, { detail });
}

/** Whether an error is the one with this name, of whatever layer. */
export function isTssError(error: unknown, name: string): error is TssError {
  return error instanceof TssError && error.codeName === name;
}
