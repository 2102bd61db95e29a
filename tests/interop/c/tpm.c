/* The TPM: what it says of itself, random numbers, PCRs and their log, ownership. */
#include "tspi_calls.h"

static void call_pcrs(void)
{
    UINT32 length, count = 1;
    BYTE *bytes;
    TSS_PCR_EVENT event = { .ulPcrIndex = 16, .eventType = 5, .ulEventLength = 3,
                            .rgbEvent = (BYTE *)"abc" };
    TSS_PCR_EVENT found, *events;
    TSS_HPCRS pcrs = make(TSS_OBJECT_TYPE_PCRS, TSS_PCRS_STRUCT_INFO_SHORT);
    CALL("good", Tspi_TPM_PcrRead, tpm, 16, &length, &bytes);
    CALL("no such PCR", Tspi_TPM_PcrRead, tpm, 99, &length, &bytes);
    CALL("good", Tspi_TPM_PcrExtend, tpm, 16, 20, digest, NULL, &length, &bytes);
    CALL("with an event", Tspi_TPM_PcrExtend, tpm, 16, 20, digest, &event, &length, &bytes);
    CALL("no such PCR", Tspi_TPM_PcrExtend, tpm, 99, 20, digest, NULL, &length, &bytes);
    CALL("good", Tspi_TPM_GetEvent, tpm, 16, 0, &found);
    CALL("no such event", Tspi_TPM_GetEvent, tpm, 16, 99, &found);
    CALL("no such PCR", Tspi_TPM_GetEvent, tpm, 99, 0, &found);
    CALL("good", Tspi_TPM_GetEvents, tpm, 16, 0, &count, &events);
    count = 1;
    CALL("no such PCR", Tspi_TPM_GetEvents, tpm, 99, 0, &count, &events);
    CALL("good", Tspi_TPM_GetEventLog, tpm, &count, &events);
    CALL("no such TPM", Tspi_TPM_GetEventLog, NOTHING, &count, &events);
    Tspi_PcrComposite_SelectPcrIndexEx(pcrs, 16, TSS_PCRS_DIRECTION_RELEASE);
    CALL("good", Tspi_TPM_PcrReset, tpm, pcrs);
    Tspi_PcrComposite_SelectPcrIndexEx(pcrs, 3, TSS_PCRS_DIRECTION_RELEASE);
    CALL("not resettable", Tspi_TPM_PcrReset, tpm, pcrs);
}

void call_tpm(void)
{
    UINT32 length, sub = TSS_TPMCAP_PROP_PCR;
    BYTE *bytes;
    TPM_CURRENT_TICKS ticks;
    TSS_BOOL state;
    CALL("good", Tspi_TPM_GetCapability, tpm, TSS_TPMCAP_PROPERTY, sizeof sub, (BYTE *)&sub,
         &length, &bytes);
    CALL("version", Tspi_TPM_GetCapability, tpm, TSS_TPMCAP_VERSION_VAL, 0, NULL, &length, &bytes);
    CALL("no such area", Tspi_TPM_GetCapability, tpm, 0x9999, 0, NULL, &length, &bytes);
    CALL("never", Tspi_TPM_GetCapabilitySigned, tpm, 0, TSS_TPMCAP_VERSION, 0, NULL, NULL, &length,
         &bytes);
    CALL("good", Tspi_TPM_SelfTestFull, tpm);
    CALL("no such TPM", Tspi_TPM_SelfTestFull, NOTHING);
    CALL("good", Tspi_TPM_GetTestResult, tpm, &length, &bytes);
    CALL("no such TPM", Tspi_TPM_GetTestResult, NOTHING, &length, &bytes);
    CALL("good", Tspi_TPM_GetRandom, tpm, 30, &bytes);
    CALL("much", Tspi_TPM_GetRandom, tpm, 3000, &bytes);
    CALL("no such TPM", Tspi_TPM_GetRandom, NOTHING, 30, &bytes);
    CALL("good", Tspi_TPM_StirRandom, tpm, 20, digest);
    CALL("too much", Tspi_TPM_StirRandom, tpm, 257, digest);
    CALL("good", Tspi_TPM_ReadCurrentTicks, tpm, &ticks);
    CALL("no such TPM", Tspi_TPM_ReadCurrentTicks, NOTHING, &ticks);
    CALL("good", Tspi_TPM_GetStatus, tpm, TSS_TPMSTATUS_PHYSPRES_HWENABLE, &state);
    CALL("none", Tspi_TPM_GetStatus, tpm, 0x9999, &state);
    CALL("good", Tspi_TPM_SetStatus, tpm, TSS_TPMSTATUS_PHYSICALSETDEACTIVATED, FALSE);
    CALL("disable", Tspi_TPM_SetStatus, tpm, TSS_TPMSTATUS_PHYSICALDISABLE, TRUE);
    CALL("enable", Tspi_TPM_SetStatus, tpm, TSS_TPMSTATUS_PHYSICALDISABLE, FALSE);
    CALL("none", Tspi_TPM_SetStatus, tpm, 0x9999, TRUE);
    call_pcrs();
}

