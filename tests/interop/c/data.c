/* Signing, quoting, sealing, binding, and NV storage. */
#include "tspi_calls.h"

static void call_signing(TSS_HKEY key)
{
    UINT32 length;
    BYTE *bytes;
    TSS_VALIDATION validation = { .ulExternalDataLength = 20, .rgbExternalData = digest };
    TSS_HHASH hash = make(TSS_OBJECT_TYPE_HASH, TSS_HASH_SHA1);
    TSS_HPCRS pcrs = make(TSS_OBJECT_TYPE_PCRS, TSS_PCRS_STRUCT_INFO);
    TSS_HPCRS pcrs2 = make(TSS_OBJECT_TYPE_PCRS, TSS_PCRS_STRUCT_INFO_SHORT);
    CALL("no hash", Tspi_Hash_Sign, hash, key, &length, &bytes);
    Tspi_Hash_SetHashValue(hash, 20, digest);
    CALL("no such key", Tspi_Hash_Sign, hash, NOTHING, &length, &bytes);
    if (CALL("good", Tspi_Hash_Sign, hash, key, &length, &bytes) == 0) {
        CALL("good", Tspi_Hash_VerifySignature, hash, key, length, bytes);
        bytes[9] ^= 1;
        CALL("wrong", Tspi_Hash_VerifySignature, hash, key, length, bytes);
    }
    CALL("good", Tspi_Hash_TickStampBlob, hash, key, &validation);
    CALL("no such key", Tspi_Hash_TickStampBlob, hash, NOTHING, &validation);
    Tspi_PcrComposite_SelectPcrIndex(pcrs, 10);
    CALL("good", Tspi_TPM_Quote, tpm, key, pcrs, &validation);
    CALL("no such key", Tspi_TPM_Quote, tpm, NOTHING, pcrs, &validation);
    validation.ulExternalDataLength = 20;
    validation.rgbExternalData = digest;
    Tspi_PcrComposite_SelectPcrIndexEx(pcrs2, 10, TSS_PCRS_DIRECTION_RELEASE);
    CALL("good", Tspi_TPM_Quote2, tpm, key, FALSE, pcrs2, &validation, &length, &bytes);
    validation.ulExternalDataLength = 20;
    validation.rgbExternalData = digest;
    CALL("with version", Tspi_TPM_Quote2, tpm, key, TRUE, pcrs2, &validation, &length, &bytes);
    CALL("no such key", Tspi_TPM_Quote2, tpm, NOTHING, TRUE, pcrs2, &validation, &length, &bytes);
}

static void call_sealing(void)
{
    UINT32 length;
    BYTE *bytes;
    TSS_HENCDATA sealed = make(TSS_OBJECT_TYPE_ENCDATA, TSS_ENCDATA_SEAL);
    TSS_HPCRS pcrs = make(TSS_OBJECT_TYPE_PCRS, TSS_PCRS_STRUCT_INFO_LONG);
    give_secret(sealed, "sealed");
    CALL("nothing sealed", Tspi_Data_Unseal, sealed, srk, &length, &bytes);
    CALL("no such key", Tspi_Data_Seal, sealed, NOTHING, 20, digest, 0);
    CALL("good", Tspi_Data_Seal, sealed, srk, 20, digest, 0);
    CALL("good", Tspi_Data_Unseal, sealed, srk, &length, &bytes);
    TSS_HPOLICY wrong = give_secret(sealed, "wrong");
    CALL("wrong secret", Tspi_Data_Unseal, sealed, srk, &length, &bytes);
    Tspi_Context_CloseObject(context, wrong);
    give_secret(sealed, "sealed");
    Tspi_TPM_SetStatus(tpm, TSS_TPMSTATUS_RESETLOCK, TRUE);
    CALL("no such key", Tspi_Data_Unseal, sealed, NOTHING, &length, &bytes);
    Tspi_PcrComposite_SelectPcrIndexEx(pcrs, 16, TSS_PCRS_DIRECTION_RELEASE);
    Tspi_TPM_PcrRead(tpm, 16, &length, &bytes);
    Tspi_PcrComposite_SetPcrValue(pcrs, 16, length, bytes);
    Tspi_PcrComposite_SetPcrLocality(pcrs, TPM_LOC_ZERO);
    CALL("to a PCR", Tspi_Data_Seal, sealed, srk, 20, digest, pcrs);
    CALL("PCR as it was", Tspi_Data_Unseal, sealed, srk, &length, &bytes);
    Tspi_TPM_PcrExtend(tpm, 16, 20, digest, NULL, &length, &bytes);
    CALL("PCR changed", Tspi_Data_Unseal, sealed, srk, &length, &bytes);
}

