import { decode, encode, U32 } from "../codec/mod.ts";
import * as C from "../tpm12/constants/mod.ts";
import {
  TPM_PERMANENT_FLAGS,
  TPM_STCLEAR_FLAGS,
  type TpmPermanentFlags,
  type TpmStclearFlags,
} from "../tpm12/structures/mod.ts";
import * as S from "./constants/tpm_status.ts";
import type { TpmBase } from "./tpm_base.ts";
import { TpmIntegrity } from "./tpm_integrity.ts";
import { tspError } from "./tsp_error.ts";

type SetStatus = (tpm: TpmBase, state: boolean) => Promise<unknown>;
type GetStatus = (flags: {
  readonly permanent: TpmPermanentFlags;
  readonly stclear: TpmStclearFlags;
}) => boolean;

/** The state of the TPM, flag by flag. */
export abstract class TpmStatus extends TpmIntegrity {
  /**
   * `Tspi_TPM_SetStatus`: sets a flag of the TPM's state (TSS_TPMSTATUS_*), as the owner, the
   * operator or by physical presence. Some flags can only be set one way; `tpmState` is not looked
   * at then.
   *
   * Throws TSS_E_BAD_PARAMETER for a flag that cannot be set, TPM_AUTHFAIL, TPM_BAD_PRESENCE.
   */
  async setStatus(statusFlag: number, tpmState: boolean): Promise<void> {
    const set = SETTERS[statusFlag];
    if (set === undefined) throw unknownFlag(statusFlag);
    await set(this.opened(), tpmState);
  }

  /**
   * `Tspi_TPM_GetStatus`: a flag of the TPM's state (TSS_TPMSTATUS_*). Throws TSS_E_BAD_PARAMETER
   * for a flag that there is not, TSS_E_NOTIMPL for TSS_TPMSTATUS_POSTINITIALISE, which no command
   * tells.
   */
  async getStatus(statusFlag: number): Promise<boolean> {
    if (statusFlag === S.TSS_TPMSTATUS_POSTINITIALISE) throw tspError("TSS_E_NOTIMPL");
    const get = GETTERS[statusFlag];
    if (get === undefined) throw unknownFlag(statusFlag);
    return get({
      permanent: await this.permanentFlags(),
      stclear: await this.stclearFlags(),
    });
  }

