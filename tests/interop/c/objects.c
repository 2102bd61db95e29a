/* What the calls are made with: a context and its objects. */
#include "tspi_calls.h"

TSS_HCONTEXT context;
TSS_HTPM tpm;
TSS_HKEY srk;
BYTE well_known[20];
BYTE digest[20] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 };
TSS_UUID srk_uuid = TSS_UUID_SRK;

TSS_RESULT tell(const char *function, const char *label, TSS_RESULT result)
{
    printf("%s\t%s\t%x\n", function, label, result);
    fflush(stdout);
    return result;
}

TSS_HOBJECT make(TSS_FLAG type, TSS_FLAG flags)
{
    TSS_HOBJECT object = 0;
    if (Tspi_Context_CreateObject(context, type, flags, &object)) fprintf(stderr, "cannot make\n");
    return object;
}

TSS_HPOLICY give_secret(TSS_HOBJECT object, const char *secret)
{
    TSS_HPOLICY policy = make(TSS_OBJECT_TYPE_POLICY, TSS_POLICY_USAGE);
    if (secret == NULL) Tspi_Policy_SetSecret(policy, TSS_SECRET_MODE_SHA1, 20, well_known);
    else Tspi_Policy_SetSecret(policy, TSS_SECRET_MODE_PLAIN, strlen(secret), (BYTE *)secret);
    Tspi_Policy_AssignToObject(policy, object);
    return policy;
}

TSS_HKEY make_key(TSS_FLAG flags, TSS_HKEY parent, const char *secret)
{
    TSS_HKEY key = make(TSS_OBJECT_TYPE_RSAKEY, flags);
    give_secret(key, secret);
    TSS_HPOLICY migration = make(TSS_OBJECT_TYPE_POLICY, TSS_POLICY_MIGRATION);
    Tspi_Policy_SetSecret(migration, TSS_SECRET_MODE_PLAIN, 4, (BYTE *)"move");
    Tspi_Policy_AssignToObject(migration, key);
    if ((flags & TSS_KEY_TYPE_BITMASK) == TSS_KEY_TYPE_SIGNING)
        Tspi_SetAttribUint32(key, TSS_TSPATTRIB_KEY_INFO, TSS_TSPATTRIB_KEYINFO_SIGSCHEME,
                             TSS_SS_RSASSAPKCS1V15_SHA1);
    TSS_RESULT result = Tspi_Key_CreateKey(key, parent, 0);
    if (result == 0) result = Tspi_Key_LoadKey(key, parent);
    if (result) fprintf(stderr, "cannot make a key: 0x%x\n", result);
    return key;
}
