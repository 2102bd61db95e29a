/* Contexts, objects, attributes, policies, and what the library does alone. */
#include "tspi_calls.h"

void call_context(void)
{
    UINT32 length, sub = TSS_ALG_SHA;
    BYTE *bytes;
    TSS_HPOLICY policy;
    CALL("no place for it", Tspi_Context_Create, NULL);
    CALL("good", Tspi_Context_Create, &context);
    CALL("not connected", Tspi_Context_GetTpmObject, context, NULL);
    CALL("no such context", Tspi_Context_Connect, NOTHING, NULL);
    CALL("good", Tspi_Context_Connect, context, NULL);
    CALL("connected already", Tspi_Context_Connect, context, NULL);
    CALL("good", Tspi_Context_GetTpmObject, context, &tpm);
    CALL("no such context", Tspi_Context_GetTpmObject, NOTHING, &tpm);
    CALL("good", Tspi_Context_GetDefaultPolicy, context, &policy);
    CALL("no such context", Tspi_Context_GetDefaultPolicy, NOTHING, &policy);
    CALL("good", Tspi_Context_GetCapability, context, TSS_TCSCAP_ALG, sizeof sub, (BYTE *)&sub,
         &length, &bytes);
    CALL("good", Tspi_Context_FreeMemory, context, bytes);
    CALL("not ours", Tspi_Context_FreeMemory, context, (BYTE *)&sub);
    CALL("everything", Tspi_Context_FreeMemory, context, NULL);
    CALL("version", Tspi_Context_GetCapability, context, TSS_TCSCAP_VERSION, 0, NULL, &length,
         &bytes);
    sub = TSS_TCSCAP_PROP_MANUFACTURER_ID;
    CALL("manufacturer", Tspi_Context_GetCapability, context, TSS_TCSCAP_MANUFACTURER, sizeof sub,
         (BYTE *)&sub, &length, &bytes);
    sub = TSS_TCSCAP_PROP_HOST_PLATFORM;
    CALL("platform", Tspi_Context_GetCapability, context, TSS_TCSCAP_PLATFORM_CLASS, sizeof sub,
         (BYTE *)&sub, &length, &bytes);
    sub = 0x7777;
    CALL("no such algorithm", Tspi_Context_GetCapability, context, TSS_TCSCAP_ALG, sizeof sub,
         (BYTE *)&sub, &length, &bytes);
    CALL("no such area", Tspi_Context_GetCapability, context, 0x9999, 0, NULL, &length, &bytes);
}

static void call_hash(void)
{
    UINT32 length;
    BYTE *bytes;
    TSS_HHASH hash = make(TSS_OBJECT_TYPE_HASH, TSS_HASH_SHA1);
    CALL("no value yet", Tspi_Hash_GetHashValue, hash, &length, &bytes);
    CALL("good", Tspi_Hash_UpdateHashValue, hash, 3, (BYTE *)"abc");
    CALL("good", Tspi_Hash_GetHashValue, hash, &length, &bytes);
    CALL("no such object", Tspi_Hash_UpdateHashValue, NOTHING, 3, (BYTE *)"abc");
    CALL("too short", Tspi_Hash_SetHashValue, hash, 19, digest);
    CALL("good", Tspi_Hash_SetHashValue, hash, 20, digest);
}

static void call_composite(void)
{
    UINT32 length;
    BYTE *bytes;
    TSS_HPCRS old = make(TSS_OBJECT_TYPE_PCRS, TSS_PCRS_STRUCT_INFO);
    TSS_HPCRS new = make(TSS_OBJECT_TYPE_PCRS, TSS_PCRS_STRUCT_INFO_LONG);
    CALL("good", Tspi_PcrComposite_SelectPcrIndex, old, 10);
    CALL("of the long form", Tspi_PcrComposite_SelectPcrIndex, new, 10);
    CALL("good", Tspi_PcrComposite_SelectPcrIndexEx, new, 10, TSS_PCRS_DIRECTION_RELEASE);
    CALL("no direction", Tspi_PcrComposite_SelectPcrIndexEx, new, 10, 77);
    CALL("good", Tspi_PcrComposite_SetPcrValue, old, 10, 20, digest);
    CALL("no such object", Tspi_PcrComposite_SetPcrValue, NOTHING, 10, 20, digest);
    CALL("good", Tspi_PcrComposite_GetPcrValue, old, 10, &length, &bytes);
    CALL("not selected", Tspi_PcrComposite_GetPcrValue, old, 3, &length, &bytes);
    CALL("no such object", Tspi_PcrComposite_GetPcrValue, NOTHING, 10, &length, &bytes);
    CALL("no such object", Tspi_PcrComposite_GetCompositeHash, NOTHING, &length, &bytes);
    CALL("good", Tspi_PcrComposite_SetPcrLocality, new, TPM_LOC_ZERO);
    CALL("of the short form", Tspi_PcrComposite_SetPcrLocality, old, TPM_LOC_ZERO);
    CALL("good", Tspi_PcrComposite_GetPcrLocality, new, &length);
    CALL("of the short form", Tspi_PcrComposite_GetPcrLocality, old, &length);
    CALL("of the short form", Tspi_PcrComposite_GetCompositeHash, old, &length, &bytes);
    Tspi_PcrComposite_SetPcrValue(new, 10, 20, digest);
    CALL("good", Tspi_PcrComposite_GetCompositeHash, new, &length, &bytes);
}

