/* Keys, registered ones and those of identities. */
#include "tspi_calls.h"

static TSS_UUID uuid = { 0x11223344, 0x5566, 0x7788, 0x99, 0xaa, { 1, 2, 3, 4, 5, 6 } };
static TSS_UUID other = { 1, 2, 3, 4, 5, { 6, 7, 8, 9, 10, 11 } };

void call_registered_keys(void)
{
    UINT32 count, length;
    BYTE *modulus;
    TSS_KM_KEYINFO *infos;
    TSS_KM_KEYINFO2 *infos2;
    TSS_HKEY found, key = make_key(TSS_KEY_SIZE_2048 | TSS_KEY_TYPE_SIGNING, srk, "key");
    TSS_FLAG stores[] = { TSS_PS_TYPE_SYSTEM, TSS_PS_TYPE_USER };
    const char *labels[] = { "system", "user" };
    Tspi_GetAttribData(key, TSS_TSPATTRIB_RSAKEY_INFO, TSS_TSPATTRIB_KEYINFO_RSA_MODULUS, &length,
                       &modulus);
    for (int i = 0; i < 2; i++) {
        TSS_FLAG store = stores[i];
        const char *label = labels[i];
        CALL(label, Tspi_Context_RegisterKey, context, key, store, uuid, TSS_PS_TYPE_SYSTEM,
             srk_uuid);
        CALL("registered already", Tspi_Context_RegisterKey, context, key, store, uuid,
             TSS_PS_TYPE_SYSTEM, srk_uuid);
        CALL(label, Tspi_Context_GetKeyByUUID, context, store, uuid, &found);
        CALL("no such key", Tspi_Context_GetKeyByUUID, context, store, other, &found);
        CALL(label, Tspi_Context_LoadKeyByUUID, context, store, uuid, &found);
        CALL("again", Tspi_Context_LoadKeyByUUID, context, store, uuid, &found);
        CALL("no such key", Tspi_Context_LoadKeyByUUID, context, store, other, &found);
        CALL(label, Tspi_Context_GetKeyByPublicInfo, context, store, TSS_ALG_RSA, length, modulus,
             &found);
        CALL("no such key", Tspi_Context_GetKeyByPublicInfo, context, store, TSS_ALG_RSA, 20,
             digest, &found);
        CALL(label, Tspi_Context_GetRegisteredKeysByUUID, context, store, &uuid, &count, &infos);
        printf("keys\t%s\t%u\n", label, count);
        CALL("no such key", Tspi_Context_GetRegisteredKeysByUUID, context, store, &other, &count,
             &infos);
        CALL("all", Tspi_Context_GetRegisteredKeysByUUID, context, store, NULL, &count, &infos);
        printf("keys\tall in %s\t%u\n", label, count);
        CALL(label, Tspi_Context_GetRegisteredKeysByUUID2, context, store, &uuid, &count, &infos2);
        printf("keys\t%s, new form\t%u\n", label, count);
        CALL("no such key", Tspi_Context_GetRegisteredKeysByUUID2, context, store, &other, &count,
             &infos2);
        CALL(label, Tspi_Context_UnregisterKey, context, store, uuid, &found);
        CALL("no such key", Tspi_Context_UnregisterKey, context, store, uuid, &found);
    }
    Tspi_Key_UnloadKey(key);
}

static void call_wrap(void)
{
    /* Not a real modulus: the TPM alone would find that out. */
    BYTE modulus[256], prime[128];
    memset(modulus, 0xc5, sizeof modulus);
    memset(prime, 0xc5, sizeof prime);
    TSS_HKEY key = make(TSS_OBJECT_TYPE_RSAKEY, TSS_KEY_SIZE_2048 | TSS_KEY_TYPE_SIGNING |
                                                    TSS_KEY_MIGRATABLE | TSS_KEY_NO_AUTHORIZATION);
    TSS_HPOLICY migration = make(TSS_OBJECT_TYPE_POLICY, TSS_POLICY_MIGRATION);
    Tspi_Policy_SetSecret(migration, TSS_SECRET_MODE_PLAIN, 4, (BYTE *)"move");
    Tspi_Policy_AssignToObject(migration, key);
    Tspi_SetAttribData(key, TSS_TSPATTRIB_RSAKEY_INFO, TSS_TSPATTRIB_KEYINFO_RSA_MODULUS,
                       sizeof modulus, modulus);
    Tspi_SetAttribData(key, TSS_TSPATTRIB_KEY_BLOB, TSS_TSPATTRIB_KEYBLOB_PRIVATE_KEY,
                       sizeof prime, prime);
    CALL("good", Tspi_Key_WrapKey, key, srk, 0);
    CALL("no such parent", Tspi_Key_WrapKey, key, NOTHING, 0);
}

