import type { Command } from "../tpm12/commands/mod.ts";
import {
  TPM_CMK_DELEGATE_BIND,
  TPM_CMK_DELEGATE_LEGACY,
  TPM_CMK_DELEGATE_MIGRATE,
  TPM_CMK_DELEGATE_SIGNING,
  TPM_CMK_DELEGATE_STORAGE,
  TPM_DEL_OWNER_BITS,
  TPM_FAMFLAG_ENABLED,
  TPM_KEY_BIND,
  TPM_KEY_LEGACY,
  TPM_KEY_MIGRATE,
  TPM_KEY_SIGNING,
  TPM_KEY_STORAGE,
  TPM_MIGRATEAUTHORITY,
} from "../tpm12/constants/mod.ts";
import type {
  TpmDelegatePublic,
  TpmDelegateTableRow,
  TpmFamilyTableEntry,
} from "../tpm12/structures/mod.ts";
import { tpmError } from "../tpm12/tss_error.ts";
import type { Key } from "./state/key.ts";
import { releaseOf } from "./state/release_condition.ts";
import type { Tpm } from "./tpm.ts";

/** The family with an identifier; throws TPM_BADINDEX. */
export function familyOf(tpm: Tpm, familyID: number): TpmFamilyTableEntry {
  const family = tpm.permanent.familyTable.find((entry) => entry.familyID === familyID);
  if (family === undefined) throw tpmError("TPM_BADINDEX", `there is no family ${familyID}`);
  return family;
}

/**
 * Throws unless a delegation allows a command now: its permission bit, its family being enabled
 * and at the same verification count, its PCRs and localities (Part 1, 19.7).
 */
export function requireDelegation(
  tpm: Tpm,
  command: Command,
  delegation: TpmDelegatePublic,
): void {
  const { permissions, familyID, verificationCount } = delegation;
  const forOwner = permissions.delegateType === TPM_DEL_OWNER_BITS;
  const bit = forOwner ? command.delegate.owner : command.delegate.key;
  if (bit === undefined || (permissions.per1 & bit) === 0) {
    throw tpmError("TPM_AUTHFAIL", `the delegation does not allow ${command.name}`);
  }
  const family = familyOf(tpm, familyID);
  if ((family.flags & TPM_FAMFLAG_ENABLED) === 0) {
    throw tpmError("TPM_DISABLED_CMD", `family ${familyID} is disabled`);
  }
  if (family.verificationCount !== verificationCount) {
    throw tpmError("TPM_FAMILYCOUNT", `the delegation is of another verification count`);
  }
  tpm.requireRelease(releaseOf(delegation.pcrInfo));
}

/** The TPM_CMK_DELEGATE_* bit for each usage of key. */
const CMK_DELEGATE_BITS: ReadonlyMap<number, number> = new Map<number, number>([
  [TPM_KEY_SIGNING, TPM_CMK_DELEGATE_SIGNING],
  [TPM_KEY_STORAGE, TPM_CMK_DELEGATE_STORAGE],
  [TPM_KEY_BIND, TPM_CMK_DELEGATE_BIND],
  [TPM_KEY_LEGACY, TPM_CMK_DELEGATE_LEGACY],
  [TPM_KEY_MIGRATE, TPM_CMK_DELEGATE_MIGRATE],
]);

/**
 * Throws TPM_INVALID_KEYUSAGE unless the owner lets delegations use a certified migratable key
 * (Part 3, 11.5).
 */
export function requireUnrestricted(tpm: Tpm, key: Key): void {
  if (!key.hasFlag(TPM_MIGRATEAUTHORITY)) return;
  const bit = CMK_DELEGATE_BITS.get(key.keyUsage) ?? 0;
  if ((tpm.permanent.restrictDelegate & bit) !== 0) return;
  throw tpmError("TPM_INVALID_KEYUSAGE", "the owner lets no delegation use such migratable keys");
}

/** A row of the delegation table; throws TPM_BADINDEX for an empty one. */
export function delegationInRow(tpm: Tpm, index: number): TpmDelegateTableRow {
  const found = tpm.permanent.delegateTable.find((row) => row.index === index);
  if (found === undefined) throw tpmError("TPM_BADINDEX", `row ${index} holds no delegation`);
  return found.row;
}
