import { decode, encode } from "../../lib/codec/mod.ts";
import {
  TPM_ET_DEL_KEY_BLOB,
  TPM_ET_DEL_OWNER_BLOB,
  TPM_ET_DEL_ROW,
  TPM_FAMILY_CREATE,
  TPM_FAMILY_ENABLE,
} from "../../lib/tpm12/constants/mod.ts";
import {
  TPM_DELEGATE_KEY_BLOB,
  TPM_DELEGATE_OWNER_BLOB,
  type TpmDelegateOwnerBlob,
  type TpmDelegatePublic,
} from "../../lib/tpm12/structures/mod.ts";
import type { Side } from "./side.ts";
import { action, type CommandStep, type Step, step } from "./step.ts";
import { delegatePublic, type DelegationOptions, secret } from "./templates.ts";

/** The secret of every delegation here. */
export const DELEGATE: Uint8Array = secret("delegate");

/** What any helper lets its caller say of the command it makes. */
type Common = Pick<CommandStep<"TPM_Delegate_Manage">, "title" | "code" | "auths">;

/** TPM_Delegate_Manage; a family is named by its label, or by its number. */
export function manageFamily(
  family: string | number,
  opCode: number,
  { opData = new Uint8Array(0), ...rest }: Common & { opData?: Uint8Array } = {},
): Step {
  return step({
    command: "TPM_Delegate_Manage",
    title: `family ${family}, operation ${opCode}, ${opData.length} bytes`,
    request: (side) => ({ familyID: familyOf(side, family), opCode, opData }),
    ...rest,
  });
}

function familyOf(side: Side, family: string | number): number {
  return typeof family === "number" ? family : side.number(`family ${family}`);
}

/** Creates a family, and keeps its number. */
export function createFamily(label: string, options: Common = {}): Step {
  return step({
    command: "TPM_Delegate_Manage",
    title: `creates family ${label}`,
    request: { familyID: 0, opCode: TPM_FAMILY_CREATE, opData: Uint8Array.of(7) },
    keep: (side, { retData }) => {
      side.values.set(`family ${label}`, new DataView(retData.slice().buffer).getUint32(0));
    },
    ...options,
  });
}

/** Enables a family, or disables it. */
export function enableFamily(label: string, enabled = true, options: Common = {}): Step {
  const opData = Uint8Array.of(enabled ? 1 : 0);
  return manageFamily(label, TPM_FAMILY_ENABLE, { opData, ...options });
}

/** What a delegation is; its family by label or number. */
export type Delegation = Omit<DelegationOptions, "familyID"> & {
  /** Label or number of its family. */
  family: string | number;
  /** Changes the rest. */
  change?: Partial<TpmDelegatePublic>;
};

function publicInfo(side: Side, { family, change, ...options }: Delegation): TpmDelegatePublic {
  return { ...delegatePublic({ ...options, familyID: familyOf(side, family) }), ...change };
}

/** Creates an owner delegation, and keeps its blob. */
export function delegateOwner(
  label: string,
  { increment = false, title = label, code, auths, ...delegation }:
    & Delegation
    & Common
    & { increment?: boolean },
): Step {
  return step({
    command: "TPM_Delegate_CreateOwnerDelegation",
    title,
    request: (side) => ({
      increment,
      publicInfo: publicInfo(side, delegation),
      delAuth: DELEGATE,
    }),
    keep: (side, { blob }) => side.values.set(label, encode(TPM_DELEGATE_OWNER_BLOB, blob)),
    ...(code && { code }),
    ...(auths && { auths }),
  });
}

/** Creates a delegation of a key, and keeps its blob. */
export function delegateKey(
  label: string,
  { key, title = label, code, auths, ...delegation }: Delegation & Common & { key: string },
): Step {
  return step({
    command: "TPM_Delegate_CreateKeyDelegation",
    title,
    request: (side) => ({
      keyHandle: side.handle(key),
      publicInfo: publicInfo(side, delegation),
      delAuth: DELEGATE,
    }),
    keep: (side, { blob }) => side.values.set(label, encode(TPM_DELEGATE_KEY_BLOB, blob)),
    ...(code && { code }),
    ...(auths && { auths }),
  });
}

