import { commandByOrdinal } from "../tpm12/commands/mod.ts";
import { ordinalOf } from "./framing.ts";

/** How long commands of each class may take, in milliseconds. */
export interface Durations {
  /** Reading, hashing, sessions. */
  readonly short: number;
  /** An operation with a private key. */
  readonly medium: number;
  /** Making a key. */
  readonly long: number;
}

/** Used until the TPM has been asked. */
export const DEFAULT_DURATIONS: Durations = { short: 20_000, medium: 60_000, long: 300_000 };

/** What a TPM may always take, however short the durations it reports. */
const LEAST: Durations = { short: 2_000, medium: 5_000, long: 60_000 };

/** How long a command may take. One that is not known may take as long as any. */
export function durationOf(command: Uint8Array, durations: Durations): number {
  const ordinal = ordinalOf(command);
  if (ordinal === undefined) return durations.short;
  return durations[commandByOrdinal(ordinal)?.duration ?? "long"];
}

/**
 * The durations in a TPM's answer for TPM_CAP_PROP_DURATION: three UINT32 in microseconds. Some
 * TPMs give milliseconds, which is seen by a short duration below 10 ms, as Linux does.
 */
export function durationsFrom(reported: Uint8Array): Durations | undefined {
  if (reported.length < 12) return undefined;
  const view = new DataView(reported.buffer, reported.byteOffset);
  const unit = view.getUint32(0) < 10_000 ? 1 : 1000;
  const duration = (offset: number, least: number) =>
    Math.max(view.getUint32(offset) / unit, least);
  return {
    short: duration(0, LEAST.short),
    medium: duration(4, LEAST.medium),
    long: duration(8, LEAST.long),
  };
}
