/*
 * Sends and takes keys that migrate, with another program on the other side. Its TPM has an owner
 * with the secret "owner", its SRK the well-known one. Each key signs, its secret is "key" and its
 * migration secret "move". What goes in and out are files of a folder.
 *   send FOLDER SCHEME   sends a new key: destination in; public, random, blob out
 *   take FOLDER          takes a key under the SRK: random, blob in; signature out
 *   certify FOLDER       sends a new certified migratable key, as an authority made for it allows:
 *                        destination, ticket in; public, random, blob, authority, authorities,
 *                        restriction, signature out
 *   allowed FOLDER       sends a certified migratable key as its authority allows: key, ticket,
 *                        authority, authorities, restriction, signature in; random, blob out
 */
#include "exchange.h"

static const TSS_FLAG SIGNING = TSS_KEY_SIZE_2048 | TSS_KEY_TYPE_SIGNING | TSS_KEY_AUTHORIZATION;

static struct bytes signature_of(TSS_HKEY key, struct bytes value)
{
    struct bytes signature;
    TSS_HHASH hash = make(TSS_OBJECT_TYPE_HASH, TSS_HASH_SHA1);
    MUST(Tspi_Hash_SetHashValue, hash, value.length, value.bytes);
    MUST(Tspi_Hash_Sign, hash, key, &signature.length, &signature.bytes);
    return signature;
}

static void send_key(TSS_FLAG scheme)
{
    struct bytes ticket, random, blob;
    TSS_HKEY destination =
        key_with_public_part(TSS_KEY_SIZE_2048 | TSS_KEY_TYPE_STORAGE, take("destination"));
    TSS_HKEY key = make_key(SIGNING | TSS_KEY_MIGRATABLE, srk, "key");
    MUST(Tspi_TPM_AuthorizeMigrationTicket, tpm, destination, scheme, &ticket.length,
         &ticket.bytes);
    MUST(Tspi_Key_CreateMigrationBlob, key, srk, ticket.length, ticket.bytes, &random.length,
         &random.bytes, &blob.length, &blob.bytes);
    give("public", public_key(key));
    give("random", random);
    give("blob", blob);
}

static void take_key(void)
{
    struct bytes random = take("random"), blob = take("blob");
    TSS_HKEY key;
    if (random.length == 0) {
        MUST(Tspi_Context_LoadKeyByBlob, context, srk, blob.length, blob.bytes, &key);
        give_secret(key, "key");
    } else {
        key = make(TSS_OBJECT_TYPE_RSAKEY, SIGNING | TSS_KEY_MIGRATABLE);
        give_secret(key, "key");
        MUST(Tspi_Key_ConvertMigrationBlob, key, srk, random.length, random.bytes, blob.length,
             blob.bytes);
        MUST(Tspi_Key_LoadKey, key, srk);
    }
    give("signature", signature_of(key, (struct bytes){ sizeof digest, digest }));
}

/* Sends a certified migratable key, with what the data says of its authority. */
static void send_certified(TSS_HKEY key, TSS_HKEY authority, TSS_HMIGDATA data)
{
    struct bytes random;
    set_attribute(data, TSS_MIGATTRIB_MIGRATIONTICKET, 0, take("ticket"));
    MUST(Tspi_TPM_CMKCreateTicket, tpm, authority, data);
    MUST(Tspi_Key_CMKCreateBlob, key, srk, data, &random.length, &random.bytes);
    give("random", random);
    give("blob", attribute(data, TSS_MIGATTRIB_MIGRATIONBLOB, TSS_MIGATTRIB_MIG_XOR_BLOB));
}

static TSS_HKEY make_certified_key(TSS_HMIGDATA data)
{
    TSS_HKEY key = make(TSS_OBJECT_TYPE_RSAKEY, SIGNING | TSS_KEY_STRUCT_KEY12 |
                                                    TSS_KEY_MIGRATABLE |
                                                    TSS_KEY_CERTIFIED_MIGRATABLE);
    TSS_HPOLICY migration = make(TSS_OBJECT_TYPE_POLICY, TSS_POLICY_MIGRATION);
    give_secret(key, "key");
    Tspi_Policy_SetSecret(migration, TSS_SECRET_MODE_PLAIN, 4, (BYTE *)"move");
    Tspi_Policy_AssignToObject(migration, key);
    MUST(Tspi_SetAttribUint32, key, TSS_TSPATTRIB_KEY_INFO, TSS_TSPATTRIB_KEYINFO_SIGSCHEME,
         TSS_SS_RSASSAPKCS1V15_SHA1);
    MUST(Tspi_TPM_CMKApproveMA, tpm, data);
    set_attribute(
        key, TSS_TSPATTRIB_KEY_CMKINFO, TSS_TSPATTRIB_KEYINFO_CMK_MA_APPROVAL,
        attribute(data, TSS_MIGATTRIB_AUTHORITY_DATA, TSS_MIGATTRIB_AUTHORITY_APPROVAL_HMAC));
    set_attribute(key, TSS_TSPATTRIB_KEY_CMKINFO, TSS_TSPATTRIB_KEYINFO_CMK_MA_DIGEST,
                  attribute(data, TSS_MIGATTRIB_AUTHORITY_DATA, TSS_MIGATTRIB_AUTHORITY_DIGEST));
    MUST(Tspi_Key_CreateKey, key, srk, 0);
    return key;
}