/** Loads an owner delegation into a row. */
export function loadDelegation(
  label: string,
  index: number,
  { change, title = `${label} into row ${index}`, ...rest }:
    & Common
    & { change?: (blob: TpmDelegateOwnerBlob) => Partial<TpmDelegateOwnerBlob> } = {},
): Step {
  return step({
    command: "TPM_Delegate_LoadOwnerDelegation",
    title,
    request: (side) => {
      const blob = decode(TPM_DELEGATE_OWNER_BLOB, side.bytes(label));
      return { index, blob: { ...blob, ...change?.(blob) } };
    },
    ...rest,
  });
}

/** The tables as TPM_Delegate_ReadTable shows them. */
export const READ_TABLES: Step = step({ command: "TPM_Delegate_ReadTable" });

/** TPM_Delegate_VerifyDelegation of a blob that was kept. */
export function verifyDelegation(
  label: string,
  { change = (blob) => blob, ...rest }:
    & Common
    & { change?: (blob: Uint8Array) => Uint8Array } = {},
): Step {
  return step({
    command: "TPM_Delegate_VerifyDelegation",
    title: label,
    request: (side) => ({ delegation: change(side.bytes(label)) }),
    ...rest,
  });
}

/** TPM_Delegate_UpdateVerification of a blob that was kept, or of a row. */
export function updateVerification(
  what: string | number,
  { change = (blob) => blob, ...rest }:
    & Common
    & { change?: (blob: Uint8Array) => Uint8Array } = {},
): Step {
  const mask = typeof what === "number" ? [] : ["outputData*"];
  return step({
    command: "TPM_Delegate_UpdateVerification",
    title: `${what}`,
    request: (side) => ({
      inputData: change(typeof what === "number" ? rowNumber(what) : side.bytes(what)),
    }),
    keep: (side, { outputData }) => {
      if (typeof what === "string") side.values.set(what, outputData.slice());
    },
    mask,
    ...rest,
  });
}

/** TPM_DELEGATE_INDEX, encoded. */
export function rowNumber(index: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, index);
  return bytes;
}

/** Opens a DSAP session for a delegation of the owner. */
export function openOwnerDelegation(session: string, label: string): Step {
  return openDelegation(session, (side) => ({
    entityType: TPM_ET_DEL_OWNER_BLOB,
    keyHandle: 0,
    entityValue: side.bytes(label),
  }));
}

/** Opens a DSAP session for a delegation in a row. */
export function openDelegationRow(session: string, index: number): Step {
  return openDelegation(session, () => ({
    entityType: TPM_ET_DEL_ROW,
    keyHandle: 0,
    entityValue: rowNumber(index),
  }));
}

/** Opens a DSAP session for a delegation of a key. */
export function openKeyDelegation(session: string, label: string, key: string): Step {
  return openDelegation(session, (side) => ({
    entityType: TPM_ET_DEL_KEY_BLOB,
    keyHandle: side.handle(key),
    entityValue: side.bytes(label),
  }));
}

function openDelegation(
  session: string,
  entity: (side: Side) => { entityType: number; keyHandle: number; entityValue: Uint8Array },
): Step {
  return action(`DSAP session ${session}`, (side) => {
    side.sessions.set(session, side.dsap({ ...entity(side), secret: DELEGATE }));
  });
}

/** TPM_DSAP as a command: what it refuses. */
export function dsapRefused(
  title: string,
  { entityType, keyHandle = () => 0, entityValue, code }: {
    entityType: number;
    keyHandle?: (side: Side) => number;
    entityValue: (side: Side) => Uint8Array;
    code: CommandStep<"TPM_DSAP">["code"];
  },
): Step {
  return step({
    command: "TPM_DSAP",
    title,
    request: (side) => ({
      entityType,
      keyHandle: keyHandle(side),
      nonceOddDSAP: new Uint8Array(20),
      entityValue: entityValue(side),
    }),
    ...(code && { code }),
  });
}
