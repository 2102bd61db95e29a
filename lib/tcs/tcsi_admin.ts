import { TcsCommander } from "./tcs_command.ts";
import type { TcsRequest, TcsResponse } from "./tcs_command.ts";

/** The part of the TCSI that sets the TPM up and asks about it: ownership, state, tests, endorsement key, delegation, NV, maintenance, counters, audit. */
export abstract class TcsiAdmin extends TcsCommander {
  /** `Tcsip_SetOwnerInstall`: allows or forbids an owner to be installed (TPM_SetOwnerInstall). */
  setOwnerInstall(
    request: TcsRequest<"TPM_SetOwnerInstall">,
  ): Promise<TcsResponse<"TPM_SetOwnerInstall">> {
    return this.command("TPM_SetOwnerInstall", request);
  }

  /** `Tcsip_TakeOwnership`: installs an owner and makes the storage root key, which is registered (TPM_TakeOwnership). */
  takeOwnership(
    request: TcsRequest<"TPM_TakeOwnership">,
  ): Promise<TcsResponse<"TPM_TakeOwnership">> {
    return this.command("TPM_TakeOwnership", request);
  }

  /** `Tcsip_SetOperatorAuth`: sets the operator secret (TPM_SetOperatorAuth). */
  setOperatorAuth(
    request: TcsRequest<"TPM_SetOperatorAuth">,
  ): Promise<TcsResponse<"TPM_SetOperatorAuth">> {
    return this.command("TPM_SetOperatorAuth", request);
  }

  /** `Tcsip_OwnerSetDisable`: the owner disables or enables the TPM (TPM_OwnerSetDisable). */
  ownerSetDisable(
    request: TcsRequest<"TPM_OwnerSetDisable">,
  ): Promise<TcsResponse<"TPM_OwnerSetDisable">> {
    return this.command("TPM_OwnerSetDisable", request);
  }

  /** `Tcsip_OwnerClear`: the owner clears the TPM (TPM_OwnerClear). */
  ownerClear(request: TcsRequest<"TPM_OwnerClear">): Promise<TcsResponse<"TPM_OwnerClear">> {
    return this.command("TPM_OwnerClear", request);
  }

  /** `Tcsip_DisableOwnerClear`: takes TPM_OwnerClear away until the TPM is cleared (TPM_DisableOwnerClear). */
  disableOwnerClear(
    request: TcsRequest<"TPM_DisableOwnerClear">,
  ): Promise<TcsResponse<"TPM_DisableOwnerClear">> {
    return this.command("TPM_DisableOwnerClear", request);
  }

  /** `Tcsip_ForceClear`: clears the TPM by physical presence (TPM_ForceClear). */
  forceClear(request: TcsRequest<"TPM_ForceClear">): Promise<TcsResponse<"TPM_ForceClear">> {
    return this.command("TPM_ForceClear", request);
  }

  /** `Tcsip_DisableForceClear`: takes TPM_ForceClear away until the next start (TPM_DisableForceClear). */
  disableForceClear(
    request: TcsRequest<"TPM_DisableForceClear">,
  ): Promise<TcsResponse<"TPM_DisableForceClear">> {
    return this.command("TPM_DisableForceClear", request);
  }

  /** `Tcsip_PhysicalDisable`: disables the TPM by physical presence (TPM_PhysicalDisable). */
  physicalDisable(
    request: TcsRequest<"TPM_PhysicalDisable">,
  ): Promise<TcsResponse<"TPM_PhysicalDisable">> {
    return this.command("TPM_PhysicalDisable", request);
  }

  /** `Tcsip_PhysicalEnable`: enables the TPM by physical presence (TPM_PhysicalEnable). */
  physicalEnable(
    request: TcsRequest<"TPM_PhysicalEnable">,
  ): Promise<TcsResponse<"TPM_PhysicalEnable">> {
    return this.command("TPM_PhysicalEnable", request);
  }

  /** `Tcsip_PhysicalSetDeactivated`: deactivates or activates the TPM by physical presence (TPM_PhysicalSetDeactivated). */
  physicalSetDeactivated(
    request: TcsRequest<"TPM_PhysicalSetDeactivated">,
  ): Promise<TcsResponse<"TPM_PhysicalSetDeactivated">> {
    return this.command("TPM_PhysicalSetDeactivated", request);
  }