static void call_attributes(TSS_HKEY key)
{
    UINT32 number, length;
    BYTE *bytes, der[1000];
    CALL("good", Tspi_GetAttribUint32, key, TSS_TSPATTRIB_KEY_INFO, TSS_TSPATTRIB_KEYINFO_SIZE,
         &number);
    CALL("none", Tspi_GetAttribUint32, key, 0x9999, 0, &number);
    CALL("good", Tspi_SetAttribUint32, key, TSS_TSPATTRIB_KEY_INFO,
         TSS_TSPATTRIB_KEYINFO_ENCSCHEME, TSS_ES_RSAESPKCSV15);
    CALL("none", Tspi_SetAttribUint32, key, 0x9999, 0, 1);
    CALL("good", Tspi_GetAttribData, key, TSS_TSPATTRIB_KEY_BLOB, TSS_TSPATTRIB_KEYBLOB_BLOB,
         &length, &bytes);
    CALL("good", Tspi_SetAttribData, key, TSS_TSPATTRIB_KEY_BLOB, TSS_TSPATTRIB_KEYBLOB_BLOB,
         length, bytes);
    number = sizeof der;
    CALL("good", Tspi_EncodeDER_TssBlob, length, bytes, TSS_BLOB_TYPE_KEY, &number, der);
    CALL("no type", Tspi_EncodeDER_TssBlob, length, bytes, 999, &number, der);
    CALL("rubbish", Tspi_DecodeBER_TssBlob, 3, (BYTE *)"abc", &length, &number, der);
    CALL("none", Tspi_GetAttribData, key, 0x9999, 0, &length, &bytes);
    CALL("none", Tspi_SetAttribData, key, 0x9999, 0, 3, (BYTE *)"abc");
}

void call_objects(void)
{
    TSS_HOBJECT object;
    TSS_HPOLICY policy;
    CALL("good", Tspi_Context_CreateObject, context, TSS_OBJECT_TYPE_RSAKEY,
         TSS_KEY_SIZE_2048 | TSS_KEY_TYPE_BIND, &object);
    CALL("no such type", Tspi_Context_CreateObject, context, 0x99, 0, &policy);
    call_attributes(object);
    CALL("good", Tspi_GetPolicyObject, object, TSS_POLICY_USAGE, &policy);
    CALL("no such policy", Tspi_GetPolicyObject, object, 99, &policy);
    CALL("good", Tspi_Context_CloseObject, context, object);
    CALL("closed", Tspi_Context_CloseObject, context, object);
    policy = make(TSS_OBJECT_TYPE_POLICY, TSS_POLICY_USAGE);
    CALL("good", Tspi_Policy_SetSecret, policy, TSS_SECRET_MODE_PLAIN, 3, (BYTE *)"abc");
    CALL("no such mode", Tspi_Policy_SetSecret, policy, 0x9999, 3, (BYTE *)"abc");
    CALL("wrong length", Tspi_Policy_SetSecret, policy, TSS_SECRET_MODE_SHA1, 3, (BYTE *)"abc");
    CALL("good", Tspi_Policy_AssignToObject, policy, tpm);
    CALL("no such object", Tspi_Policy_AssignToObject, policy, NOTHING);
    CALL("good", Tspi_Policy_FlushSecret, policy);
    CALL("no such policy", Tspi_Policy_FlushSecret, NOTHING);
    CALL("never", Tspi_ChangeAuthAsym, tpm, tpm, 0, policy);
    call_hash();
    call_composite();
}