/* The three digests of a restriction, one after the other; libtspi does not give them whole. */
static struct bytes restriction_in(TSS_HMIGDATA data)
{
    TSS_FLAG parts[] = { TSS_MIGATTRIB_MIG_AUTH_AUTHORITY_DIGEST,
                         TSS_MIGATTRIB_MIG_AUTH_DESTINATION_DIGEST,
                         TSS_MIGATTRIB_MIG_AUTH_SOURCE_DIGEST };
    struct bytes whole = { 0, malloc(60) };
    for (int i = 0; i < 3; i++) {
        struct bytes part = attribute(data, TSS_MIGATTRIB_MIG_AUTH_DATA, parts[i]);
        memcpy(whole.bytes + whole.length, part.bytes, part.length);
        whole.length += part.length;
    }
    return whole;
}

/* What an authority signs: the SHA-1 of the restriction. */
static struct bytes signed_restriction(struct bytes restriction)
{
    struct bytes value;
    TSS_HHASH hash = make(TSS_OBJECT_TYPE_HASH, TSS_HASH_SHA1);
    MUST(Tspi_Hash_UpdateHashValue, hash, restriction.length, restriction.bytes);
    MUST(Tspi_Hash_GetHashValue, hash, &value.length, &value.bytes);
    return value;
}

static void certify_and_send(void)
{
    TSS_HMIGDATA data = make(TSS_OBJECT_TYPE_MIGDATA, 0);
    TSS_HKEY authority = make_key(SIGNING, srk, "authority");
    struct bytes public = public_key(authority);
    set_attribute(data, TSS_MIGATTRIB_MIGRATIONBLOB, TSS_MIGATTRIB_MIG_MSALIST_PUBKEY_BLOB, public);
    TSS_HKEY key = make_certified_key(data);
    set_attribute(data, TSS_MIGATTRIB_MIGRATIONBLOB, TSS_MIGATTRIB_MIG_AUTHORITY_PUBKEY_BLOB,
                  public);
    set_attribute(data, TSS_MIGATTRIB_MIGRATIONBLOB, TSS_MIGATTRIB_MIG_DESTINATION_PUBKEY_BLOB,
                  take("destination"));
    set_attribute(data, TSS_MIGATTRIB_MIGRATIONBLOB, TSS_MIGATTRIB_MIG_SOURCE_PUBKEY_BLOB,
                  public_key(key));
    struct bytes restriction = restriction_in(data);
    struct bytes signature = signature_of(authority, signed_restriction(restriction));
    set_attribute(data, TSS_MIGATTRIB_TICKET_DATA, TSS_MIGATTRIB_TICKET_SIG_VALUE, signature);
    send_certified(key, authority, data);
    give("public", public_key(key));
    give("authority", public);
    give("authorities",
         attribute(data, TSS_MIGATTRIB_AUTHORITY_DATA, TSS_MIGATTRIB_AUTHORITY_MSALIST));
    give("restriction", restriction);
    give("signature", signature);
}

static void send_allowed(void)
{
    TSS_HMIGDATA data = make(TSS_OBJECT_TYPE_MIGDATA, 0);
    TSS_HKEY authority = key_with_public_part(SIGNING, take("authority"));
    TSS_HKEY key = make(TSS_OBJECT_TYPE_RSAKEY, TSS_KEY_STRUCT_KEY12);
    set_attribute(key, TSS_TSPATTRIB_KEY_BLOB, TSS_TSPATTRIB_KEYBLOB_BLOB, take("key"));
    set_attribute(data, TSS_MIGATTRIB_AUTHORITY_DATA, TSS_MIGATTRIB_AUTHORITY_MSALIST,
                  take("authorities"));
    set_attribute(data, TSS_MIGATTRIB_TICKET_DATA, TSS_MIGATTRIB_TICKET_RESTRICT_TICKET,
                  take("restriction"));
    set_attribute(data, TSS_MIGATTRIB_TICKET_DATA, TSS_MIGATTRIB_TICKET_SIG_VALUE,
                  take("signature"));
    send_certified(key, authority, data);
}

int main(int count, char **arguments)
{
    if (count < 3) return 2;
    const char *mode = arguments[1];
    begin(arguments[2]);
    if (strcmp(mode, "send") == 0 && count == 4) send_key(strtoul(arguments[3], NULL, 0));
    else if (strcmp(mode, "take") == 0) take_key();
    else if (strcmp(mode, "certify") == 0) certify_and_send();
    else if (strcmp(mode, "allowed") == 0) send_allowed();
    else return 2;
    MUST(Tspi_Context_Close, context);
    return 0;
}