void call_keys(void)
{
    UINT32 length;
    BYTE *bytes;
    TSS_HKEY loaded;
    TSS_UUID told;
    TSS_VALIDATION validation = { .ulExternalDataLength = 20, .rgbExternalData = digest };
    TSS_HKEY key = make(TSS_OBJECT_TYPE_RSAKEY, TSS_KEY_SIZE_2048 | TSS_KEY_TYPE_SIGNING);
    TSS_HKEY certifier = make_key(TSS_KEY_SIZE_2048 | TSS_KEY_TYPE_SIGNING, srk, "other");
    give_secret(key, "key");
    CALL("no such parent", Tspi_Key_CreateKey, key, NOTHING, 0);
    CALL("good", Tspi_Key_CreateKey, key, srk, 0);
    CALL("not loaded", Tspi_Key_GetPubKey, key, &length, &bytes);
    CALL("no such parent", Tspi_Key_LoadKey, key, NOTHING);
    CALL("good", Tspi_Key_LoadKey, key, srk);
    CALL("good", Tspi_Key_GetPubKey, key, &length, &bytes);
    CALL("good", Tspi_Key_CertifyKey, key, certifier, &validation);
    CALL("no such key", Tspi_Key_CertifyKey, key, NOTHING, &validation);
    CALL("not served", Tspi_TPM_CertifySelfTest, tpm, certifier, &validation);
    CALL("no such key", Tspi_TPM_CertifySelfTest, tpm, NOTHING, &validation);
    Tspi_GetAttribData(key, TSS_TSPATTRIB_KEY_BLOB, TSS_TSPATTRIB_KEYBLOB_BLOB, &length, &bytes);
    CALL("good", Tspi_Context_LoadKeyByBlob, context, srk, length, bytes, &loaded);
    bytes[length - 1] ^= 1;
    CALL("damaged", Tspi_Context_LoadKeyByBlob, context, srk, length, bytes, &loaded);
    CALL("stays", Tspi_TPM_KeyControlOwner, tpm, key, TSS_TSPATTRIB_KEYCONTROL_OWNEREVICT, TRUE,
         &told);
    CALL("goes", Tspi_TPM_KeyControlOwner, tpm, key, TSS_TSPATTRIB_KEYCONTROL_OWNEREVICT, FALSE,
         &told);
    CALL("no attribute", Tspi_TPM_KeyControlOwner, tpm, key, 0x9999, TRUE, &told);
    CALL("good", Tspi_Key_UnloadKey, key);
    CALL("unloaded", Tspi_Key_UnloadKey, key);
    Tspi_Key_UnloadKey(certifier);
    call_wrap();
}

void call_identity(void)
{
    UINT32 length = 0;
    BYTE *request, *credential, *label;
    BYTE rubbish[256] = { 0 };
    TSS_HKEY identity = make(TSS_OBJECT_TYPE_RSAKEY, TSS_KEY_SIZE_2048 | TSS_KEY_TYPE_IDENTITY);
    TSS_HKEY authority = make(TSS_OBJECT_TYPE_RSAKEY, TSS_KEY_SIZE_2048 | TSS_KEY_TYPE_LEGACY);
    BYTE modulus[256];
    memset(modulus, 0xc5, sizeof modulus);
    give_secret(identity, "identity");
    Tspi_SetAttribUint32(authority, TSS_TSPATTRIB_KEY_INFO, TSS_TSPATTRIB_KEYINFO_ENCSCHEME,
                         TSS_ES_RSAESPKCSV15);
    Tspi_SetAttribData(authority, TSS_TSPATTRIB_RSAKEY_INFO, TSS_TSPATTRIB_KEYINFO_RSA_MODULUS,
                       sizeof modulus, modulus);
    label = Trspi_Native_To_UNICODE((BYTE *)"identity", &length);
    UINT32 size;
    CALL("no such key", Tspi_TPM_CollateIdentityRequest, tpm, srk, authority, length, label,
         NOTHING, TSS_ALG_3DES, &size, &request);
    CALL("good", Tspi_TPM_CollateIdentityRequest, tpm, srk, authority, length, label, identity,
         TSS_ALG_3DES, &size, &request);
    Tspi_Key_LoadKey(identity, srk);
    CALL("rubbish", Tspi_TPM_ActivateIdentity, tpm, identity, sizeof rubbish, rubbish,
         sizeof rubbish, rubbish, &size, &credential);
    CALL("no such key", Tspi_TPM_ActivateIdentity, tpm, NOTHING, sizeof rubbish, rubbish,
         sizeof rubbish, rubbish, &size, &credential);
    Tspi_Key_UnloadKey(identity);
}

void call_change_auth(void)
{
    TSS_HKEY key = make_key(TSS_KEY_SIZE_2048 | TSS_KEY_TYPE_SIGNING, srk, "key");
    TSS_HPOLICY secret = make(TSS_OBJECT_TYPE_POLICY, TSS_POLICY_USAGE);
    Tspi_Policy_SetSecret(secret, TSS_SECRET_MODE_PLAIN, 3, (BYTE *)"new");
    TSS_HPOLICY zeros = make(TSS_OBJECT_TYPE_POLICY, TSS_POLICY_USAGE);
    Tspi_Policy_SetSecret(zeros, TSS_SECRET_MODE_SHA1, 20, well_known);
    CALL("a key", Tspi_ChangeAuth, key, srk, secret);
    CALL("no such parent", Tspi_ChangeAuth, key, NOTHING, secret);
    CALL("owner", Tspi_ChangeAuth, tpm, 0, secret);
    CALL("owner, back", Tspi_ChangeAuth, tpm, 0, zeros);
    CALL("SRK", Tspi_ChangeAuth, srk, tpm, secret);
    CALL("SRK, back", Tspi_ChangeAuth, srk, tpm, zeros);
    Tspi_Key_UnloadKey(key);
}
