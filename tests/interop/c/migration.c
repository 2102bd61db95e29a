/* Migration, certified migration, delegation and transport sessions. */
#include "tspi_calls.h"

void call_migration(void)
{
    UINT32 ticket_length = 0, random_length = 0, blob_length = 0;
    BYTE *ticket = NULL, *random = NULL, *blob = NULL;
    TSS_FLAG storage = TSS_KEY_SIZE_2048 | TSS_KEY_TYPE_STORAGE;
    TSS_HKEY target = make_key(storage, srk, "target");
    TSS_HKEY key = make_key(TSS_KEY_SIZE_2048 | TSS_KEY_TYPE_BIND | TSS_KEY_MIGRATABLE, srk, "key");
    CALL("no such key", Tspi_TPM_AuthorizeMigrationTicket, tpm, NOTHING, TSS_MS_MIGRATE,
         &ticket_length, &ticket);
    CALL("good", Tspi_TPM_AuthorizeMigrationTicket, tpm, target, TSS_MS_MIGRATE, &ticket_length,
         &ticket);
    CALL("good", Tspi_Key_CreateMigrationBlob, key, srk, ticket_length, ticket, &random_length,
         &random, &blob_length, &blob);
    CALL("no such parent", Tspi_Key_CreateMigrationBlob, key, NOTHING, ticket_length, ticket,
         &random_length, &random, &blob_length, &blob);
    TSS_HKEY moved =
        make(TSS_OBJECT_TYPE_RSAKEY, TSS_KEY_SIZE_2048 | TSS_KEY_TYPE_BIND | TSS_KEY_MIGRATABLE);
    CALL("good", Tspi_Key_ConvertMigrationBlob, moved, target, random_length, random, blob_length,
         blob);
    if (blob_length > 0) blob[blob_length - 1] ^= 1;
    CALL("damaged", Tspi_Key_ConvertMigrationBlob, moved, target, random_length, random,
         blob_length, blob);
    Tspi_Key_UnloadKey(key);
    Tspi_Key_UnloadKey(target);
}

void call_certified_migration(void)
{
    UINT32 length = 0;
    BYTE *bytes = NULL;
    TSS_HMIGDATA data = make(TSS_OBJECT_TYPE_MIGDATA, 0);
    TSS_HKEY authority = make_key(TSS_KEY_SIZE_2048 | TSS_KEY_TYPE_STORAGE, srk, "authority");
    CALL("good", Tspi_TPM_CMKSetRestrictions, tpm, TSS_CMK_DELEGATE_SIGNING);
    CALL("no such TPM", Tspi_TPM_CMKSetRestrictions, NOTHING, 0);
    Tspi_GetAttribData(authority, TSS_TSPATTRIB_KEY_BLOB, TSS_TSPATTRIB_KEYBLOB_PUBLIC_KEY, &length,
                       &bytes);
    CALL("authority", Tspi_SetAttribData, data, TSS_MIGATTRIB_AUTHORITY_DATA,
         TSS_MIGATTRIB_AUTHORITY_MSALIST, length, bytes);
    CALL("authority's key", Tspi_SetAttribData, data, TSS_MIGATTRIB_MIGRATIONBLOB,
         TSS_MIGATTRIB_MIG_MSALIST_PUBKEY_BLOB, length, bytes);
    CALL("good", Tspi_TPM_CMKApproveMA, tpm, data);
    CALL("no such data", Tspi_TPM_CMKApproveMA, tpm, NOTHING);
    CALL("no such key", Tspi_TPM_CMKCreateTicket, tpm, NOTHING, data);
    CALL("nothing signed", Tspi_TPM_CMKCreateTicket, tpm, authority, data);
    CALL("nothing to move", Tspi_Key_CMKCreateBlob, authority, srk, data, &length, &bytes);
    CALL("no such key", Tspi_Key_CMKCreateBlob, NOTHING, srk, data, &length, &bytes);
    CALL("nothing moved", Tspi_Key_CMKConvertMigration, authority, srk, data, 20, digest);
    CALL("no such key", Tspi_Key_CMKConvertMigration, NOTHING, srk, data, 20, digest);
    Tspi_Key_UnloadKey(authority);
}

