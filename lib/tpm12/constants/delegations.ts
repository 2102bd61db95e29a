// Permission bits of TPM_DELEGATIONS.per1 (Part 2, 20.2).

/** The owner delegates TPM_DAA_Sign. */
export const TPM_DELEGATE_DAA_Sign = 0x00000001;
/** The owner delegates TPM_Delegate_CreateOwnerDelegation. */
export const TPM_DELEGATE_Delegate_CreateOwnerDelegation = 0x00000002;
/** The owner delegates TPM_Delegate_Manage. */
export const TPM_DELEGATE_Delegate_Manage = 0x00000004;
/** The owner delegates TPM_ReleaseCounterOwner. */
export const TPM_DELEGATE_ReleaseCounterOwner = 0x00000008;
/** The owner delegates TPM_CreateCounter. */
export const TPM_DELEGATE_CreateCounter = 0x00000010;
/** The owner delegates TPM_Delegate_UpdateVerification. */
export const TPM_DELEGATE_Delegate_UpdateVerification = 0x00000020;
/** The owner delegates TPM_FieldUpgrade. */
export const TPM_DELEGATE_FieldUpgrade = 0x00000040;
/** The owner delegates TPM_SetRedirection. */
export const TPM_DELEGATE_SetRedirection = 0x00000080;
/** The owner delegates TPM_DisablePubekRead. */
export const TPM_DELEGATE_DisablePubekRead = 0x00000100;
/** The owner delegates TPM_OwnerReadPubek. */
export const TPM_DELEGATE_OwnerReadPubek = 0x00000200;
/** The owner delegates TPM_ActivateIdentity. */
export const TPM_DELEGATE_ActivateIdentity = 0x00000400;
/** The owner delegates TPM_MakeIdentity. */
export const TPM_DELEGATE_MakeIdentity = 0x00000800;
/** The owner delegates TPM_SetCapability. */
export const TPM_DELEGATE_SetCapability = 0x00001000;
/** The owner delegates TPM_OwnerSetDisable. */
export const TPM_DELEGATE_OwnerSetDisable = 0x00002000;
/** The owner delegates TPM_NV_DefineSpace. */
export const TPM_DELEGATE_NV_DefineSpace = 0x00004000;
/** The owner delegates TPM_DisableOwnerClear. */
export const TPM_DELEGATE_DisableOwnerClear = 0x00008000;
/** The owner delegates TPM_OwnerClear. */
export const TPM_DELEGATE_OwnerClear = 0x00010000;
/** The owner delegates TPM_ResetLockValue. */
export const TPM_DELEGATE_ResetLockValue = 0x00020000;
/** The owner delegates TPM_OwnerReadInternalPub. */
export const TPM_DELEGATE_OwnerReadInternalPub = 0x00040000;
/** The owner delegates TPM_KillMaintenanceFeature. */
export const TPM_DELEGATE_KillMaintenanceFeature = 0x00080000;
/** The owner delegates TPM_LoadMaintenanceArchive. */
export const TPM_DELEGATE_LoadMaintenanceArchive = 0x00100000;
/** The owner delegates TPM_CreateMaintenanceArchive. */
export const TPM_DELEGATE_CreateMaintenanceArchive = 0x00200000;
/** The owner delegates TPM_AuthorizeMigrationKey. */
export const TPM_DELEGATE_AuthorizeMigrationKey = 0x00400000;
/** The owner delegates TPM_DAA_Join. */
export const TPM_DELEGATE_DAA_Join = 0x00800000;
/** The owner delegates TPM_Delegate_LoadOwnerDelegation. */
export const TPM_DELEGATE_Delegate_LoadOwnerDelegation = 0x01000000;
/** The owner delegates TPM_NV_ReadValue. */
export const TPM_DELEGATE_NV_ReadValue = 0x02000000;
/** The owner delegates TPM_CMK_CreateTicket. */
export const TPM_DELEGATE_CMK_CreateTicket = 0x04000000;
/** The owner delegates TPM_NV_WriteValue. */
export const TPM_DELEGATE_NV_WriteValue = 0x08000000;
/** The owner delegates TPM_CMK_ApproveMA. */
export const TPM_DELEGATE_CMK_ApproveMA = 0x10000000;
/** The owner delegates TPM_DirWriteAuth. */
export const TPM_DELEGATE_DirWriteAuth = 0x20000000;
/** The owner delegates TPM_SetOrdinalAuditStatus. */
export const TPM_DELEGATE_SetOrdinalAuditStatus = 0x40000000;
/** The owner delegates TPM_KeyControlOwner. */
export const TPM_DELEGATE_KeyControlOwner = 0x80000000;
/** The key's user delegates TPM_LoadKey. */
export const TPM_KEY_DELEGATE_LoadKey = 0x00000001;
/** The key's user delegates TPM_Seal. */
export const TPM_KEY_DELEGATE_Seal = 0x00000002;
/** The key's user delegates TPM_Unseal. */
export const TPM_KEY_DELEGATE_Unseal = 0x00000004;
/** The key's user delegates TPM_Quote. */
export const TPM_KEY_DELEGATE_Quote = 0x00000008;
/** The key's user delegates TPM_UnBind. */
export const TPM_KEY_DELEGATE_UnBind = 0x00000010;
/** The key's user delegates TPM_GetPubKey. */
export const TPM_KEY_DELEGATE_GetPubKey = 0x00000020;
/** The key's user delegates TPM_ChangeAuth. */
export const TPM_KEY_DELEGATE_ChangeAuth = 0x00000040;
/** The key's user delegates TPM_Delegate_CreateKeyDelegation. */
export const TPM_KEY_DELEGATE_Delegate_CreateKeyDelegation = 0x00000080;
/** The key's user delegates TPM_ConvertMigrationBlob. */
export const TPM_KEY_DELEGATE_ConvertMigrationBlob = 0x00000100;
/** The key's user delegates TPM_CreateMigrationBlob. */
export const TPM_KEY_DELEGATE_CreateMigrationBlob = 0x00000200;
/** The key's user delegates TPM_CMK_CreateBlob. */
export const TPM_KEY_DELEGATE_CMK_CreateBlob = 0x00000400;
/** The key's user delegates TPM_CreateWrapKey. */
export const TPM_KEY_DELEGATE_CreateWrapKey = 0x00000800;
/** The key's user delegates TPM_CertifyKey. */
export const TPM_KEY_DELEGATE_CertifyKey = 0x00001000;
/** The key's user delegates TPM_CertifyKey2. */
export const TPM_KEY_DELEGATE_CertifyKey2 = 0x00002000;
/** The key's user delegates TPM_Sign. */
export const TPM_KEY_DELEGATE_Sign = 0x00004000;
/** The key's user delegates TPM_GetAuditDigestSigned. */
export const TPM_KEY_DELEGATE_GetAuditDigestSigned = 0x00008000;
/** The key's user delegates TPM_ActivateIdentity. */
export const TPM_KEY_DELEGATE_ActivateIdentity = 0x00010000;
/** The key's user delegates TPM_MakeIdentity. */
export const TPM_KEY_DELEGATE_MakeIdentity = 0x00020000;
/** The key's user delegates TPM_Sealx. */
export const TPM_KEY_DELEGATE_Sealx = 0x00040000;
/** The key's user delegates TPM_Quote2. */
export const TPM_KEY_DELEGATE_Quote2 = 0x00080000;
/** The key's user delegates TPM_ReleaseTransportSigned. */
export const TPM_KEY_DELEGATE_ReleaseTransportSigned = 0x00100000;
/** The key's user delegates TPM_EstablishTransport. */
export const TPM_KEY_DELEGATE_EstablishTransport = 0x00200000;
/** The key's user delegates TPM_LoadKey2. */
export const TPM_KEY_DELEGATE_LoadKey2 = 0x00400000;
/** The key's user delegates TPM_MigrateKey. */
export const TPM_KEY_DELEGATE_MigrateKey = 0x00800000;
/** The key's user delegates TPM_CMK_CreateKey. */
export const TPM_KEY_DELEGATE_CMK_CreateKey = 0x01000000;
/** The key's user delegates TPM_ChangeAuthAsymFinish. */
export const TPM_KEY_DELEGATE_ChangeAuthAsymFinish = 0x02000000;
/** The key's user delegates TPM_ChangeAuthAsymStart. */
export const TPM_KEY_DELEGATE_ChangeAuthAsymStart = 0x04000000;
/** The key's user delegates TPM_TickStampBlob. */
export const TPM_KEY_DELEGATE_TickStampBlob = 0x08000000;
/** The key's user delegates TPM_CMK_ConvertMigration. */
export const TPM_KEY_DELEGATE_CMK_ConvertMigration = 0x10000000;
