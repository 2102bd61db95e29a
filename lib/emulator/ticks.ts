import { TPM_TAG_CURRENT_TICKS } from "../tpm12/constants/mod.ts";
import type { TpmCurrentTicks } from "../tpm12/structures/mod.ts";
import type { Tpm } from "./tpm.ts";

/** Microseconds of one tick. */
const TICK_RATE = 1;

/** The tick counter as it is now (Part 2, 15.1): microseconds since TPM_Startup. */
export function currentTicks(tpm: Tpm): TpmCurrentTicks {
  return {
    tag: TPM_TAG_CURRENT_TICKS,
    currentTicks: tpm.ticks,
    tickRate: TICK_RATE,
    tickNonce: tpm.volatile.tickNonce,
  };
}
