import { auditInput } from "../audit.ts";
import { startLockout } from "../dictionary_attack.ts";
import {
  TPM_ISVOLATILE,
  TPM_KH_OWNER,
  TPM_ST_CLEAR,
  TPM_ST_DEACTIVATED,
  TPM_ST_STATE,
} from "../../tpm12/constants/mod.ts";
import { COMMANDS } from "../../tpm12/commands/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import { NO_COUNTER } from "../state/volatile.ts";
import type { Tpm } from "../tpm.ts";
import type { Handler } from "./handler.ts";

/** TPM_Init (Part 3, 3.1): a signal of the platform, which no command can give. */
export const TPM_Init: Handler<"TPM_Init"> = () => {
  throw tpmError("TPM_BAD_ORDINAL", "TPM_Init is a signal, not a command");
};

/** TPM_Startup (Part 3, 3.2). */
export const TPM_Startup: Handler<"TPM_Startup"> = (tpm, { startupType }) => {
  // 1. Only once after TPM_Init.
  if (!tpm.postInitialise) throw tpmError("TPM_INVALID_POSTINIT", "TPM_Startup has run already");
  // Description 1. Failure mode: the wait for TPM_Startup ends, and no more.
  if (tpm.failure !== null) {
    tpm.postInitialise = false;
    throw tpmError("TPM_FAILEDSELFTEST", `the TPM is in failure mode: ${tpm.failure}`);
  }
  if (startupType === TPM_ST_CLEAR) startClear(tpm);
  else if (startupType === TPM_ST_STATE) restoreState(tpm);
  else if (startupType === TPM_ST_DEACTIVATED) startDeactivated(tpm);
  else throw tpmError("TPM_BAD_PARAMETER", `${startupType} is no startup type`);
  startLockout(tpm);
  startTicks(tpm);
  // 5. What TPM_SaveState saved serves once.
  tpm.store.dropVolatile();
  // 6.
  tpm.postInitialise = false;
  return {};
};

/** 2. ST_CLEAR. TPM_Init left everything volatile at its default: 2.a to 2.d and 2.f to 2.h. */
function startClear(tpm: Tpm): void {
  clearSessions(tpm);
  const { volatile, permanent } = tpm;
  // 2.c, 2.e, 2.h.
  Object.assign(volatile.flags, {
    deactivated: permanent.flags.deactivated,
    disableForceClear: false,
    physicalPresence: false,
    physicalPresenceLock: false,
    bGlobalLock: false,
  });
  // 2.g.
  volatile.contextNonceKey = null;
  volatile.countID = NO_COUNTER;
  volatile.ownerReference = TPM_KH_OWNER;
  // 2.i. Owner-evict keys alone stay.
  volatile.keys.deleteWhere(({ key, parentPCRStatus, ownerEvict }) =>
    !ownerEvict || parentPCRStatus || key.hasFlag(TPM_ISVOLATILE)
  );
  // The locks of NV areas that last until ST_CLEAR (Part 2, 19.3).
  for (const { pubInfo } of permanent.nvAreas) {
    pubInfo.bReadSTClear = false;
    pubInfo.bWriteSTClear = false;
  }
}

/** 3. ST_STATE. Resettable PCRs keep their default (3.c.i); all else comes back. */
function restoreState(tpm: Tpm): void {
  if (tpm.store.loadVolatile(tpm)) return;
  // 3.a. Nothing to restore: every later command is answered TPM_FAILEDSELFTEST.
  tpm.fail("TPM_Startup(ST_STATE) found no state that TPM_SaveState saved");
  tpm.postInitialise = false;
  throw tpmError("TPM_FAILEDSELFTEST", "TPM_SaveState did not run before power off");
}

/** 4. ST_DEACTIVATED. */
function startDeactivated(tpm: Tpm): void {
  clearSessions(tpm);
  tpm.volatile.flags.deactivated = true;
}

function clearSessions({ volatile }: Tpm): void {
  volatile.authSessions.clear();
  volatile.transportSessions.clear();
  volatile.daaSessions.clear();
  volatile.contextNonceSession = null;
  volatile.contextCount = 0;
  volatile.contextList = [];
}

/** A new run of the tick counter (Part 1, 20.1). */
function startTicks(tpm: Tpm): void {
  tpm.volatile.tickNonce = tpm.random(20);
  tpm.volatile.tickStart = tpm.clock();
}

/** TPM_SaveState (Part 3, 3.3). */
export const TPM_SaveState: Handler<"TPM_SaveState"> = (tpm, _request, call) => {
  // 2.a. The audit of this command covers its input alone and comes before the saving.
  if (tpm.auditsOrdinal(COMMANDS.TPM_SaveState.ordinal)) auditInput(tpm, call.digest);
  // 1, 3 to 8.
  tpm.store.saveVolatile(tpm);
  return {};
};
