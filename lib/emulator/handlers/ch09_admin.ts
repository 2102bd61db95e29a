import { TPM_REDIRECTION } from "../../tpm12/constants/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import { resetAuthFailures } from "../dictionary_attack.ts";
import { ownerEntity } from "../entities.ts";
import type { Tpm } from "../tpm.ts";
import type { Handler } from "./handler.ts";

/** Bit of TPM_STCLEAR_DATA.deferredPhysicalPresence (Part 2, 7.5). */
const UNOWNED_FIELD_UPGRADE = 0x00000001;
/** The redirection to a GPIO channel, the only one that TCG defined (Part 2, 23.1). */
const TPM_REDIR_GPIO = 0x00000001;

/**
 * TPM_FieldUpgrade (Part 3, 9.1). This TPM's protected capabilities are the program it is part of,
 * which no command can change: an upgrade is a newer program, and the state goes on with it. So
 * the command brings nothing that had to be validated (3, 4), and what it installs (5, 6) is what
 * is running. Who may upgrade is asked all the same.
 */
export const TPM_FieldUpgrade: Handler<"TPM_FieldUpgrade"> = (tpm, _request, call) => {
  if (tpm.permanent.ownerInstalled) {
    // 1. The session was checked before.
    if (!call.has("owner")) throw tpmError("TPM_AUTHFAIL", "an upgrade is up to the owner");
  } else if ((tpm.volatile.deferredPhysicalPresence & UNOWNED_FIELD_UPGRADE) === 0) {
    // 2.
    throw tpmError("TPM_BAD_PRESENCE", "no presence was deferred to upgrade a TPM without owner");
  }
  return {};
};

/** TPM_SetRedirection (Part 3, 9.2). */
export const TPM_SetRedirection: Handler<"TPM_SetRedirection"> = (
  tpm,
  { keyHandle, redirCmd, inputData },
) => {
  // 3.
  if (redirCmd !== TPM_REDIR_GPIO) {
    throw tpmError("TPM_BAD_PARAMETER", `there is no redirection ${redirCmd}`);
  }
  // 2.a.
  const { key } = usable(tpm, keyHandle);
  // 2.b.
  if (!key.hasFlag(TPM_REDIRECTION)) {
    throw tpmError("TPM_BAD_TYPE", "the key is not made for redirection");
  }
  // 2.c.
  if (inputData.length !== 4) {
    throw tpmError("TPM_BAD_PARAM_SIZE", "the number of a channel has 4 bytes");
  }
  // 2.d. No pins lead out of a TPM in software: none of its channels is valid.
  throw tpmError("TPM_BAD_PARAMETER", "there is no such GPIO channel");
};

function usable(tpm: Tpm, keyHandle: number) {
  const loaded = tpm.volatile.keys.get(keyHandle);
  if (loaded !== undefined) return loaded;
  throw tpmError("TPM_INVALID_KEYHANDLE", "no key is loaded at keyHandle");
}

/** TPM_ResetLockValue (Part 3, 9.3). */
export const TPM_ResetLockValue: Handler<"TPM_ResetLockValue"> = (tpm, _request, call) => {
  const { volatile } = tpm;
  // 1.
  if (volatile.disableResetLock) {
    throw tpmError("TPM_AUTHFAIL", "this failed since the lockout began; wait until it ends");
  }
  try {
    call.authorize("owner", ownerEntity(tpm));
  } catch (error) {
    // 2.a. When a wrong HMAC was counted, the lockout began anew (2.b).
    volatile.disableResetLock = true;
    throw error;
  }
  // 3.
  resetAuthFailures(tpm);
  return {};
};
