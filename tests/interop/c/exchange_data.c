/*
 * Makes and uses what another program uses and makes: keys, data, quotes, passwords. Each key has
 * the secret "key", sealed data the secret "data". What goes in and out are files of a folder.
 *   make FOLDER      makes a signing key, which is registered too, a key for binding, sealed and
 *                    bound data, and a quote of PCRs 10 and 16:
 *                    secret in; signing, signing.der, signing.public, binding, sealed, sealed.der,
 *                    bound, quoted, quote out
 *   use FOLDER       uses them: the same in;
 *                    signature, signature.der, signature.user, signature.system, opened, unbound out
 *   lock FOLDER NUL  seals for a password, hashed with its NUL or (0) without:
 *                    secret, password in; sealed out
 *   open FOLDER NUL  opens that: sealed, password in; opened out
 */
#include "exchange.h"

#include <locale.h>

static const TSS_FLAG SIGNING = TSS_KEY_SIZE_2048 | TSS_KEY_TYPE_SIGNING | TSS_KEY_AUTHORIZATION;
static const TSS_FLAG BINDING = TSS_KEY_SIZE_2048 | TSS_KEY_TYPE_BIND | TSS_KEY_AUTHORIZATION;
static const TSS_UUID UUID = { 1, 2, 3, 4, 5, { 6, 7, 8, 9, 10, 11 } };
static const TSS_FLAG STORAGES[] = { TSS_PS_TYPE_USER, TSS_PS_TYPE_SYSTEM };

static struct bytes der(struct bytes raw, UINT32 type)
{
    struct bytes encoded = { 4096, malloc(4096) };
    MUST(Tspi_EncodeDER_TssBlob, raw.length, raw.bytes, type, &encoded.length, encoded.bytes);
    return encoded;
}

static struct bytes ber(struct bytes encoded, UINT32 expected)
{
    UINT32 type;
    struct bytes raw = { 4096, malloc(4096) };
    MUST(Tspi_DecodeBER_TssBlob, encoded.length, encoded.bytes, &type, &raw.length, raw.bytes);
    if (type != expected) exit(1);
    return raw;
}

static struct bytes blob_of(TSS_HKEY key)
{
    return attribute(key, TSS_TSPATTRIB_KEY_BLOB, TSS_TSPATTRIB_KEYBLOB_BLOB);
}

static TSS_HKEY load(struct bytes blob)
{
    TSS_HKEY key;
    MUST(Tspi_Context_LoadKeyByBlob, context, srk, blob.length, blob.bytes, &key);
    give_secret(key, "key");
    return key;
}

/* Debian's tcsd leaves a key in the TPM that is loaded a second time: each is unloaded again. */
static void sign_with(TSS_HKEY key, const char *file)
{
    struct bytes signature;
    TSS_HHASH hash = make(TSS_OBJECT_TYPE_HASH, TSS_HASH_SHA1);
    MUST(Tspi_Hash_SetHashValue, hash, sizeof digest, digest);
    MUST(Tspi_Hash_Sign, hash, key, &signature.length, &signature.bytes);
    give(file, signature);
    MUST(Tspi_Key_UnloadKey, key);
}

static TSS_HENCDATA encrypted(TSS_FLAG type, struct bytes blob)
{
    TSS_HENCDATA data = make(TSS_OBJECT_TYPE_ENCDATA, type);
    set_attribute(data, TSS_TSPATTRIB_ENCDATA_BLOB, TSS_TSPATTRIB_ENCDATABLOB_BLOB, blob);
    return data;
}

static struct bytes encrypted_blob(TSS_HENCDATA data)
{
    return attribute(data, TSS_TSPATTRIB_ENCDATA_BLOB, TSS_TSPATTRIB_ENCDATABLOB_BLOB);
}

/* Seals to PCR 16 as it is. */
static TSS_HENCDATA seal(struct bytes secret)
{
    struct bytes value;
    TSS_HENCDATA data = make(TSS_OBJECT_TYPE_ENCDATA, TSS_ENCDATA_SEAL);
    TSS_HPCRS pcrs = make(TSS_OBJECT_TYPE_PCRS, TSS_PCRS_STRUCT_INFO);
    MUST(Tspi_TPM_PcrRead, tpm, 16, &value.length, &value.bytes);
    MUST(Tspi_PcrComposite_SetPcrValue, pcrs, 16, value.length, value.bytes);
    give_secret(data, "data");
    MUST(Tspi_Data_Seal, data, srk, secret.length, secret.bytes, pcrs);
    return data;
}

static void quote(TSS_HKEY key)
{
    TSS_HPCRS pcrs = make(TSS_OBJECT_TYPE_PCRS, TSS_PCRS_STRUCT_INFO);
    TSS_VALIDATION evidence = { .ulExternalDataLength = sizeof digest, .rgbExternalData = digest };
    MUST(Tspi_PcrComposite_SelectPcrIndex, pcrs, 10);
    MUST(Tspi_PcrComposite_SelectPcrIndex, pcrs, 16);
    MUST(Tspi_TPM_Quote, tpm, key, pcrs, &evidence);
    give("quoted", (struct bytes){ evidence.ulDataLength, evidence.rgbData });
    give("quote", (struct bytes){ evidence.ulValidationDataLength, evidence.rgbValidationData });
}