  /** `Tcsip_SetTempDeactivated`: deactivates the TPM until the next start, by physical presence (TPM_SetTempDeactivated). */
  setTempDeactivated(
    request: TcsRequest<"TPM_SetTempDeactivated">,
  ): Promise<TcsResponse<"TPM_SetTempDeactivated">> {
    return this.command("TPM_SetTempDeactivated", request);
  }

  /** `Tcsip_SetTempDeactivated2`: deactivates the TPM until the next start, by the operator (TPM_SetTempDeactivated). */
  setTempDeactivated2(
    request: TcsRequest<"TPM_SetTempDeactivated">,
  ): Promise<TcsResponse<"TPM_SetTempDeactivated">> {
    return this.command("TPM_SetTempDeactivated", request);
  }

  /** `Tcsip_PhysicalPresence`: sets how physical presence is told, and tells it (TSC_PhysicalPresence). */
  physicalPresence(
    request: TcsRequest<"TSC_PhysicalPresence">,
  ): Promise<TcsResponse<"TSC_PhysicalPresence">> {
    return this.command("TSC_PhysicalPresence", request);
  }

  /** `Tcsip_FieldUpgrade`: changes the protected capabilities (TPM_FieldUpgrade). */
  fieldUpgrade(request: TcsRequest<"TPM_FieldUpgrade">): Promise<TcsResponse<"TPM_FieldUpgrade">> {
    return this.command("TPM_FieldUpgrade", request);
  }

  /** `Tcsip_ResetLockValue`: ends a lockout (TPM_ResetLockValue). */
  resetLockValue(
    request: TcsRequest<"TPM_ResetLockValue">,
  ): Promise<TcsResponse<"TPM_ResetLockValue">> {
    return this.command("TPM_ResetLockValue", request);
  }

  /** `Tcsip_SetRedirection`: sends the output of a key elsewhere (TPM_SetRedirection). */
  setRedirection(
    request: TcsRequest<"TPM_SetRedirection">,
  ): Promise<TcsResponse<"TPM_SetRedirection">> {
    return this.command("TPM_SetRedirection", request);
  }

  /** `Tcsip_GetRandom`: random bytes (TPM_GetRandom). */
  getRandom(request: TcsRequest<"TPM_GetRandom">): Promise<TcsResponse<"TPM_GetRandom">> {
    return this.command("TPM_GetRandom", request);
  }

  /** `Tcsip_StirRandom`: adds to the random source (TPM_StirRandom). */
  stirRandom(request: TcsRequest<"TPM_StirRandom">): Promise<TcsResponse<"TPM_StirRandom">> {
    return this.command("TPM_StirRandom", request);
  }

  /** `Tcsip_GetCapability`: a capability of the TPM (TPM_GetCapability). */
  getCapability(
    request: TcsRequest<"TPM_GetCapability">,
  ): Promise<TcsResponse<"TPM_GetCapability">> {
    return this.command("TPM_GetCapability", request);
  }

  /** `Tcsip_GetCapabilitySigned`: a capability of the TPM, signed (TPM_GetCapabilitySigned). */
  getCapabilitySigned(
    request: TcsRequest<"TPM_GetCapabilitySigned">,
  ): Promise<TcsResponse<"TPM_GetCapabilitySigned">> {
    return this.command("TPM_GetCapabilitySigned", request);
  }

  /** `Tcsip_GetCapabilityOwner`: version and flags, for the owner (TPM_GetCapabilityOwner). */
  getCapabilityOwner(
    request: TcsRequest<"TPM_GetCapabilityOwner">,
  ): Promise<TcsResponse<"TPM_GetCapabilityOwner">> {
    return this.command("TPM_GetCapabilityOwner", request);
  }

  /** `Tcsip_SetCapability`: sets a capability (TPM_SetCapability). */
  setCapability(
    request: TcsRequest<"TPM_SetCapability">,
  ): Promise<TcsResponse<"TPM_SetCapability">> {
    return this.command("TPM_SetCapability", request);
  }

  /** `Tcsip_SelfTestFull`: tests everything (TPM_SelfTestFull). */
  selfTestFull(request: TcsRequest<"TPM_SelfTestFull">): Promise<TcsResponse<"TPM_SelfTestFull">> {
    return this.command("TPM_SelfTestFull", request);
  }

