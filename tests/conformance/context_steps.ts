import { decode, encode } from "../../lib/codec/mod.ts";
import {
  TPM_KEY_CONTROL_OWNER_EVICT,
  TPM_RT_AUTH,
  TPM_RT_CONTEXT,
  TPM_RT_KEY,
} from "../../lib/tpm12/constants/mod.ts";
import {
  TPM_CONTEXT_BLOB,
  TPM_KEY_ANY,
  type TpmContextBlob,
} from "../../lib/tpm12/structures/mod.ts";
import type { Side } from "./side.ts";
import { type Step, step } from "./step.ts";
import type { Expectation } from "./steps.ts";

const LABEL = new Uint8Array(16).fill(7);

/** TPM_SaveContext of what has a handle; the blob is kept under a label. */
export function saveContext(
  label: string,
  options: { handle: (side: Side) => number; resourceType: number } & Expectation,
): Step {
  const { handle, resourceType, ...expectation } = options;
  return step({
    command: "TPM_SaveContext",
    title: label,
    request: (side) => ({ handle: handle(side), resourceType, label: LABEL }),
    keep: (side, { contextBlob }) => {
      side.values.set(label, encode(TPM_CONTEXT_BLOB, contextBlob));
    },
    ...expectation,
  });
}

/** TPM_SaveContext of a loaded key, under its own label. */
export function saveKeyContext(label: string, expectation: Expectation = {}): Step {
  const handle = (side: Side): number => side.handle(label);
  return saveContext(`context of ${label}`, { handle, resourceType: TPM_RT_KEY, ...expectation });
}

/** The handle of an open session. */
export function sessionHandle(side: Side, label: string): number {
  const session = side.sessions.get(label);
  if (session === undefined) throw new TypeError(`Cannot use session ${label}: no step opened it`);
  return session.authHandle;
}

/** TPM_SaveContext of an authorisation session, under its own label. */
export function saveSessionContext(label: string, expectation: Expectation = {}): Step {
  const handle = (side: Side): number => sessionHandle(side, label);
  return saveContext(`context of ${label}`, { handle, resourceType: TPM_RT_AUTH, ...expectation });
}

/** How {@linkcode loadContext} loads. */
export interface LoadContextOptions extends Expectation {
  /** What the session is bound to, 0 by default. */
  entityHandle?: number | ((side: Side) => number);
  /** True by default. */
  keepHandle?: boolean;
  /** Changes the blob before it is sent. */
  change?: (blob: TpmContextBlob) => Partial<TpmContextBlob>;
}

/** TPM_LoadContext of what was saved from a key or a session of this label. */
export function loadContext(label: string, options: LoadContextOptions = {}): Step {
  const { entityHandle = 0, keepHandle = true, change, ...expectation } = options;
  return step({
    command: "TPM_LoadContext",
    title: label,
    request: (side) => {
      const contextBlob = decode(TPM_CONTEXT_BLOB, side.bytes(`context of ${label}`));
      return {
        entityHandle: typeof entityHandle === "number" ? entityHandle : entityHandle(side),
        keepHandle,
        contextBlob: { ...contextBlob, ...change?.(contextBlob) },
      };
    },
    keep: (side, { handle }) => {
      if (side.keys.has(label)) side.key(label).handle = handle;
    },
    ...expectation,
  });
}

/** TPM_FlushSpecific of a saved session context, by its count. */
export function flushContext(count: number, expectation: Expectation = {}): Step {
  return step({
    command: "TPM_FlushSpecific",
    title: `context ${count}`,
    request: { handle: count, resourceType: TPM_RT_CONTEXT },
    ...expectation,
  });
}

/** How {@linkcode keyControlOwner} names the key and the bit. */
export interface KeyControlOptions extends Expectation {
  /** By default the key's. */
  handle?: number;
  /** Label of the key whose public half is sent, by default the key itself. */
  publicOf?: string;
  /** By default TPM_KEY_CONTROL_OWNER_EVICT. */
  bitName?: number;
}

/** TPM_KeyControlOwner. */
export function keyControlOwner(
  label: string,
  bitValue: boolean,
  options: KeyControlOptions = {},
): Step {
  const { handle, publicOf = label, bitName = TPM_KEY_CONTROL_OWNER_EVICT, ...expectation } =
    options;
  return step({
    command: "TPM_KeyControlOwner",
    title: `${label} ${bitValue ? "stays" : "may go"}`,
    request: (side) => {
      const { algorithmParms, pubKey } = decode(TPM_KEY_ANY, side.key(publicOf).blob!);
      return {
        keyHandle: handle ?? side.handle(label),
        pubKey: { algorithmParms, pubKey },
        bitName,
        bitValue,
      };
    },
    ...expectation,
  });
}
