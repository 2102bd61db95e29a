import { CodecError } from "../codec/mod.ts";
import { equalBytes, sha1 } from "../crypto/mod.ts";

/** PCRs of a TPM 1.2 for the PC. */
export const PCR_COUNT = 24;

/** One value that was extended into a PCR. */
export interface Measurement {
  /** The PCR. */
  readonly pcrIndex: number;
  /** What was extended: 20 bytes. */
  readonly digest: Uint8Array;
}

/**
 * The value of a PCR after TPM_Startup(ST_CLEAR): zeros, but ones in the PCRs 17–22 of a dynamic
 * launch (PC client specification).
 */
export function initialPcrValue(pcrIndex: number): Uint8Array {
  return new Uint8Array(20).fill(pcrIndex >= 17 && pcrIndex <= 22 ? 0xff : 0);
}

/** The value of a PCR after a digest has been extended into it. */
export function extendPcrValue(value: Uint8Array, digest: Uint8Array): Uint8Array {
  return sha1(value, digest);
}

/**
 * The values that PCRs have after all these extensions, from `start` or, for PCRs not in it, from
 * {@linkcode initialPcrValue}. Holds the PCRs that occur. Throws {@linkcode CodecError} for a PCR
 * above 23.
 */
export function replayPcrs(
  measurements: Iterable<Measurement>,
  start: ReadonlyMap<number, Uint8Array> = new Map(),
): Map<number, Uint8Array> {
  const values = new Map(start);
  for (const { pcrIndex, digest } of measurements) {
    if (pcrIndex >= PCR_COUNT) {
      throw new CodecError("value", `Cannot replay PCR ${pcrIndex}: a TPM has ${PCR_COUNT}`);
    }
    const value = values.get(pcrIndex) ?? initialPcrValue(pcrIndex);
    values.set(pcrIndex, extendPcrValue(value, digest));
  }
  return values;
}

/**
 * How many of these extensions give a PCR this value: for a log that has grown since the PCR was
 * quoted. `null` when none does; 0 when the PCR had the value before the first.
 */
export function extensionsUpTo(
  measurements: readonly Measurement[],
  { pcrIndex, value, start = initialPcrValue(pcrIndex) }: {
    pcrIndex: number;
    value: Uint8Array;
    start?: Uint8Array;
  },
): number | null {
  let reached = start;
  if (equalBytes(reached, value)) return 0;
  for (const [number, measurement] of measurements.entries()) {
    if (measurement.pcrIndex !== pcrIndex) continue;
    reached = extendPcrValue(reached, measurement.digest);
    if (equalBytes(reached, value)) return number + 1;
  }
  return null;
}
