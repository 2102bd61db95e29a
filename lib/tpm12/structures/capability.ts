import {
  BOOL,
  bytes,
  type Codec,
  SIZED16,
  SIZED32,
  struct,
  tag,
  U16,
  U32,
  U8,
} from "../../codec/mod.ts";
import {
  TPM_TAG_CAP_VERSION_INFO,
  TPM_TAG_DA_ACTION_TYPE,
  TPM_TAG_DA_INFO,
  TPM_TAG_DA_INFO_LIMITED,
  TPM_TAG_PERMANENT_FLAGS,
  TPM_TAG_STCLEAR_FLAGS,
} from "../constants/mod.ts";
import { TPM_VERSION, type TpmVersion } from "./basics.ts";

/** TPM_PERMANENT_FLAGS: flags that outlive power off (Part 2, 7.1). */
export interface TpmPermanentFlags {
  /** TPM_TAG_PERMANENT_FLAGS. */
  tag: typeof TPM_TAG_PERMANENT_FLAGS;
  /** The TPM is disabled. */
  disable: boolean;
  /** An owner may be installed. */
  ownership: boolean;
  /** The TPM is deactivated from the next TPM_Startup(ST_CLEAR). */
  deactivated: boolean;
  /** Anybody may read the public endorsement key. */
  readPubek: boolean;
  /** The owner cannot clear the TPM. */
  disableOwnerClear: boolean;
  /** Maintenance archives may be made. */
  allowMaintenance: boolean;
  /** The next two flags are fixed. */
  physicalPresenceLifetimeLock: boolean;
  /** The hardware signal counts as physical presence. */
  physicalPresenceHWEnable: boolean;
  /** TSC_PhysicalPresence can assert physical presence. */
  physicalPresenceCMDEnable: boolean;
  /** The endorsement key was made by TPM_CreateEndorsementKeyPair. */
  CEKPUsed: boolean;
  /** Full self-test before anything else. */
  TPMpost: boolean;
  /** TPMpost is fixed. */
  TPMpostLock: boolean;
  /** FIPS mode. */
  FIPS: boolean;
  /** An operator secret is set. */
  operator: boolean;
  /** The endorsement key may be revoked. */
  enableRevokeEK: boolean;
  /** NV storage checks authorisation. */
  nvLocked: boolean;
  /** TPM_GetPubKey reads the SRK. */
  readSRKPub: boolean;
  /** A trusted operating system was started once. */
  tpmEstablished: boolean;
  /** A maintenance archive was loaded. */
  maintenanceDone: boolean;
  /** TPM_CAP_DA_LOGIC tells little. */
  disableFullDALogicInfo: boolean;
}

/** Wire form of {@linkcode TpmPermanentFlags}. */
export const TPM_PERMANENT_FLAGS: Codec<TpmPermanentFlags> = struct("TPM_PERMANENT_FLAGS", {
  tag: tag(TPM_TAG_PERMANENT_FLAGS),
  disable: BOOL,
  ownership: BOOL,
  deactivated: BOOL,
  readPubek: BOOL,
  disableOwnerClear: BOOL,
  allowMaintenance: BOOL,
  physicalPresenceLifetimeLock: BOOL,
  physicalPresenceHWEnable: BOOL,
  physicalPresenceCMDEnable: BOOL,
  CEKPUsed: BOOL,
  TPMpost: BOOL,
  TPMpostLock: BOOL,
  FIPS: BOOL,
  operator: BOOL,
  enableRevokeEK: BOOL,
  nvLocked: BOOL,
  readSRKPub: BOOL,
  tpmEstablished: BOOL,
  maintenanceDone: BOOL,
  disableFullDALogicInfo: BOOL,
});

/** TPM_STCLEAR_FLAGS: flags until TPM_Startup(ST_CLEAR) (Part 2, 7.2). */
export interface TpmStclearFlags {
  /** TPM_TAG_STCLEAR_FLAGS. */
  tag: typeof TPM_TAG_STCLEAR_FLAGS;
  /** The TPM is deactivated now. */
  deactivated: boolean;
  /** TPM_ForceClear is refused. */
  disableForceClear: boolean;
  /** Physical presence by command. */
  physicalPresence: boolean;
  /** Physical presence by command is fixed. */
  physicalPresenceLock: boolean;
  /** NV areas with GLOBALLOCK cannot be written. */
  bGlobalLock: boolean;
}

