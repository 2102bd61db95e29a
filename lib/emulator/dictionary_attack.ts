import { encode } from "../codec/mod.ts";
import {
  TPM_DA_ACTION_TIMEOUT,
  TPM_DA_STATE_ACTIVE,
  TPM_DA_STATE_INACTIVE,
  TPM_TAG_DA_ACTION_TYPE,
  TPM_TAG_DA_INFO,
  TPM_TAG_DA_INFO_LIMITED,
} from "../tpm12/constants/mod.ts";
import { TPM_DA_INFO, TPM_DA_INFO_LIMITED } from "../tpm12/structures/mod.ts";
import type { Tpm } from "./tpm.ts";

/**
 * The defence against guessing secrets (Part 1, 21; Part 3, 9.3 leaves the method to the maker):
 * every wrong HMAC counts, whatever it was for. From one above the threshold on, each locks all
 * authorised commands out, for one second at first and twice as long each time after. The count
 * outlives power off; TPM_ResetLockValue puts it back to 0.
 */
export function countAuthFailure(tpm: Tpm): void {
  tpm.permanent.authFailCount++;
  tpm.changed();
  startLockout(tpm);
}

/**
 * Starts the lockout that the count asks for, if any. A power cycle does not shorten one: it starts
 * anew with the count that was kept.
 */
export function startLockout(tpm: Tpm): void {
  const beyond = tpm.permanent.authFailCount - tpm.limits.dictionaryAttackThreshold;
  if (beyond > 0) tpm.volatile.lockoutEnd = tpm.clock() + lockoutTime(beyond);
}

/** Microseconds of the n-th lockout, n from 1. */
function lockoutTime(beyond: number): bigint {
  return 1_000_000n << BigInt(Math.min(beyond - 1, 31));
}

/** Whether authorised commands are locked out now. */
export function isLockedOut(tpm: Tpm): boolean {
  return lockoutLeft(tpm) > 0n;
}

/** Microseconds until the lockout ends; 0 when there is none. */
export function lockoutLeft(tpm: Tpm): bigint {
  const { lockoutEnd } = tpm.volatile;
  if (lockoutEnd === 0n) return 0n;
  const left = lockoutEnd - tpm.clock();
  return left > 0n ? left : 0n;
}

/** TPM_ResetLockValue succeeded. */
export function resetAuthFailures(tpm: Tpm): void {
  if (tpm.permanent.authFailCount !== 0) {
    tpm.permanent.authFailCount = 0;
    tpm.changed();
  }
  tpm.volatile.lockoutEnd = 0n;
  tpm.volatile.disableResetLock = false;
}

/** TPM_CAP_DA_LOGIC: TPM_DA_INFO, or TPM_DA_INFO_LIMITED when the owner wants little told. */
export function dictionaryAttackInfo(tpm: Tpm): Uint8Array {
  const { permanent, limits } = tpm;
  const left = lockoutLeft(tpm);
  const common = {
    state: left > 0n ? TPM_DA_STATE_ACTIVE : TPM_DA_STATE_INACTIVE,
    actionAtThreshold: { tag: TPM_TAG_DA_ACTION_TYPE, actions: TPM_DA_ACTION_TIMEOUT },
    vendorData: new Uint8Array(0),
  } as const;
  if (permanent.flags.disableFullDALogicInfo) {
    return encode(TPM_DA_INFO_LIMITED, { tag: TPM_TAG_DA_INFO_LIMITED, ...common });
  }
  return encode(TPM_DA_INFO, {
    tag: TPM_TAG_DA_INFO,
    ...common,
    currentCount: Math.min(permanent.authFailCount, 0xffff),
    thresholdCount: limits.dictionaryAttackThreshold,
    actionDependValue: Number((left + 999_999n) / 1_000_000n),
  });
}