  /** `Tcsip_CertifySelfTest`: tests everything and signs (TPM_CertifySelfTest). */
  certifySelfTest(
    request: TcsRequest<"TPM_CertifySelfTest">,
  ): Promise<TcsResponse<"TPM_CertifySelfTest">> {
    return this.command("TPM_CertifySelfTest", request);
  }

  /** `Tcsip_ContinueSelfTest`: tests what has not been tested (TPM_ContinueSelfTest). */
  continueSelfTest(
    request: TcsRequest<"TPM_ContinueSelfTest">,
  ): Promise<TcsResponse<"TPM_ContinueSelfTest">> {
    return this.command("TPM_ContinueSelfTest", request);
  }

  /** `Tcsip_GetTestResult`: what the last test found (TPM_GetTestResult). */
  getTestResult(
    request: TcsRequest<"TPM_GetTestResult">,
  ): Promise<TcsResponse<"TPM_GetTestResult">> {
    return this.command("TPM_GetTestResult", request);
  }

  /** `Tcsip_CreateEndorsementKeyPair`: makes the endorsement key (TPM_CreateEndorsementKeyPair). */
  createEndorsementKeyPair(
    request: TcsRequest<"TPM_CreateEndorsementKeyPair">,
  ): Promise<TcsResponse<"TPM_CreateEndorsementKeyPair">> {
    return this.command("TPM_CreateEndorsementKeyPair", request);
  }

  /** `Tcsip_CreateRevocableEndorsementKeyPair`: makes an endorsement key that can be revoked (TPM_CreateRevocableEK). */
  createRevocableEndorsementKeyPair(
    request: TcsRequest<"TPM_CreateRevocableEK">,
  ): Promise<TcsResponse<"TPM_CreateRevocableEK">> {
    return this.command("TPM_CreateRevocableEK", request);
  }

  /** `Tcsip_RevokeEndorsementKeyPair`: revokes the endorsement key (TPM_RevokeTrust). */
  revokeEndorsementKeyPair(
    request: TcsRequest<"TPM_RevokeTrust">,
  ): Promise<TcsResponse<"TPM_RevokeTrust">> {
    return this.command("TPM_RevokeTrust", request);
  }

  /** `Tcsip_ReadPubek`: the public endorsement key (TPM_ReadPubek). */
  readPubek(request: TcsRequest<"TPM_ReadPubek">): Promise<TcsResponse<"TPM_ReadPubek">> {
    return this.command("TPM_ReadPubek", request);
  }

  /** `Tcsip_DisablePubekRead`: hides the public endorsement key from all but the owner (TPM_DisablePubekRead). */
  disablePubekRead(
    request: TcsRequest<"TPM_DisablePubekRead">,
  ): Promise<TcsResponse<"TPM_DisablePubekRead">> {
    return this.command("TPM_DisablePubekRead", request);
  }

  /** `Tcsip_OwnerReadPubek`: the public endorsement key, for the owner (TPM_OwnerReadPubek). */
  ownerReadPubek(
    request: TcsRequest<"TPM_OwnerReadPubek">,
  ): Promise<TcsResponse<"TPM_OwnerReadPubek">> {
    return this.command("TPM_OwnerReadPubek", request);
  }

  /** `Tcsip_Delegate_Manage`: makes, enables, locks or takes away a delegation family (TPM_Delegate_Manage). */
  delegateManage(
    request: TcsRequest<"TPM_Delegate_Manage">,
  ): Promise<TcsResponse<"TPM_Delegate_Manage">> {
    return this.command("TPM_Delegate_Manage", request);
  }

  /** `Tcsip_Delegate_CreateKeyDelegation`: delegates a key (TPM_Delegate_CreateKeyDelegation). */
  delegateCreateKeyDelegation(
    request: TcsRequest<"TPM_Delegate_CreateKeyDelegation">,
  ): Promise<TcsResponse<"TPM_Delegate_CreateKeyDelegation">> {
    return this.command("TPM_Delegate_CreateKeyDelegation", request);
  }

  /** `Tcsip_Delegate_CreateOwnerDelegation`: delegates the owner (TPM_Delegate_CreateOwnerDelegation). */
  delegateCreateOwnerDelegation(
    request: TcsRequest<"TPM_Delegate_CreateOwnerDelegation">,
  ): Promise<TcsResponse<"TPM_Delegate_CreateOwnerDelegation">> {
    return this.command("TPM_Delegate_CreateOwnerDelegation", request);
  }

