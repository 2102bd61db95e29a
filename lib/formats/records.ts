import { CodecError } from "../codec/mod.ts";

/** Runs `action`; a {@linkcode CodecError} it throws says which record of `what` it was about. */
export function inRecord<T>(what: string, record: number | string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const field = typeof record === "number" ? `record ${record}` : record;
    throw error instanceof CodecError ? error.within(what, field) : error;
  }
}
