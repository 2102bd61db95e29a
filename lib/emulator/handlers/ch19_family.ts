import { encode } from "../../codec/mod.ts";
import {
  TPM_FAMFLAG_DELEGATE_ADMIN_LOCK,
  TPM_FAMFLAG_ENABLED,
  TPM_FAMILY_ADMIN,
  TPM_FAMILY_CREATE,
  TPM_FAMILY_ENABLE,
  TPM_FAMILY_INVALIDATE,
  TPM_TAG_FAMILY_TABLE_ENTRY,
} from "../../tpm12/constants/mod.ts";
import { DELEGATE_TABLE_ENTRY, TPM_FAMILY_ID } from "../../tpm12/commands/mod.ts";
import { TPM_FAMILY_TABLE_ENTRY, type TpmFamilyTableEntry } from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import type { Call } from "../call.ts";
import { endDelegations, familyOf, NO_FAMILY, requireSameFamily } from "../delegation.ts";
import { ownerEntity } from "../entities.ts";
import { nextWriteWithoutOwner } from "../nv.ts";
import type { Tpm } from "../tpm.ts";
import type { Handler } from "./handler.ts";

/** TPM_Delegate_Manage (Part 3, 19.1). */
export const TPM_Delegate_Manage: Handler<"TPM_Delegate_Manage"> = (
  tpm,
  { familyID, opCode, opData },
  call,
) => {
  const { permanent } = tpm;
  // 1.
  const family = opCode === TPM_FAMILY_CREATE ? null : familyOf(tpm, familyID);
  // 2, 3.
  const writes = permitManagement(tpm, call, family);
  // 5 to 10.
  const retData = family === null
    ? createFamily(tpm, opData)
    : changeFamily(family, { opCode, opData });
  // 4, 6.
  endDelegations(tpm, call);
  // 3.c.iv.
  permanent.noOwnerNVWrite = writes;
  tpm.changed();
  return { retData };
};

/** 2, 3. Who may manage a family; gives the count of writes without owner. */
function permitManagement(tpm: Tpm, call: Call, family: TpmFamilyTableEntry | null): number {
  const { permanent } = tpm;
  if (call.has("owner")) {
    call.authorize("owner", ownerEntity(tpm));
    if (family !== null) requireSameFamily(call.delegation("owner"), family.familyID);
    return permanent.noOwnerNVWrite;
  }
  if (permanent.ownerInstalled) {
    throw tpmError("TPM_AUTHFAIL", "there is an owner, who alone manages families");
  }
  if (family !== null) requireUnlocked(family);
  return nextWriteWithoutOwner(tpm);
}

/** Throws TPM_DELEGATE_LOCK for a family that only an owner may change. */
export function requireUnlocked({ flags, familyID }: TpmFamilyTableEntry): void {
  if ((flags & TPM_FAMFLAG_DELEGATE_ADMIN_LOCK) !== 0) {
    throw tpmError("TPM_DELEGATE_LOCK", `family ${familyID} is locked until there is an owner`);
  }
}

/** 5. */
function createFamily({ permanent, limits }: Tpm, opData: Uint8Array): Uint8Array {
  const { familyTable } = permanent;
  const free = familyTable.findIndex(({ familyID }) => familyID === NO_FAMILY);
  const row = free < 0 ? familyTable.length : free;
  if (row === limits.familyRows) {
    throw tpmError("TPM_RESOURCES", `all ${limits.familyRows} rows of the family table are in use`);
  }
  const familyLabel = onlyByte(opData);
  const familyID = permanent.lastFamilyID + 1;
  permanent.lastFamilyID = familyID;
  familyTable[row] = {
    tag: TPM_TAG_FAMILY_TABLE_ENTRY,
    familyLabel,
    familyID,
    verificationCount: 1,
    flags: 0,
  };
  return encode(TPM_FAMILY_ID, familyID);
}

/** 7 to 10. */
function changeFamily(
  family: TpmFamilyTableEntry,
  { opCode, opData }: { readonly opCode: number; readonly opData: Uint8Array },
): Uint8Array {
  switch (opCode) {
    case TPM_FAMILY_ADMIN:
      setFlag(family, TPM_FAMFLAG_DELEGATE_ADMIN_LOCK, flagIn(opData));
      break;
    case TPM_FAMILY_ENABLE:
      setFlag(family, TPM_FAMFLAG_ENABLED, flagIn(opData));
      break;
    case TPM_FAMILY_INVALIDATE:
      family.familyID = NO_FAMILY;
      break;
    default:
      throw tpmError("TPM_BAD_PARAMETER", `there is no family operation ${opCode}`);
  }
  return new Uint8Array(0);
}

function setFlag(family: TpmFamilyTableEntry, flag: number, value: boolean): void {
  family.flags = value ? family.flags | flag : family.flags & ~flag;
}

/** 7.a, 8.a. libtpms takes every value but 0 for TRUE. */
function flagIn(opData: Uint8Array): boolean {
  return onlyByte(opData) !== 0;
}

function onlyByte(opData: Uint8Array): number {
  if (opData.length !== 1) {
    throw tpmError("TPM_BAD_PARAM_SIZE", `opData has ${opData.length} bytes instead of 1`);
  }
  return opData[0]!;
}

/** TPM_Delegate_ReadTable (Part 3, 19.5). */
export const TPM_Delegate_ReadTable: Handler<"TPM_Delegate_ReadTable"> = ({ permanent }) => ({
  // 1, 2.
  familyTable: concat(
    permanent.familyTable
      .filter(({ familyID }) => familyID !== NO_FAMILY)
      .map((family) => encode(TPM_FAMILY_TABLE_ENTRY, family)),
  ),
  // 3, 4.
  delegateTable: concat(
    permanent.delegateTable.map(({ index, row }) =>
      encode(DELEGATE_TABLE_ENTRY, { tableIndex: index, pubInfo: row.pub })
    ),
  ),
});

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