  /** `Tcsip_Delegate_LoadOwnerDelegation`: puts a delegation of the owner into the TPM (TPM_Delegate_LoadOwnerDelegation). */
  delegateLoadOwnerDelegation(
    request: TcsRequest<"TPM_Delegate_LoadOwnerDelegation">,
  ): Promise<TcsResponse<"TPM_Delegate_LoadOwnerDelegation">> {
    return this.command("TPM_Delegate_LoadOwnerDelegation", request);
  }

  /** `Tcsip_Delegate_UpdateVerificationCount`: brings a delegation to the count of its family (TPM_Delegate_UpdateVerification). */
  delegateUpdateVerificationCount(
    request: TcsRequest<"TPM_Delegate_UpdateVerification">,
  ): Promise<TcsResponse<"TPM_Delegate_UpdateVerification">> {
    return this.command("TPM_Delegate_UpdateVerification", request);
  }

  /** `Tcsip_Delegate_VerifyDelegation`: tells whether a delegation is valid (TPM_Delegate_VerifyDelegation). */
  delegateVerifyDelegation(
    request: TcsRequest<"TPM_Delegate_VerifyDelegation">,
  ): Promise<TcsResponse<"TPM_Delegate_VerifyDelegation">> {
    return this.command("TPM_Delegate_VerifyDelegation", request);
  }

  /** `Tcsip_Delegate_ReadTable`: the families and delegations inside the TPM (TPM_Delegate_ReadTable). */
  delegateReadTable(
    request: TcsRequest<"TPM_Delegate_ReadTable">,
  ): Promise<TcsResponse<"TPM_Delegate_ReadTable">> {
    return this.command("TPM_Delegate_ReadTable", request);
  }

  /** `Tcsip_NV_DefineOrReleaseSpace`: defines an NV area, or takes it away (TPM_NV_DefineSpace). */
  nvDefineOrReleaseSpace(
    request: TcsRequest<"TPM_NV_DefineSpace">,
  ): Promise<TcsResponse<"TPM_NV_DefineSpace">> {
    return this.command("TPM_NV_DefineSpace", request);
  }

  /** `Tcsip_NV_WriteValue`: writes an NV area, as the owner or unauthorised (TPM_NV_WriteValue). */
  nvWriteValue(
    request: TcsRequest<"TPM_NV_WriteValue">,
  ): Promise<TcsResponse<"TPM_NV_WriteValue">> {
    return this.command("TPM_NV_WriteValue", request);
  }

  /** `Tcsip_NV_WriteValueAuth`: writes an NV area by its secret (TPM_NV_WriteValueAuth). */
  nvWriteValueAuth(
    request: TcsRequest<"TPM_NV_WriteValueAuth">,
  ): Promise<TcsResponse<"TPM_NV_WriteValueAuth">> {
    return this.command("TPM_NV_WriteValueAuth", request);
  }

  /** `Tcsip_NV_ReadValue`: reads an NV area, as the owner or unauthorised (TPM_NV_ReadValue). */
  nvReadValue(request: TcsRequest<"TPM_NV_ReadValue">): Promise<TcsResponse<"TPM_NV_ReadValue">> {
    return this.command("TPM_NV_ReadValue", request);
  }

  /** `Tcsip_NV_ReadValueAuth`: reads an NV area by its secret (TPM_NV_ReadValueAuth). */
  nvReadValueAuth(
    request: TcsRequest<"TPM_NV_ReadValueAuth">,
  ): Promise<TcsResponse<"TPM_NV_ReadValueAuth">> {
    return this.command("TPM_NV_ReadValueAuth", request);
  }

  /** `Tcsip_CreateMaintenanceArchive`: makes a maintenance archive (TPM_CreateMaintenanceArchive). */
  createMaintenanceArchive(
    request: TcsRequest<"TPM_CreateMaintenanceArchive">,
  ): Promise<TcsResponse<"TPM_CreateMaintenanceArchive">> {
    return this.command("TPM_CreateMaintenanceArchive", request);
  }

  /** `Tcsip_LoadMaintenanceArchive`: loads a maintenance archive (TPM_LoadMaintenanceArchive). */
  loadMaintenanceArchive(
    request: TcsRequest<"TPM_LoadMaintenanceArchive">,
  ): Promise<TcsResponse<"TPM_LoadMaintenanceArchive">> {
    return this.command("TPM_LoadMaintenanceArchive", request);
  }

