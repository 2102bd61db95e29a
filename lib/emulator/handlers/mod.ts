import * as startup from "./ch03_startup.ts";
import * as testing from "./ch04_testing.ts";
import * as optIn from "./ch05_opt_in.ts";
import * as ownership from "./ch06_ownership.ts";
import * as presence from "./ch06_presence.ts";
import * as capability from "./ch07_capability.ts";
import * as setCapability from "./ch07_set_capability.ts";
import * as auditing from "./ch08_auditing.ts";
import * as admin from "./ch09_admin.ts";
import * as seal from "./ch10_seal.ts";
import * as storage from "./ch10_storage.ts";
import * as cmk from "./ch11_cmk.ts";
import * as migration from "./ch11_migration.ts";
import * as archive from "./ch12_load_archive.ts";
import * as maintenance from "./ch12_maintenance.ts";
import * as certify from "./ch13_certify.ts";
import * as crypto from "./ch13_crypto.ts";
import * as credentials from "./ch14_credentials.ts";
import * as identity from "./ch15_identity.ts";
import * as integrity from "./ch16_integrity.ts";
import * as authorizationChanging from "./ch17_authorization_changing.ts";
import * as delegatedSessions from "./ch18_delegated_sessions.ts";
import * as sessions from "./ch18_sessions.ts";
import * as delegation from "./ch19_delegation.ts";
import * as families from "./ch19_family.ts";
import * as nv from "./ch20_nv.ts";
import * as nvDefinition from "./ch20_nv_define.ts";
import * as sessionManagement from "./ch21_session_management.ts";
import * as eviction from "./ch22_eviction.ts";
import * as ticks from "./ch23_ticks.ts";
import * as transport from "./ch24_transport.ts";
import * as counters from "./ch25_counters.ts";
import * as daa from "./ch26_daa.ts";
import * as changeAuthAsym from "./ch27_change_auth_asym.ts";
import * as dir from "./ch27_dir.ts";
import * as deprecatedEviction from "./ch27_eviction.ts";
import * as loadKey from "./ch27_load_key.ts";
import * as pubek from "./ch27_pubek.ts";
import * as reset from "./ch27_reset.ts";
import * as savedContexts from "./ch27_saved_contexts.ts";
import * as deleted from "./ch28_deleted.ts";
import type { Handlers } from "./handler.ts";

