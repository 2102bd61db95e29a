import { BOOL, encode, U32 } from "../codec/mod.ts";
import * as C from "../tpm12/constants/mod.ts";
import { nvSpaceLeft } from "./nv.ts";
import { PCR_COUNT } from "./state/pcr_bank.ts";
import type { Tpm } from "./tpm.ts";
import { VENDOR_ID } from "./version.ts";

/** TPM_STARTUP_EFFECTS (Part 2, 4.6), as libtpms tells them. */
const STARTUP_EFFECTS = C.TPM_STARTUP_EFFECT_ST_STATE_RT_HASH |
  C.TPM_STARTUP_EFFECT_ST_ANY_RT_KEY |
  C.TPM_STARTUP_EFFECT_ST_CLEAR_AUDITDIGEST;
/** TIS time-outs A to D, in microseconds. */
const TIS_TIMEOUTS = [1_000_000, 1_000_000, 1_000_000, 1_000_000];
/** Short, medium and long durations, in microseconds. */
const DURATIONS = [50_000_000, 100_000_000, 300_000_000];

type Property = (tpm: Tpm) => number | boolean | readonly number[] | Uint8Array;

/** TPM_CAP_PROPERTY (Part 2, 21.2), by sub-capability. */
const PROPERTIES: ReadonlyMap<number, Property> = new Map<number, Property>([
  [C.TPM_CAP_PROP_PCR, () => PCR_COUNT],
  [C.TPM_CAP_PROP_DIR, () => 1],
  [C.TPM_CAP_PROP_MANUFACTURER, () => VENDOR_ID],
  [C.TPM_CAP_PROP_KEYS, ({ volatile }) => volatile.keys.free],
  [C.TPM_CAP_PROP_MIN_COUNTER, () => 0],
  [C.TPM_CAP_PROP_AUTHSESS, ({ volatile }) => volatile.authSessions.free],
  [C.TPM_CAP_PROP_TRANSESS, ({ volatile }) => volatile.transportSessions.free],
  [C.TPM_CAP_PROP_COUNTERS, ({ limits, permanent }) => limits.counters - permanent.counters.length],
  [C.TPM_CAP_PROP_MAX_AUTHSESS, ({ limits }) => limits.authSessions],
  [C.TPM_CAP_PROP_MAX_TRANSESS, ({ limits }) => limits.transportSessions],
  [C.TPM_CAP_PROP_MAX_COUNTERS, ({ limits }) => limits.counters],
  [C.TPM_CAP_PROP_MAX_KEYS, ({ limits }) => limits.keys],
  [C.TPM_CAP_PROP_OWNER, ({ permanent }) => permanent.ownerInstalled],
  [
    C.TPM_CAP_PROP_CONTEXT,
    ({ limits, volatile }) =>
      limits.savedContexts - volatile.contextList.filter((count) => count !== 0).length,
  ],
  [C.TPM_CAP_PROP_MAX_CONTEXT, ({ limits }) => limits.savedContexts],
  [C.TPM_CAP_PROP_FAMILYROWS, ({ limits }) => limits.familyRows],
  [C.TPM_CAP_PROP_TIS_TIMEOUT, () => TIS_TIMEOUTS],
  [C.TPM_CAP_PROP_STARTUP_EFFECT, () => STARTUP_EFFECTS],
  [C.TPM_CAP_PROP_DELEGATE_ROW, ({ limits }) => limits.delegateRows],
  [C.TPM_CAP_PROP_MAX_DAASESS, ({ limits }) => limits.daaSessions],
  [C.TPM_CAP_PROP_DAASESS, ({ volatile }) => volatile.daaSessions.free],
  [C.TPM_CAP_PROP_CONTEXT_DIST, ({ limits }) => limits.contextGap],
  [C.TPM_CAP_PROP_DAA_INTERRUPT, () => true],
  [
    C.TPM_CAP_PROP_SESSIONS,
    ({ volatile }) => volatile.authSessions.free + volatile.transportSessions.free,
  ],
  [C.TPM_CAP_PROP_MAX_SESSIONS, ({ limits }) => limits.authSessions + limits.transportSessions],
  [C.TPM_CAP_PROP_CMK_RESTRICTION, ({ permanent }) => permanent.restrictDelegate],
  [C.TPM_CAP_PROP_DURATION, () => DURATIONS],
  [C.TPM_CAP_PROP_ACTIVE_COUNTER, ({ volatile }) => volatile.countID],
  [C.TPM_CAP_PROP_MAX_NV_AVAILABLE, nvSpaceLeft],
  [C.TPM_CAP_PROP_INPUT_BUFFER, ({ limits }) => limits.buffer],
]);

/** Properties that a TPM in failure mode tells too (Part 3, 7.1, action 3). */
export const PROPERTIES_IN_FAILURE: readonly number[] = [
  C.TPM_CAP_PROP_MANUFACTURER,
  C.TPM_CAP_PROP_DURATION,
  C.TPM_CAP_PROP_TIS_TIMEOUT,
];

/** The encoded value of a property; `undefined` when there is no such. */
export function capabilityProperty(tpm: Tpm, subCap: number): Uint8Array | undefined {
  const value = PROPERTIES.get(subCap)?.(tpm);
  if (value === undefined || value instanceof Uint8Array) return value;
  if (typeof value === "boolean") return encode(BOOL, value);
  if (typeof value === "number") return encode(U32, value);
  return Uint8Array.from(value.flatMap((number) => [...encode(U32, number)]));
}