  /** `Tcsip_KillMaintenanceFeature`: takes maintenance away until the TPM is cleared (TPM_KillMaintenanceFeature). */
  killMaintenanceFeature(
    request: TcsRequest<"TPM_KillMaintenanceFeature">,
  ): Promise<TcsResponse<"TPM_KillMaintenanceFeature">> {
    return this.command("TPM_KillMaintenanceFeature", request);
  }

  /** `Tcsip_LoadManuMaintPub`: sets the maintenance key of the maker (TPM_LoadManuMaintPub). */
  loadManuMaintPub(
    request: TcsRequest<"TPM_LoadManuMaintPub">,
  ): Promise<TcsResponse<"TPM_LoadManuMaintPub">> {
    return this.command("TPM_LoadManuMaintPub", request);
  }

  /** `Tcsip_ReadManuMaintPub`: checks the maintenance key of the maker (TPM_ReadManuMaintPub). */
  readManuMaintPub(
    request: TcsRequest<"TPM_ReadManuMaintPub">,
  ): Promise<TcsResponse<"TPM_ReadManuMaintPub">> {
    return this.command("TPM_ReadManuMaintPub", request);
  }

  /** `Tcsip_ReadCounter`: the value of a counter (TPM_ReadCounter). */
  readCounter(request: TcsRequest<"TPM_ReadCounter">): Promise<TcsResponse<"TPM_ReadCounter">> {
    return this.command("TPM_ReadCounter", request);
  }

  /** `Tcsip_CreateCounter`: makes a counter (TPM_CreateCounter). */
  createCounter(
    request: TcsRequest<"TPM_CreateCounter">,
  ): Promise<TcsResponse<"TPM_CreateCounter">> {
    return this.command("TPM_CreateCounter", request);
  }

  /** `Tcsip_IncrementCounter`: counts one up (TPM_IncrementCounter). */
  incrementCounter(
    request: TcsRequest<"TPM_IncrementCounter">,
  ): Promise<TcsResponse<"TPM_IncrementCounter">> {
    return this.command("TPM_IncrementCounter", request);
  }

  /** `Tcsip_ReleaseCounter`: takes a counter away by its secret (TPM_ReleaseCounter). */
  releaseCounter(
    request: TcsRequest<"TPM_ReleaseCounter">,
  ): Promise<TcsResponse<"TPM_ReleaseCounter">> {
    return this.command("TPM_ReleaseCounter", request);
  }

  /** `Tcsip_ReleaseCounterOwner`: takes a counter away as the owner (TPM_ReleaseCounterOwner). */
  releaseCounterOwner(
    request: TcsRequest<"TPM_ReleaseCounterOwner">,
  ): Promise<TcsResponse<"TPM_ReleaseCounterOwner">> {
    return this.command("TPM_ReleaseCounterOwner", request);
  }

  /** `Tcsip_ReadCurrentTicks`: the tick counter (TPM_GetTicks). */
  readCurrentTicks(request: TcsRequest<"TPM_GetTicks">): Promise<TcsResponse<"TPM_GetTicks">> {
    return this.command("TPM_GetTicks", request);
  }

  /** `Tcsip_GetAuditDigest`: the audit digest and which commands are audited (TPM_GetAuditDigest). */
  getAuditDigest(
    request: TcsRequest<"TPM_GetAuditDigest">,
  ): Promise<TcsResponse<"TPM_GetAuditDigest">> {
    return this.command("TPM_GetAuditDigest", request);
  }

  /** `Tcsip_GetAuditDigestSigned`: the audit digest, signed (TPM_GetAuditDigestSigned). */
  getAuditDigestSigned(
    request: TcsRequest<"TPM_GetAuditDigestSigned">,
  ): Promise<TcsResponse<"TPM_GetAuditDigestSigned">> {
    return this.command("TPM_GetAuditDigestSigned", request);
  }

  /** `Tcsip_SetOrdinalAuditStatus`: sets whether a command is audited (TPM_SetOrdinalAuditStatus). */
  setOrdinalAuditStatus(
    request: TcsRequest<"TPM_SetOrdinalAuditStatus">,
  ): Promise<TcsResponse<"TPM_SetOrdinalAuditStatus">> {
    return this.command("TPM_SetOrdinalAuditStatus", request);
  }
}