static void make_all(void)
{
    struct bytes secret = take("secret");
    TSS_HKEY signing = make_key(SIGNING, srk, "key"), binding = make_key(BINDING, srk, "key");
    TSS_HENCDATA sealed = seal(secret), bound = make(TSS_OBJECT_TYPE_ENCDATA, TSS_ENCDATA_BIND);
    for (int i = 0; i < 2; i++)
        MUST(Tspi_Context_RegisterKey, context, signing, STORAGES[i], UUID, TSS_PS_TYPE_SYSTEM,
             srk_uuid);
    MUST(Tspi_Data_Bind, bound, binding, secret.length, secret.bytes);
    give("signing", blob_of(signing));
    give("signing.der", der(blob_of(signing), TSS_BLOB_TYPE_KEY));
    give("signing.public", public_key(signing));
    give("binding", blob_of(binding));
    give("sealed", encrypted_blob(sealed));
    give("sealed.der", der(encrypted_blob(sealed), TSS_BLOB_TYPE_SEALEDDATA));
    give("bound", encrypted_blob(bound));
    quote(signing);
}

static void use_registered(TSS_FLAG storage, const char *file)
{
    TSS_HKEY key;
    MUST(Tspi_Context_LoadKeyByUUID, context, storage, UUID, &key);
    give_secret(key, "key");
    sign_with(key, file);
}

/* The quoted bytes hold the challenge, and the key has signed them. */
static void verify_quote(void)
{
    struct bytes quoted = take("quoted"), signature = take("quote");
    TSS_HKEY key = key_with_public_part(SIGNING, take("signing.public"));
    TSS_HHASH hash = make(TSS_OBJECT_TYPE_HASH, TSS_HASH_SHA1);
    if (quoted.length != 48 || memcmp(quoted.bytes + 28, digest, sizeof digest)) exit(1);
    MUST(Tspi_Hash_UpdateHashValue, hash, quoted.length, quoted.bytes);
    MUST(Tspi_Hash_VerifySignature, hash, key, signature.length, signature.bytes);
}

static void use_all(void)
{
    struct bytes opened, unbound;
    TSS_HENCDATA sealed =
        encrypted(TSS_ENCDATA_SEAL, ber(take("sealed.der"), TSS_BLOB_TYPE_SEALEDDATA));
    TSS_HENCDATA bound = encrypted(TSS_ENCDATA_BIND, take("bound"));
    use_registered(TSS_PS_TYPE_SYSTEM, "signature.system");
    use_registered(TSS_PS_TYPE_USER, "signature.user");
    sign_with(load(take("signing")), "signature");
    sign_with(load(ber(take("signing.der"), TSS_BLOB_TYPE_KEY)), "signature.der");
    give_secret(sealed, "data");
    MUST(Tspi_Data_Unseal, sealed, srk, &opened.length, &opened.bytes);
    give("opened", opened);
    MUST(Tspi_Data_Unbind, bound, load(take("binding")), &unbound.length, &unbound.bytes);
    give("unbound", unbound);
    verify_quote();
}

/* As tpm-tools do with -u: the password in UTF-16LE, with the NUL that libtspi adds or without. */
static void give_password(TSS_HENCDATA data, int with_nul)
{
    struct bytes password = take("password");
    TSS_HPOLICY policy = make(TSS_OBJECT_TYPE_POLICY, TSS_POLICY_USAGE);
    password.bytes[password.length] = 0;
    BYTE *wide = Trspi_Native_To_UNICODE(password.bytes, &password.length);
    MUST(Tspi_Policy_SetSecret, policy, TSS_SECRET_MODE_PLAIN,
         password.length - (with_nul ? 0 : 2), wide);
    MUST(Tspi_Policy_AssignToObject, policy, data);
}

static void lock(int with_nul)
{
    struct bytes secret = take("secret");
    TSS_HENCDATA data = make(TSS_OBJECT_TYPE_ENCDATA, TSS_ENCDATA_SEAL);
    give_password(data, with_nul);
    MUST(Tspi_Data_Seal, data, srk, secret.length, secret.bytes, 0);
    give("sealed", encrypted_blob(data));
}

static void open_locked(int with_nul)
{
    struct bytes opened;
    TSS_HENCDATA data = encrypted(TSS_ENCDATA_SEAL, take("sealed"));
    give_password(data, with_nul);
    MUST(Tspi_Data_Unseal, data, srk, &opened.length, &opened.bytes);
    give("opened", opened);
}

int main(int count, char **arguments)
{
    if (count < 3) return 2;
    setlocale(LC_ALL, "C.UTF-8");
    begin(arguments[2]);
    if (strcmp(arguments[1], "make") == 0) make_all();
    else if (strcmp(arguments[1], "use") == 0) use_all();
    else if (strcmp(arguments[1], "lock") == 0 && count == 4) lock(atoi(arguments[3]));
    else if (strcmp(arguments[1], "open") == 0 && count == 4) open_locked(atoi(arguments[3]));
    else return 2;
    MUST(Tspi_Context_Close, context);
    return 0;
}