static void call_binding(void)
{
    UINT32 length;
    BYTE *bytes;
    TSS_HKEY key = make_key(TSS_KEY_SIZE_2048 | TSS_KEY_TYPE_BIND, srk, "bind");
    TSS_HENCDATA bound = make(TSS_OBJECT_TYPE_ENCDATA, TSS_ENCDATA_BIND);
    CALL("nothing bound", Tspi_Data_Unbind, bound, key, &length, &bytes);
    CALL("good", Tspi_Data_Bind, bound, key, 20, digest);
    CALL("too much", Tspi_Data_Bind, bound, key, 5000, digest);
    CALL("good", Tspi_Data_Unbind, bound, key, &length, &bytes);
    CALL("no such key", Tspi_Data_Unbind, bound, NOTHING, &length, &bytes);
    Tspi_Key_UnloadKey(key);
}

void call_data(void)
{
    TSS_HKEY key = make_key(TSS_KEY_SIZE_2048 | TSS_KEY_TYPE_SIGNING, srk, "key");
    call_signing(key);
    Tspi_Key_UnloadKey(key);
    UINT32 length;
    BYTE *bytes;
    TSS_HHASH hash = make(TSS_OBJECT_TYPE_HASH, TSS_HASH_SHA1);
    Tspi_Hash_SetHashValue(hash, 20, digest);
    CALL("key unloaded", Tspi_Hash_Sign, hash, key, &length, &bytes);
    call_sealing();
    call_binding();
}

void call_nv(void)
{
    UINT32 length = 20;
    BYTE *bytes, data[20] = "twenty bytes of data";
    TSS_HNVSTORE nv = make(TSS_OBJECT_TYPE_NV, 0);
    TSS_HNVSTORE none = make(TSS_OBJECT_TYPE_NV, 0);
    Tspi_SetAttribUint32(none, TSS_TSPATTRIB_NV_INDEX, 0, 0x1234);
    Tspi_SetAttribUint32(nv, TSS_TSPATTRIB_NV_INDEX, 0, 0x1001);
    Tspi_SetAttribUint32(nv, TSS_TSPATTRIB_NV_PERMISSIONS, 0,
                         TPM_NV_PER_OWNERWRITE | TPM_NV_PER_OWNERREAD);
    Tspi_SetAttribUint32(nv, TSS_TSPATTRIB_NV_DATASIZE, 0, sizeof data);
    CALL("good", Tspi_NV_DefineSpace, nv, 0, 0);
    CALL("defined already", Tspi_NV_DefineSpace, nv, 0, 0);
    CALL("good", Tspi_NV_WriteValue, nv, 0, sizeof data, data);
    CALL("too far", Tspi_NV_WriteValue, nv, 15, sizeof data, data);
    CALL("no such area", Tspi_NV_WriteValue, none, 0, sizeof data, data);
    CALL("good", Tspi_NV_ReadValue, nv, 0, &length, &bytes);
    length = 20;
    CALL("no such area", Tspi_NV_ReadValue, none, 0, &length, &bytes);
    TSS_HNVSTORE own = make(TSS_OBJECT_TYPE_NV, 0);
    give_secret(own, "area");
    Tspi_SetAttribUint32(own, TSS_TSPATTRIB_NV_INDEX, 0, 0x1002);
    Tspi_SetAttribUint32(own, TSS_TSPATTRIB_NV_PERMISSIONS, 0,
                         TPM_NV_PER_AUTHWRITE | TPM_NV_PER_AUTHREAD);
    Tspi_SetAttribUint32(own, TSS_TSPATTRIB_NV_DATASIZE, 0, sizeof data);
    CALL("with a secret", Tspi_NV_DefineSpace, own, 0, 0);
    CALL("with a secret", Tspi_NV_WriteValue, own, 0, sizeof data, data);
    length = 20;
    CALL("with a secret", Tspi_NV_ReadValue, own, 0, &length, &bytes);
    TSS_HPOLICY wrong = give_secret(own, "wrong");
    length = 20;
    CALL("wrong secret", Tspi_NV_ReadValue, own, 0, &length, &bytes);
    Tspi_Context_CloseObject(context, wrong);
    CALL("good", Tspi_NV_ReleaseSpace, nv);
    CALL("with a secret", Tspi_NV_ReleaseSpace, own);
    CALL("no such area", Tspi_NV_ReleaseSpace, none);
    Tspi_TPM_SetStatus(tpm, TSS_TPMSTATUS_RESETLOCK, TRUE);
}