void call_revocable_ek(void)
{
    UINT32 length = 0;
    BYTE *bytes = NULL;
    TSS_HKEY ek = make(TSS_OBJECT_TYPE_RSAKEY, TSS_KEY_SIZE_2048);
    CALL("no such key", Tspi_TPM_CreateRevocableEndorsementKey, tpm, NOTHING, NULL, &length,
         &bytes);
    CALL("good", Tspi_TPM_CreateRevocableEndorsementKey, tpm, ek, NULL, &length, &bytes);
    CALL("wrong secret", Tspi_TPM_RevokeEndorsementKey, tpm, 20, digest);
    CALL("good", Tspi_TPM_RevokeEndorsementKey, tpm, length, bytes);
}

void call_ownership(void)
{
    TSS_HKEY public, ek = make(TSS_OBJECT_TYPE_RSAKEY, TSS_KEY_SIZE_2048);
    CALL("none yet", Tspi_TPM_GetPubEndorsementKey, tpm, FALSE, NULL, &public);
    CALL("no such key", Tspi_TPM_CreateEndorsementKey, tpm, NOTHING, NULL);
    CALL("good", Tspi_TPM_CreateEndorsementKey, tpm, ek, NULL);
    CALL("made already", Tspi_TPM_CreateEndorsementKey, tpm, ek, NULL);
    CALL("good", Tspi_TPM_GetPubEndorsementKey, tpm, FALSE, NULL, &public);
    give_secret(tpm, NULL);
    srk = make(TSS_OBJECT_TYPE_RSAKEY, TSS_KEY_TSP_SRK | TSS_KEY_AUTHORIZATION);
    give_secret(srk, NULL);
    CALL("good", Tspi_TPM_TakeOwnership, tpm, srk, 0);
    CALL("taken already", Tspi_TPM_TakeOwnership, tpm, srk, 0);
    CALL("good", Tspi_Context_LoadKeyByUUID, context, TSS_PS_TYPE_SYSTEM, srk_uuid, &srk);
    give_secret(srk, NULL);
    CALL("as owner", Tspi_TPM_GetPubEndorsementKey, tpm, TRUE, NULL, &public);
}

static void call_audit(void)
{
    UINT32 length = 0, count = 0, *ordinals;
    BYTE *bytes;
    TPM_COUNTER_VALUE value;
    CALL("good", Tspi_TPM_GetAuditDigest, tpm, 0, FALSE, &length, &bytes, &value, NULL, &count,
         &ordinals);
    CALL("no such TPM", Tspi_TPM_GetAuditDigest, NOTHING, 0, FALSE, &length, &bytes, &value, NULL,
         &count, &ordinals);
    TSS_HKEY key = make_key(TSS_KEY_SIZE_2048 | TSS_KEY_TYPE_SIGNING, srk, "key");
    TSS_VALIDATION validation = { .ulExternalDataLength = 20, .rgbExternalData = digest };
    CALL("signed", Tspi_TPM_GetAuditDigest, tpm, key, FALSE, &length, &bytes, &value, &validation,
         &count, &ordinals);
    CALL("audit an ordinal", Tspi_SetAttribUint32, tpm, TSS_TSPATTRIB_TPM_ORDINAL_AUDIT_STATUS,
         TPM_CAP_PROP_TPM_SET_ORDINAL_AUDIT, TPM_ORD_PcrRead);
    Tspi_Key_UnloadKey(key);
}

