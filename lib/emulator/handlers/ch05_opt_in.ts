import type { Tpm } from "../tpm.ts";
import type { Handler } from "./handler.ts";

/** TPM_SetOwnerInstall (Part 3, 5.1). */
export const TPM_SetOwnerInstall: Handler<"TPM_SetOwnerInstall"> = (tpm, { state }) => {
  // 1. With an owner there is nothing to allow.
  if (tpm.permanent.ownerInstalled) return {};
  // 2.
  tpm.requirePhysicalPresence();
  return setFlag(tpm, "ownership", state);
};

/** TPM_OwnerSetDisable (Part 3, 5.2). */
export const TPM_OwnerSetDisable: Handler<"TPM_OwnerSetDisable"> = (tpm, { disableState }) => {
  // 2.
  return setFlag(tpm, "disable", disableState);
};

/** TPM_PhysicalEnable (Part 3, 5.3). */
export const TPM_PhysicalEnable: Handler<"TPM_PhysicalEnable"> = (tpm) => {
  // 1.
  tpm.requirePhysicalPresence();
  // 2.
  return setFlag(tpm, "disable", false);
};

/** TPM_PhysicalDisable (Part 3, 5.4). */
export const TPM_PhysicalDisable: Handler<"TPM_PhysicalDisable"> = (tpm) => {
  // 1.
  tpm.requirePhysicalPresence();
  // 2.
  return setFlag(tpm, "disable", true);
};

/** TPM_PhysicalSetDeactivated (Part 3, 5.5). It counts from the next TPM_Startup(ST_CLEAR). */
export const TPM_PhysicalSetDeactivated: Handler<"TPM_PhysicalSetDeactivated"> = (
  tpm,
  { state },
) => {
  // 1.
  tpm.requirePhysicalPresence();
  // 2.
  return setFlag(tpm, "deactivated", state);
};

/** TPM_SetTempDeactivated (Part 3, 5.6). */
export const TPM_SetTempDeactivated: Handler<"TPM_SetTempDeactivated"> = (tpm, _request, call) => {
  // 2. Without the operator's session, which was checked before (1).
  if (!call.has("operator")) tpm.requirePhysicalPresence();
  // 3.
  tpm.volatile.flags.deactivated = true;
  return {};
};

/** TPM_SetOperatorAuth (Part 3, 5.7). */
export const TPM_SetOperatorAuth: Handler<"TPM_SetOperatorAuth"> = (tpm, { operatorAuth }) => {
  // 1.
  tpm.requirePhysicalPresence();
  // 2.
  tpm.permanent.operatorAuth.fill(0);
  tpm.permanent.operatorAuth = operatorAuth.slice();
  // 3.
  return setFlag(tpm, "operator", true);
};

type Flag = "ownership" | "disable" | "deactivated" | "operator";

function setFlag(tpm: Tpm, flag: Flag, value: boolean): Record<never, never> {
  tpm.permanent.flags[flag] = value;
  tpm.changed();
  return {};
}
