import type {
  TpmCounterValue,
  TpmNvDataPublic,
  TpmPermanentFlags,
  TpmStclearFlags,
} from "../tpm12/structures/mod.ts";
import { PROTOCOLS } from "./authorization.ts";
import type { Key } from "./state/key.ts";
import { PCR_COUNT } from "./state/pcr_bank.ts";
import type { Tpm } from "./tpm.ts";

/** What {@linkcode Emulator.inspect} shows besides what is public. */
export interface InspectOptions {
  /** Shows secrets of owner, keys, sessions, areas and counters too. */
  readonly secrets?: boolean;
}

/** A key inside the TPM. */
export interface InspectedKey {
  /** TPM_KEY_HANDLE. */
  readonly handle: number;
  /** TPM_KEY_* usage. */
  readonly keyUsage: number;
  /** Modulus, big-endian. */
  readonly modulus: Uint8Array;
  /** Whether only the owner can evict it. */
  readonly ownerEvict: boolean;
  /** Usage secret, when asked for. */
  readonly usageAuth?: Uint8Array;
}

/** A session inside the TPM. */
export interface InspectedSession {
  /** Its handle. */
  readonly handle: number;
  /** Its kind. */
  readonly kind: "OIAP" | "OSAP" | "DSAP" | "transport" | "DAA";
}

/** An NV area. */
export interface InspectedArea {
  /** What the area is. */
  readonly pubInfo: TpmNvDataPublic;
  /** Contents, when secrets are asked for. */
  readonly data?: Uint8Array;
}

/** What is inside a TPM. Everything is a copy. */
export interface Inspection {
  /** Whether an owner is installed. */
  readonly owned: boolean;
  /** Secret of the owner, when asked for. */
  readonly ownerAuth?: Uint8Array;
  /** Why the TPM is in failure mode; `null` when it is not. */
  readonly failure: string | null;
  /** TPM_PERMANENT_FLAGS. */
  readonly permanentFlags: TpmPermanentFlags;
  /** TPM_STCLEAR_FLAGS. */
  readonly stclearFlags: TpmStclearFlags;
  /** The 24 PCRs, 20 bytes each. */
  readonly pcrs: readonly Uint8Array[];
  /** Loaded keys. */
  readonly keys: readonly InspectedKey[];
  /** Open sessions of every kind. */
  readonly sessions: readonly InspectedSession[];
  /** NV areas. */
  readonly nvAreas: readonly InspectedArea[];
  /** Monotonic counters. */
  readonly counters: readonly { readonly countID: number; readonly value: TpmCounterValue }[];
  /** Failed authorisations that count towards the lockout. */
  readonly authFailCount: number;
}

/**
 * Looks inside a TPM.
 *
 * @internal
 */
export function inspect(tpm: Tpm, { secrets = false }: InspectOptions): Inspection {
  const { permanent, volatile } = tpm;
  const key = (handle: number, { keyUsage, modulus, usageAuth }: Key, ownerEvict: boolean) => ({
    handle,
    keyUsage,
    modulus,
    ownerEvict,
    ...secrets ? { usageAuth } : {},
  });
  return structuredClone({
    owned: permanent.ownerInstalled,
    ...secrets ? { ownerAuth: permanent.ownerAuth } : {},
    failure: tpm.failure,
    permanentFlags: permanent.flags,
    stclearFlags: volatile.flags,
    pcrs: Array.from({ length: PCR_COUNT }, (_, index) => volatile.pcrs.read(index)),
    keys: [...volatile.keys.values()].map((loaded) =>
      key(loaded.handle, loaded.key, loaded.ownerEvict)
    ),
    sessions: [
      ...[...volatile.authSessions.values()].map(({ handle, protocolID }) => ({
        handle,
        kind: PROTOCOLS[protocolID]!,
      })),
      ...[...volatile.transportSessions.values()].map(({ handle }) => ({
        handle,
        kind: "transport" as const,
      })),
      ...[...volatile.daaSessions.values()].map(({ handle }) => ({ handle, kind: "DAA" as const })),
    ],
    nvAreas: permanent.nvAreas.map(({ pubInfo, data }) => ({
      pubInfo,
      ...secrets ? { data } : {},
    })),
    counters: permanent.counters.map(({ countID, value }) => ({ countID, value })),
    authFailCount: permanent.authFailCount,
  });
}