/** The handler of every command, in the order of Part 3. */
export const HANDLERS: Handlers = {
  TPM_Init: startup.TPM_Init,
  TPM_Startup: startup.TPM_Startup,
  TPM_SaveState: startup.TPM_SaveState,
  TPM_SelfTestFull: testing.TPM_SelfTestFull,
  TPM_ContinueSelfTest: testing.TPM_ContinueSelfTest,
  TPM_GetTestResult: testing.TPM_GetTestResult,
  TPM_SetOwnerInstall: optIn.TPM_SetOwnerInstall,
  TPM_OwnerSetDisable: optIn.TPM_OwnerSetDisable,
  TPM_PhysicalEnable: optIn.TPM_PhysicalEnable,
  TPM_PhysicalDisable: optIn.TPM_PhysicalDisable,
  TPM_PhysicalSetDeactivated: optIn.TPM_PhysicalSetDeactivated,
  TPM_SetTempDeactivated: optIn.TPM_SetTempDeactivated,
  TPM_SetOperatorAuth: optIn.TPM_SetOperatorAuth,
  TPM_TakeOwnership: ownership.TPM_TakeOwnership,
  TPM_OwnerClear: ownership.TPM_OwnerClear,
  TPM_ForceClear: ownership.TPM_ForceClear,
  TPM_DisableOwnerClear: ownership.TPM_DisableOwnerClear,
  TPM_DisableForceClear: ownership.TPM_DisableForceClear,
  TSC_PhysicalPresence: presence.TSC_PhysicalPresence,
  TSC_ResetEstablishmentBit: presence.TSC_ResetEstablishmentBit,
  TPM_GetCapability: capability.TPM_GetCapability,
  TPM_SetCapability: setCapability.TPM_SetCapability,
  TPM_GetCapabilityOwner: capability.TPM_GetCapabilityOwner,
  TPM_GetAuditDigest: auditing.TPM_GetAuditDigest,
  TPM_GetAuditDigestSigned: auditing.TPM_GetAuditDigestSigned,
  TPM_SetOrdinalAuditStatus: auditing.TPM_SetOrdinalAuditStatus,
  TPM_FieldUpgrade: admin.TPM_FieldUpgrade,
  TPM_SetRedirection: admin.TPM_SetRedirection,
  TPM_ResetLockValue: admin.TPM_ResetLockValue,
  TPM_Seal: seal.TPM_Seal,
  TPM_Unseal: seal.TPM_Unseal,
  TPM_UnBind: storage.TPM_UnBind,
  TPM_CreateWrapKey: storage.TPM_CreateWrapKey,
  TPM_LoadKey2: storage.TPM_LoadKey2,
  TPM_GetPubKey: storage.TPM_GetPubKey,
  TPM_Sealx: seal.TPM_Sealx,
  TPM_CreateMigrationBlob: migration.TPM_CreateMigrationBlob,
  TPM_ConvertMigrationBlob: migration.TPM_ConvertMigrationBlob,
  TPM_AuthorizeMigrationKey: migration.TPM_AuthorizeMigrationKey,
  TPM_MigrateKey: migration.TPM_MigrateKey,
  TPM_CMK_SetRestrictions: cmk.TPM_CMK_SetRestrictions,
  TPM_CMK_ApproveMA: cmk.TPM_CMK_ApproveMA,
  TPM_CMK_CreateKey: cmk.TPM_CMK_CreateKey,
  TPM_CMK_CreateTicket: cmk.TPM_CMK_CreateTicket,
  TPM_CMK_CreateBlob: cmk.TPM_CMK_CreateBlob,
  TPM_CMK_ConvertMigration: cmk.TPM_CMK_ConvertMigration,
  TPM_CreateMaintenanceArchive: maintenance.TPM_CreateMaintenanceArchive,
  TPM_LoadMaintenanceArchive: archive.TPM_LoadMaintenanceArchive,
  TPM_KillMaintenanceFeature: maintenance.TPM_KillMaintenanceFeature,
  TPM_LoadManuMaintPub: maintenance.TPM_LoadManuMaintPub,
  TPM_ReadManuMaintPub: maintenance.TPM_ReadManuMaintPub,
  TPM_SHA1Start: crypto.TPM_SHA1Start,
  TPM_SHA1Update: crypto.TPM_SHA1Update,
  TPM_SHA1Complete: crypto.TPM_SHA1Complete,
  TPM_SHA1CompleteExtend: crypto.TPM_SHA1CompleteExtend,
  TPM_Sign: crypto.TPM_Sign,
  TPM_GetRandom: crypto.TPM_GetRandom,
  TPM_StirRandom: crypto.TPM_StirRandom,
  TPM_CertifyKey: certify.TPM_CertifyKey,
  TPM_CertifyKey2: certify.TPM_CertifyKey2,
  TPM_CreateEndorsementKeyPair: credentials.TPM_CreateEndorsementKeyPair,
  TPM_CreateRevocableEK: credentials.TPM_CreateRevocableEK,
  TPM_RevokeTrust: credentials.TPM_RevokeTrust,
  TPM_ReadPubek: credentials.TPM_ReadPubek,
  TPM_OwnerReadInternalPub: credentials.TPM_OwnerReadInternalPub,
  TPM_MakeIdentity: identity.TPM_MakeIdentity,
  TPM_ActivateIdentity: identity.TPM_ActivateIdentity,
  TPM_Extend: integrity.TPM_Extend,
  TPM_PCRRead: integrity.TPM_PCRRead,
  TPM_Quote: integrity.TPM_Quote,
  TPM_PCR_Reset: integrity.TPM_PCR_Reset,
  TPM_Quote2: integrity.TPM_Quote2,
  TPM_ChangeAuth: authorizationChanging.TPM_ChangeAuth,
  TPM_ChangeAuthOwner: authorizationChanging.TPM_ChangeAuthOwner,
  TPM_OIAP: sessions.TPM_OIAP,
  TPM_OSAP: sessions.TPM_OSAP,
  TPM_DSAP: delegatedSessions.TPM_DSAP,
  TPM_SetOwnerPointer: delegatedSessions.TPM_SetOwnerPointer,
  TPM_Delegate_Manage: families.TPM_Delegate_Manage,
  TPM_Delegate_CreateKeyDelegation: delegation.TPM_Delegate_CreateKeyDelegation,
  TPM_Delegate_CreateOwnerDelegation: delegation.TPM_Delegate_CreateOwnerDelegation,
  TPM_Delegate_LoadOwnerDelegation: delegation.TPM_Delegate_LoadOwnerDelegation,
  TPM_Delegate_ReadTable: families.TPM_Delegate_ReadTable,
  TPM_Delegate_UpdateVerification: delegation.TPM_Delegate_UpdateVerification,
  TPM_Delegate_VerifyDelegation: delegation.TPM_Delegate_VerifyDelegation,
  TPM_NV_DefineSpace: nvDefinition.TPM_NV_DefineSpace,
  TPM_NV_WriteValue: nv.TPM_NV_WriteValue,
  TPM_NV_WriteValueAuth: nv.TPM_NV_WriteValueAuth,
  TPM_NV_ReadValue: nv.TPM_NV_ReadValue,
  TPM_NV_ReadValueAuth: nv.TPM_NV_ReadValueAuth,
  TPM_KeyControlOwner: sessionManagement.TPM_KeyControlOwner,
  TPM_SaveContext: sessionManagement.TPM_SaveContext,
  TPM_LoadContext: sessionManagement.TPM_LoadContext,
  TPM_FlushSpecific: eviction.TPM_FlushSpecific,
  TPM_GetTicks: ticks.TPM_GetTicks,
  TPM_TickStampBlob: ticks.TPM_TickStampBlob,
  TPM_EstablishTransport: transport.TPM_EstablishTransport,
  TPM_ExecuteTransport: transport.TPM_ExecuteTransport,
  TPM_ReleaseTransportSigned: transport.TPM_ReleaseTransportSigned,
  TPM_CreateCounter: counters.TPM_CreateCounter,
  TPM_IncrementCounter: counters.TPM_IncrementCounter,
  TPM_ReadCounter: counters.TPM_ReadCounter,
  TPM_ReleaseCounter: counters.TPM_ReleaseCounter,
  TPM_ReleaseCounterOwner: counters.TPM_ReleaseCounterOwner,
  TPM_DAA_Join: daa.TPM_DAA_Join,
  TPM_DAA_Sign: daa.TPM_DAA_Sign,
  TPM_EvictKey: deprecatedEviction.TPM_EvictKey,
  TPM_Terminate_Handle: deprecatedEviction.TPM_Terminate_Handle,
  TPM_SaveKeyContext: savedContexts.TPM_SaveKeyContext,
  TPM_LoadKeyContext: savedContexts.TPM_LoadKeyContext,
  TPM_SaveAuthContext: savedContexts.TPM_SaveAuthContext,
  TPM_LoadAuthContext: savedContexts.TPM_LoadAuthContext,
  TPM_DirWriteAuth: dir.TPM_DirWriteAuth,
  TPM_DirRead: dir.TPM_DirRead,
  TPM_ChangeAuthAsymStart: changeAuthAsym.TPM_ChangeAuthAsymStart,
  TPM_ChangeAuthAsymFinish: changeAuthAsym.TPM_ChangeAuthAsymFinish,
  TPM_Reset: reset.TPM_Reset,
  TPM_OwnerReadPubek: pubek.TPM_OwnerReadPubek,
  TPM_DisablePubekRead: pubek.TPM_DisablePubekRead,
  TPM_LoadKey: loadKey.TPM_LoadKey,
  TPM_GetCapabilitySigned: deleted.TPM_GetCapabilitySigned,
  TPM_GetOrdinalAuditStatus: deleted.TPM_GetOrdinalAuditStatus,
  TPM_CertifySelfTest: deleted.TPM_CertifySelfTest,
  TPM_GetAuditEvent: deleted.TPM_GetAuditEvent,
  TPM_GetAuditEventSigned: deleted.TPM_GetAuditEventSigned,
};