void call_owned_tpm(void)
{
    UINT32 length, counter;
    BYTE *bytes;
    TSS_BOOL state;
    CALL("good", Tspi_TPM_OwnerGetSRKPubKey, tpm, &length, &bytes);
    CALL("as owner", Tspi_TPM_GetStatus, tpm, TSS_TPMSTATUS_DISABLED, &state);
    CALL("as owner", Tspi_TPM_SetStatus, tpm, TSS_TPMSTATUS_RESETLOCK, TRUE);
    CALL("as owner", Tspi_TPM_SetStatus, tpm, TSS_TPMSTATUS_DISABLEPUBEKREAD, TRUE);
    CALL("good", Tspi_TPM_DirWrite, tpm, 0, 20, digest);
    CALL("no such register", Tspi_TPM_DirWrite, tpm, 7, 20, digest);
    CALL("good", Tspi_TPM_DirRead, tpm, 0, &length, &bytes);
    CALL("no such register", Tspi_TPM_DirRead, tpm, 7, &length, &bytes);
    CALL("none", Tspi_TPM_ReadCounter, tpm, &counter);
    call_audit();
    TSS_HPOLICY operator = make(TSS_OBJECT_TYPE_POLICY, TSS_POLICY_OPERATOR);
    Tspi_Policy_SetSecret(operator, TSS_SECRET_MODE_PLAIN, 3, (BYTE *)"op1");
    CALL("good", Tspi_TPM_SetOperatorAuth, tpm, operator);
    CALL("no such policy", Tspi_TPM_SetOperatorAuth, tpm, NOTHING);
    TSS_HPOLICY wrong = give_secret(tpm, "wrong");
    CALL("wrong secret", Tspi_TPM_OwnerGetSRKPubKey, tpm, &length, &bytes);
    CALL("wrong secret", Tspi_TPM_SetStatus, tpm, TSS_TPMSTATUS_RESETLOCK, TRUE);
    Tspi_Context_CloseObject(context, wrong);
    give_secret(tpm, NULL);
    CALL("right again", Tspi_TPM_SetStatus, tpm, TSS_TPMSTATUS_RESETLOCK, TRUE);
}

void call_maintenance(void)
{
    UINT32 number, length;
    BYTE *random, *archive;
    TSS_HKEY key = make(TSS_OBJECT_TYPE_RSAKEY, TSS_KEY_SIZE_2048 | TSS_KEY_TYPE_STORAGE);
    CALL("no such key", Tspi_TPM_LoadMaintenancePubKey, tpm, NOTHING, NULL);
    CALL("no such key", Tspi_TPM_CheckMaintenancePubKey, tpm, NOTHING, NULL);
    CALL("none loaded", Tspi_TPM_CheckMaintenancePubKey, tpm, key, NULL);
    CALL("no such TPM", Tspi_TPM_CreateMaintenanceArchive, NOTHING, TRUE, &number, &random, &length,
         &archive);
    CALL("no such TPM", Tspi_TPM_KillMaintenanceFeature, NOTHING);
}

void call_clear(void)
{
    TSS_HPOLICY wrong = give_secret(tpm, "wrong");
    CALL("wrong secret", Tspi_TPM_ClearOwner, tpm, FALSE);
    Tspi_Context_CloseObject(context, wrong);
    give_secret(tpm, NULL);
    CALL("good", Tspi_TPM_ClearOwner, tpm, FALSE);
}
