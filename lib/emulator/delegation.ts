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
  TPM_KH_OWNER,
  TPM_MIGRATEAUTHORITY,
  TPM_PID_OIAP,
} from "../tpm12/constants/mod.ts";
import type {
  TpmDelegatePublic,
  TpmDelegateTableRow,
  TpmFamilyTableEntry,
} from "../tpm12/structures/mod.ts";
import { tpmError } from "../tpm12/tss_error.ts";
import type { Call } from "./call.ts";
import type { Key } from "./state/key.ts";
import { releaseOf } from "./state/release_condition.ts";
import type { AuthSession } from "./state/sessions.ts";
import type { Tpm } from "./tpm.ts";

/** Stands in a row of the family table that is free. */
export const NO_FAMILY = 0;

/** The family with an identifier; throws TPM_BADINDEX. */
export function familyOf(tpm: Tpm, familyID: number): TpmFamilyTableEntry {
  const family = tpm.permanent.familyTable.find((entry) => entry.familyID === familyID);
  if (family === undefined || familyID === NO_FAMILY) {
    throw tpmError("TPM_BADINDEX", `there is no family ${familyID}`);
  }
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
  const { permissions } = delegation;
  const forOwner = permissions.delegateType === TPM_DEL_OWNER_BITS;
  const bit = forOwner ? command.delegate.owner : command.delegate.key;
  if (bit === undefined || (permissions.per1 & bit) === 0) {
    throw tpmError("TPM_AUTHFAIL", `the delegation does not allow ${command.name}`);
  }
  requireCurrent(tpm, delegation);
  tpm.requireRelease(releaseOf(delegation.pcrInfo));
}

/**
 * Throws unless the family of a delegation is there, enabled, and at the count the delegation was
 * made for: TPM_BADINDEX, TPM_DISABLED_CMD, TPM_FAMILYCOUNT.
 */
export function requireCurrent(tpm: Tpm, delegation: TpmDelegatePublic): void {
  const family = familyOf(tpm, delegation.familyID);
  requireEnabled(family);
  if (family.verificationCount !== delegation.verificationCount) {
    throw tpmError("TPM_FAMILYCOUNT", `the delegation is of another verification count`);
  }
}

/** Throws TPM_DISABLED_CMD for a family that is disabled. */
export function requireEnabled({ flags, familyID }: TpmFamilyTableEntry): void {
  if ((flags & TPM_FAMFLAG_ENABLED) === 0) {
    throw tpmError("TPM_DISABLED_CMD", `family ${familyID} is disabled`);
  }
}

/** Throws TPM_DELEGATE_FAMILY when a delegation is used on another family than its own. */
export function requireSameFamily(delegation: TpmDelegatePublic | null, familyID: number): void {
  if (delegation !== null && delegation.familyID !== familyID) {
    throw tpmError(
      "TPM_DELEGATE_FAMILY",
      `the delegation belongs to family ${delegation.familyID}`,
    );
  }
}

/**
 * What is done whenever the tables change (Part 3, 19): all sessions with a shared secret end, the
 * one in use with its answer, and the owner is the owner again.
 */
export function endDelegations({ volatile }: Tpm, call: Call): void {
  const hasSharedSecret = ({ protocolID }: AuthSession): boolean => protocolID !== TPM_PID_OIAP;
  for (const use of call.sessions) {
    if (hasSharedSecret(use.session as AuthSession)) use.continueAuthSession = false;
  }
  volatile.authSessions.deleteWhere(hasSharedSecret);
  volatile.ownerReference = TPM_KH_OWNER;
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
