import { decode, untilEnd } from "../codec/mod.ts";
import { DELEGATE_TABLE_ENTRY } from "../tpm12/commands/mod.ts";
import { TPM_FAMFLAG_DELEGATE_ADMIN_LOCK, TPM_FAMFLAG_ENABLED } from "../tpm12/constants/mod.ts";
import {
  TPM_FAMILY_TABLE_ENTRY,
  type TpmDelegatePublic,
  type TpmPcrInfoShort,
} from "../tpm12/structures/mod.ts";
import type { Context } from "./context.ts";
import type { Policy } from "./policy.ts";
import { tspError } from "./tsp_error.ts";

/** TSS_FAMILY_TABLE_ENTRY: a family of delegations. */
export interface TssFamilyTableEntry {
  /** Identifier, which the TPM gave. */
  readonly familyID: number;
  /** Label of the owner's choice, a byte. */
  readonly label: number;
  /** Delegations that were made at another count are void. */
  readonly verificationCount: number;
  /** Whether its delegations can be used. */
  readonly enabled: boolean;
  /** Whether only an owner can manage it. */
  readonly locked: boolean;
}

/** What a delegation says of itself. */
export interface DelegationParts {
  /** Label of the owner's choice, a byte. */
  readonly label: number;
  /** PCRs and localities for its use. */
  readonly pcrInfo: TpmPcrInfoShort;
  /** TPM_DELEGATE_* bits, or TPM_KEY_DELEGATE_* bits for a key. */
  readonly per1: number;
  /** 0. */
  readonly per2: number;
  /** Its family. */
  readonly familyID: number;
  /** Count of the family when it was made. */
  readonly verificationCount: number;
}

/** TSS_DELEGATION_TABLE_ENTRY: a delegation of the owner inside the TPM. */
export interface TssDelegationTableEntry extends DelegationParts {
  /** Row of the table. */
  readonly tableIndex: number;
}

/** What the TPM knows of delegations. */
export interface DelegationTables {
  /** The families. */
  readonly familyTable: readonly TssFamilyTableEntry[];
  /** The occupied rows, by their number. */
  readonly delegateTable: readonly TssDelegationTableEntry[];
}

const FAMILIES = untilEnd(TPM_FAMILY_TABLE_ENTRY);
const ROWS = untilEnd(DELEGATE_TABLE_ENTRY);

/** Reads both tables of the TPM; anybody may. */
export async function readDelegationTables(context: Context): Promise<DelegationTables> {
  const answer = await context.execute("TPM_Delegate_ReadTable", { request: {} });
  return {
    familyTable: decode(FAMILIES, answer.familyTable).map((
      { familyID, familyLabel, verificationCount, flags },
    ) => ({
      familyID,
      label: familyLabel,
      verificationCount,
      enabled: (flags & TPM_FAMFLAG_ENABLED) !== 0,
      locked: (flags & TPM_FAMFLAG_DELEGATE_ADMIN_LOCK) !== 0,
    })),
    delegateTable: decode(ROWS, answer.delegateTable).map(({ tableIndex, pubInfo }) => ({
      tableIndex,
      ...parts(pubInfo),
    })),
  };
}

/**
 * What a policy's delegation says of itself: its blob, or the row of the TPM's table that it names.
 * Throws TSS_E_INVALID_OBJ_ACCESS when it has neither, TSS_E_BAD_PARAMETER for an empty row.
 */
export async function delegationOf({ context, delegation }: Policy): Promise<DelegationParts> {
  const { index } = delegation;
  if (index === null) return parts(delegation.pub);
  const { delegateTable } = await readDelegationTables(context);
  const row = delegateTable.find(({ tableIndex }) => tableIndex === index);
  if (row !== undefined) return row;
  throw tspError("TSS_E_BAD_PARAMETER", `row ${index} of the TPM's table holds no delegation`);
}

function parts(
  { rowLabel, pcrInfo, permissions, familyID, verificationCount }: TpmDelegatePublic,
): DelegationParts {
  const { per1, per2 } = permissions;
  return { label: rowLabel, pcrInfo, per1, per2, familyID, verificationCount };
}