/** Wire form of {@linkcode TpmStclearFlags}. */
export const TPM_STCLEAR_FLAGS: Codec<TpmStclearFlags> = struct("TPM_STCLEAR_FLAGS", {
  tag: tag(TPM_TAG_STCLEAR_FLAGS),
  deactivated: BOOL,
  disableForceClear: BOOL,
  physicalPresence: BOOL,
  physicalPresenceLock: BOOL,
  bGlobalLock: BOOL,
});

/** TPM_CAP_VERSION_INFO: version and maker of the TPM (Part 2, 21.6). */
export interface TpmCapVersionInfo {
  /** TPM_TAG_CAP_VERSION_INFO. */
  tag: typeof TPM_TAG_CAP_VERSION_INFO;
  /** 1.2 and the revision of the maker. */
  version: TpmVersion;
  /** Level of the specification. */
  specLevel: number;
  /** Errata of the specification. */
  errataRev: number;
  /** Maker, in ASCII. */
  tpmVendorID: Uint8Array;
  /** Of the maker. */
  vendorSpecific: Uint8Array;
}

/** Wire form of {@linkcode TpmCapVersionInfo}. */
export const TPM_CAP_VERSION_INFO: Codec<TpmCapVersionInfo> = struct("TPM_CAP_VERSION_INFO", {
  tag: tag(TPM_TAG_CAP_VERSION_INFO),
  version: TPM_VERSION,
  specLevel: U16,
  errataRev: U8,
  tpmVendorID: bytes("tpmVendorID", 4),
  vendorSpecific: SIZED16,
});

/** TPM_DA_ACTION_TYPE: what happens in a lockout (Part 2, 21). */
export interface TpmDaActionType {
  /** TPM_TAG_DA_ACTION_TYPE. */
  tag: typeof TPM_TAG_DA_ACTION_TYPE;
  /** TPM_DA_ACTION_* bits. */
  actions: number;
}

/** Wire form of {@linkcode TpmDaActionType}. */
export const TPM_DA_ACTION_TYPE: Codec<TpmDaActionType> = struct("TPM_DA_ACTION_TYPE", {
  tag: tag(TPM_TAG_DA_ACTION_TYPE),
  actions: U32,
});

/** TPM_DA_INFO: state of the dictionary attack defence (Part 2, 21). */
export interface TpmDaInfo {
  /** TPM_TAG_DA_INFO. */
  tag: typeof TPM_TAG_DA_INFO;
  /** TPM_DA_STATE_*. */
  state: number;
  /** Failed authorisations. */
  currentCount: number;
  /** How many may fail. */
  thresholdCount: number;
  /** What happens beyond. */
  actionAtThreshold: TpmDaActionType;
  /** Seconds left of a time-out. */
  actionDependValue: number;
  /** Of the maker. */
  vendorData: Uint8Array;
}

/** Wire form of {@linkcode TpmDaInfo}. */
export const TPM_DA_INFO: Codec<TpmDaInfo> = struct("TPM_DA_INFO", {
  tag: tag(TPM_TAG_DA_INFO),
  state: U8,
  currentCount: U16,
  thresholdCount: U16,
  actionAtThreshold: TPM_DA_ACTION_TYPE,
  actionDependValue: U32,
  vendorData: SIZED32,
});

/** TPM_DA_INFO_LIMITED: as TPM_DA_INFO, telling less (Part 2, 21). */
export interface TpmDaInfoLimited {
  /** TPM_TAG_DA_INFO_LIMITED. */
  tag: typeof TPM_TAG_DA_INFO_LIMITED;
  /** TPM_DA_STATE_*. */
  state: number;
  /** What happens beyond. */
  actionAtThreshold: TpmDaActionType;
  /** Of the maker. */
  vendorData: Uint8Array;
}

/** Wire form of {@linkcode TpmDaInfoLimited}. */
export const TPM_DA_INFO_LIMITED: Codec<TpmDaInfoLimited> = struct("TPM_DA_INFO_LIMITED", {
  tag: tag(TPM_TAG_DA_INFO_LIMITED),
  state: U8,
  actionAtThreshold: TPM_DA_ACTION_TYPE,
  vendorData: SIZED32,
});
