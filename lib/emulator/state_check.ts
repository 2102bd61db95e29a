import type { Command } from "../tpm12/commands/mod.ts";
import { tpmError } from "../tpm12/tss_error.ts";
import { isLockedOut } from "./dictionary_attack.ts";
import type { Tpm } from "./tpm.ts";

/**
 * Throws unless a command may run in the TPM's state: lockout, failure mode, before TPM_Startup,
 * disabled, deactivated, without owner, asked in this order.
 */
export function requireState(tpm: Tpm, command: Command, hasSessions: boolean): void {
  const { needs } = command;
  const { flags } = tpm.permanent;
  if (hasSessions) requireNoLockout(tpm, command);
  if (needs.selfTest && tpm.failure !== null) {
    throw tpmError("TPM_FAILEDSELFTEST", `the TPM is in failure mode: ${tpm.failure}`);
  }
  if (needs.startup && tpm.postInitialise) {
    throw tpmError("TPM_INVALID_POSTINIT", "TPM_Startup has not run since power on");
  }
  if (applies(tpm, needs.enabled) && flags.disable) {
    throw tpmError("TPM_DISABLED", "the TPM is disabled");
  }
  if (applies(tpm, needs.activated) && tpm.volatile.flags.deactivated) {
    throw tpmError("TPM_DEACTIVATED", "the TPM is deactivated");
  }
  if (needs.owner && !tpm.permanent.ownerInstalled) {
    throw tpmError("TPM_NOSRK", "no owner is installed");
  }
}

function requireNoLockout(tpm: Tpm, command: Command): void {
  // TPM_ResetLockValue may be tried again once the lockout is over (Part 3, 9.3, action 1.a).
  if (!isLockedOut(tpm)) tpm.volatile.disableResetLock = false;
  else if (!command.ignoresLockout) {
    throw tpmError("TPM_DEFEND_LOCK_RUNNING", "too many authorisations failed; wait");
  }
}

function applies(tpm: Tpm, need: boolean | "nvLocked"): boolean {
  return need === "nvLocked" ? tpm.permanent.flags.nvLocked : need;
}