void call_delegation(void)
{
    UINT32 families, rows, id;
    TSS_FAMILY_TABLE_ENTRY *family_table;
    TSS_DELEGATION_TABLE_ENTRY *row_table;
    TSS_HDELFAMILY family = 0, found = 0;
    TSS_HPOLICY delegation = make(TSS_OBJECT_TYPE_POLICY, TSS_POLICY_USAGE);
    CALL("good", Tspi_TPM_Delegate_AddFamily, tpm, 'f', &family);
    CALL("no such TPM", Tspi_TPM_Delegate_AddFamily, NOTHING, 'f', &found);
    Tspi_GetAttribUint32(family, TSS_TSPATTRIB_DELFAMILY_INFO, TSS_TSPATTRIB_DELFAMILYINFO_FAMILYID,
                         &id);
    CALL("enable", Tspi_SetAttribUint32, family, TSS_TSPATTRIB_DELFAMILY_STATE,
         TSS_TSPATTRIB_DELFAMILYSTATE_ENABLED, TRUE);
    CALL("good", Tspi_TPM_Delegate_GetFamily, tpm, id, &found);
    CALL("no such family", Tspi_TPM_Delegate_GetFamily, tpm, 9999, &found);
    Tspi_SetAttribUint32(delegation, TSS_TSPATTRIB_POLICY_DELEGATION_INFO,
                         TSS_TSPATTRIB_POLDEL_TYPE, TSS_DELEGATIONTYPE_OWNER);
    Tspi_SetAttribUint32(delegation, TSS_TSPATTRIB_POLICY_DELEGATION_INFO, TSS_TSPATTRIB_POLDEL_PER1,
                         TPM_DELEGATE_SetOrdinalAuditStatus | TPM_DELEGATE_OwnerReadInternalPub);
    Tspi_SetAttribUint32(delegation, TSS_TSPATTRIB_POLICY_DELEGATION_INFO, TSS_TSPATTRIB_POLDEL_PER2,
                         0);
    Tspi_Policy_SetSecret(delegation, TSS_SECRET_MODE_PLAIN, 8, (BYTE *)"delegate");
    CALL("good", Tspi_TPM_Delegate_CreateDelegation, tpm, 'd', 0, 0, family, delegation);
    CALL("no such object", Tspi_TPM_Delegate_CreateDelegation, NOTHING, 'd', 0, 0, family,
         delegation);
    CALL("good", Tspi_TPM_Delegate_VerifyDelegation, delegation);
    CALL("no such policy", Tspi_TPM_Delegate_VerifyDelegation, NOTHING);
    CALL("good", Tspi_TPM_Delegate_CacheOwnerDelegation, tpm, delegation, 1,
         TSS_DELEGATE_CACHEOWNERDELEGATION_OVERWRITEEXISTING);
    CALL("no such row", Tspi_TPM_Delegate_CacheOwnerDelegation, tpm, delegation, 999, 0);
    CALL("good", Tspi_TPM_Delegate_UpdateVerificationCount, tpm, delegation);
    CALL("no such policy", Tspi_TPM_Delegate_UpdateVerificationCount, tpm, NOTHING);
    CALL("good", Tspi_TPM_Delegate_ReadTables, context, &families, &family_table, &rows,
         &row_table);
    CALL("no such context", Tspi_TPM_Delegate_ReadTables, NOTHING, &families, &family_table, &rows,
         &row_table);
    UINT32 length;
    BYTE *bytes;
    Tspi_Policy_AssignToObject(delegation, tpm);
    CALL("delegated", Tspi_TPM_OwnerGetSRKPubKey, tpm, &length, &bytes);
    CALL("not delegated", Tspi_TPM_SetStatus, tpm, TSS_TPMSTATUS_RESETLOCK, TRUE);
    Tspi_Context_CloseObject(context, delegation);
    give_secret(tpm, NULL);
    CALL("good", Tspi_TPM_Delegate_InvalidateFamily, tpm, family);
    CALL("invalid already", Tspi_TPM_Delegate_InvalidateFamily, tpm, family);
}

/* In a context of its own: a session that fails would spoil the others. */
void call_transport(void)
{
    UINT32 length;
    BYTE *bytes;
    TSS_HCONTEXT outer = context;
    TSS_HTPM outer_tpm = tpm;
    TSS_HKEY outer_srk = srk, key;
    Tspi_Context_Create(&context);
    Tspi_Context_Connect(context, NULL);
    Tspi_Context_GetTpmObject(context, &tpm);
    give_secret(tpm, NULL);
    Tspi_Context_LoadKeyByUUID(context, TSS_PS_TYPE_SYSTEM, srk_uuid, &srk);
    give_secret(srk, NULL);
    key = make_key(TSS_KEY_SIZE_2048 | TSS_KEY_TYPE_SIGNING, srk, "key");
    TSS_HKEY storage = make_key(TSS_KEY_SIZE_2048 | TSS_KEY_TYPE_STORAGE | TSS_KEY_AUTHORIZATION, srk,
                                "storage");
    CALL("no such key", Tspi_Context_SetTransEncryptionKey, context, NOTHING);
    CALL("good", Tspi_Context_SetTransEncryptionKey, context, storage);
    CALL("enabled", Tspi_SetAttribUint32, context, TSS_TSPATTRIB_CONTEXT_TRANSPORT,
         TSS_TSPATTRIB_CONTEXTTRANS_CONTROL, TSS_TSPATTRIB_ENABLE_TRANSPORT);
    CALL("encrypted", Tspi_SetAttribUint32, context, TSS_TSPATTRIB_CONTEXT_TRANSPORT,
         TSS_TSPATTRIB_CONTEXTTRANS_MODE, TSS_TSPATTRIB_TRANSPORT_DEFAULT_ENCRYPTION);
    CALL("logged", Tspi_SetAttribUint32, context, TSS_TSPATTRIB_CONTEXT_TRANSPORT,
         TSS_TSPATTRIB_CONTEXTTRANS_MODE, TSS_TSPATTRIB_TRANSPORT_AUTHENTIC_CHANNEL);
    CALL("in transport", Tspi_TPM_GetRandom, tpm, 20, &bytes);
    CALL("in transport", Tspi_TPM_PcrRead, tpm, 16, &length, &bytes);
    CALL("in transport", Tspi_TPM_PcrExtend, tpm, 16, 20, digest, NULL, &length, &bytes);
    TSS_VALIDATION validation = { .ulExternalDataLength = 20, .rgbExternalData = digest };
    CALL("good", Tspi_Context_CloseSignTransport, context, key, &validation);
    CALL("closed already", Tspi_Context_CloseSignTransport, context, key, &validation);
    CALL("with transport", Tspi_Context_Close, context);
    context = outer;
    tpm = outer_tpm;
    srk = outer_srk;
}