  /** TPM_PERMANENT_FLAGS. */
  async permanentFlags(): Promise<TpmPermanentFlags> {
    return decode(TPM_PERMANENT_FLAGS, await this.#flags(C.TPM_CAP_FLAG_PERMANENT, 22));
  }

  /** TPM_STCLEAR_FLAGS. */
  async stclearFlags(): Promise<TpmStclearFlags> {
    return decode(TPM_STCLEAR_FLAGS, await this.#flags(C.TPM_CAP_FLAG_VOLATILE, 7));
  }

  /** Older TPMs know fewer flags: the rest is FALSE. */
  async #flags(subCap: number, size: number): Promise<Uint8Array> {
    const { resp } = await this.context.execute("TPM_GetCapability", {
      request: { capArea: C.TPM_CAP_FLAG, subCap: encode(U32, subCap) },
    });
    const flags = new Uint8Array(size);
    flags.set(resp.subarray(0, size));
    return flags;
  }
}

const GETTERS: Readonly<Record<number, GetStatus | undefined>> = {
  [S.TSS_TPMSTATUS_DISABLEOWNERCLEAR]: ({ permanent }) => permanent.disableOwnerClear,
  [S.TSS_TPMSTATUS_DISABLEFORCECLEAR]: ({ stclear }) => stclear.disableForceClear,
  [S.TSS_TPMSTATUS_DISABLED]: ({ permanent }) => permanent.disable,
  [S.TSS_TPMSTATUS_DEACTIVATED]: ({ stclear }) => stclear.deactivated,
  [S.TSS_TPMSTATUS_OWNERSETDISABLE]: ({ permanent }) => permanent.disable,
  [S.TSS_TPMSTATUS_SETOWNERINSTALL]: ({ permanent }) => permanent.ownership,
  [S.TSS_TPMSTATUS_DISABLEPUBEKREAD]: ({ permanent }) => !permanent.readPubek,
  [S.TSS_TPMSTATUS_ALLOWMAINTENANCE]: ({ permanent }) => permanent.allowMaintenance,
  [S.TSS_TPMSTATUS_PHYSPRES_LIFETIMELOCK]: ({ permanent }) =>
    permanent.physicalPresenceLifetimeLock,
  [S.TSS_TPMSTATUS_PHYSPRES_HWENABLE]: ({ permanent }) => permanent.physicalPresenceHWEnable,
  [S.TSS_TPMSTATUS_PHYSPRES_CMDENABLE]: ({ permanent }) => permanent.physicalPresenceCMDEnable,
  [S.TSS_TPMSTATUS_PHYSPRES_LOCK]: ({ stclear }) => stclear.physicalPresenceLock,
  [S.TSS_TPMSTATUS_PHYSPRESENCE]: ({ stclear }) => stclear.physicalPresence,
  [S.TSS_TPMSTATUS_PHYSICALDISABLE]: ({ permanent }) => permanent.disable,
  [S.TSS_TPMSTATUS_CEKP_USED]: ({ permanent }) => permanent.CEKPUsed,
  [S.TSS_TPMSTATUS_PHYSICALSETDEACTIVATED]: ({ permanent }) => permanent.deactivated,
  [S.TSS_TPMSTATUS_SETTEMPDEACTIVATED]: ({ stclear }) => stclear.deactivated,
  [S.TSS_TPMSTATUS_TPMPOST]: ({ permanent }) => permanent.TPMpost,
  [S.TSS_TPMSTATUS_TPMPOSTLOCK]: ({ permanent }) => permanent.TPMpostLock,
  [S.TSS_TPMSTATUS_DISABLEPUBSRKREAD]: ({ permanent }) => !permanent.readSRKPub,
  [S.TSS_TPMSTATUS_MAINTENANCEUSED]: ({ permanent }) => permanent.maintenanceDone,
  [S.TSS_TPMSTATUS_OPERATORINSTALLED]: ({ permanent }) => permanent.operator,
  [S.TSS_TPMSTATUS_FIPS]: ({ permanent }) => permanent.FIPS,
  [S.TSS_TPMSTATUS_ENABLEREVOKEEK]: ({ permanent }) => permanent.enableRevokeEK,
  [S.TSS_TPMSTATUS_NV_LOCK]: ({ permanent }) => permanent.nvLocked,
  [S.TSS_TPMSTATUS_TPM_ESTABLISHED]: ({ permanent }) => permanent.tpmEstablished,
  [S.TSS_TPMSTATUS_DISABLE_FULL_DA_LOGIC_INFO]: ({ permanent }) => permanent.disableFullDALogicInfo,
};

const SETTERS: Readonly<Record<number, SetStatus | undefined>> = {
  [S.TSS_TPMSTATUS_DISABLEOWNERCLEAR]: (tpm) =>
    tpm.context.execute("TPM_DisableOwnerClear", { request: {}, auth: [tpm.ownerAuthorizer()] }),
  [S.TSS_TPMSTATUS_DISABLEFORCECLEAR]: (tpm) =>
    tpm.context.execute("TPM_DisableForceClear", { request: {} }),
  [S.TSS_TPMSTATUS_DISABLED]: ownerSetDisable,
  [S.TSS_TPMSTATUS_OWNERSETDISABLE]: ownerSetDisable,
  [S.TSS_TPMSTATUS_DEACTIVATED]: setDeactivated,
  [S.TSS_TPMSTATUS_SETOWNERINSTALL]: (tpm, state) =>
    tpm.context.execute("TPM_SetOwnerInstall", { request: { state } }),
  [S.TSS_TPMSTATUS_DISABLEPUBEKREAD]: (tpm, state) =>
    state
      ? tpm.context.execute("TPM_DisablePubekRead", { request: {}, auth: [tpm.ownerAuthorizer()] })
      : setPermanentFlag(tpm, C.TPM_PF_READPUBEK, true),
  [S.TSS_TPMSTATUS_ALLOWMAINTENANCE]: (tpm, state) => {
    if (state) throw tspError("TSS_E_BAD_PARAMETER", "maintenance can only be forbidden");
    return tpm.context.execute("TPM_KillMaintenanceFeature", {
      request: {},
      auth: [tpm.ownerAuthorizer()],
    });
  },
  [S.TSS_TPMSTATUS_PHYSPRES_LIFETIMELOCK]: (tpm) =>
    physicalPresence(tpm, C.TPM_PHYSICAL_PRESENCE_LIFETIME_LOCK),
  [S.TSS_TPMSTATUS_PHYSPRES_HWENABLE]: (tpm, state) =>
    physicalPresence(
      tpm,
      state ? C.TPM_PHYSICAL_PRESENCE_HW_ENABLE : C.TPM_PHYSICAL_PRESENCE_HW_DISABLE,
    ),
  [S.TSS_TPMSTATUS_PHYSPRES_CMDENABLE]: (tpm, state) =>
    physicalPresence(
      tpm,
      state ? C.TPM_PHYSICAL_PRESENCE_CMD_ENABLE : C.TPM_PHYSICAL_PRESENCE_CMD_DISABLE,
    ),
  [S.TSS_TPMSTATUS_PHYSPRES_LOCK]: (tpm) => physicalPresence(tpm, C.TPM_PHYSICAL_PRESENCE_LOCK),
  [S.TSS_TPMSTATUS_PHYSPRESENCE]: (tpm, state) =>
    physicalPresence(
      tpm,
      state ? C.TPM_PHYSICAL_PRESENCE_PRESENT : C.TPM_PHYSICAL_PRESENCE_NOTPRESENT,
    ),
  [S.TSS_TPMSTATUS_PHYSICALDISABLE]: (tpm, state) =>
    tpm.context.execute(state ? "TPM_PhysicalDisable" : "TPM_PhysicalEnable", { request: {} }),
  [S.TSS_TPMSTATUS_PHYSICALSETDEACTIVATED]: setDeactivated,
  [S.TSS_TPMSTATUS_SETTEMPDEACTIVATED]: (tpm) =>
    tpm.context.execute("TPM_SetTempDeactivated", {
      request: {},
      auth: [tpm.operatorAuthorizer()],
    }),
  [S.TSS_TPMSTATUS_DISABLEPUBSRKREAD]: (tpm, state) =>
    setPermanentFlag(tpm, C.TPM_PF_READSRKPUB, !state),
  // The same number as TSS_TPMSTATUS_DISABLE_FULL_DA_LOGIC_INFO, which is only read.
  [S.TSS_TPMSTATUS_RESETLOCK]: (tpm) =>
    tpm.context.execute("TPM_ResetLockValue", { request: {}, auth: [tpm.ownerAuthorizer()] }),
};

function ownerSetDisable(tpm: TpmBase, disableState: boolean): Promise<unknown> {
  return tpm.context.execute("TPM_OwnerSetDisable", {
    request: { disableState },
    auth: [tpm.ownerAuthorizer()],
  });
}

function setDeactivated(tpm: TpmBase, state: boolean): Promise<unknown> {
  return tpm.context.execute("TPM_PhysicalSetDeactivated", { request: { state } });
}

function setPermanentFlag(tpm: TpmBase, flag: number, value: boolean): Promise<unknown> {
  return tpm.context.execute("TPM_SetCapability", {
    request: {
      capArea: C.TPM_SET_PERM_FLAGS,
      subCap: encode(U32, flag),
      setValue: Uint8Array.of(value ? 1 : 0),
    },
    auth: [tpm.ownerAuthorizer()],
  });
}

function physicalPresence(tpm: TpmBase, bits: number): Promise<unknown> {
  return tpm.context.execute("TSC_PhysicalPresence", { request: { physicalPresence: bits } });
}

function unknownFlag(statusFlag: number): Error {
  return tspError("TSS_E_BAD_PARAMETER", `there is no status flag 0x${statusFlag.toString(16)}`);
}
