/*
 * Makes an identity and asks a privacy CA, another program, to certify it. The identity's secret is
 * "identity". What goes in and out are files of a folder.
 *   ask FOLDER ALGORITHM   makes it; authority, label, endorsement in; request, key out
 *   activate FOLDER        reads the answer; key, asymmetric, symmetric in; credential out
 */
#include "exchange.h"

static void ask(TSS_ALGORITHM_ID algorithm)
{
    struct bytes request, label = take("label");
    TSS_HKEY authority =
        key_with_public_part(TSS_KEY_SIZE_2048 | TSS_KEY_TYPE_LEGACY, take("authority"));
    TSS_HKEY identity = make(TSS_OBJECT_TYPE_RSAKEY, TSS_KEY_SIZE_2048 | TSS_KEY_TYPE_IDENTITY |
                                                         TSS_KEY_AUTHORIZATION);
    give_secret(identity, "identity");
    set_attribute(tpm, TSS_TSPATTRIB_TPM_CREDENTIAL, TSS_TPMATTRIB_EKCERT, take("endorsement"));
    MUST(Tspi_TPM_CollateIdentityRequest, tpm, srk, authority, label.length, label.bytes, identity,
         algorithm, &request.length, &request.bytes);
    give("request", request);
    give("key", attribute(identity, TSS_TSPATTRIB_KEY_BLOB, TSS_TSPATTRIB_KEYBLOB_BLOB));
}

static void activate(void)
{
    struct bytes key = take("key"), asymmetric = take("asymmetric"), symmetric = take("symmetric");
    struct bytes credential;
    TSS_HKEY identity;
    MUST(Tspi_Context_LoadKeyByBlob, context, srk, key.length, key.bytes, &identity);
    give_secret(identity, "identity");
    MUST(Tspi_TPM_ActivateIdentity, tpm, identity, asymmetric.length, asymmetric.bytes,
         symmetric.length, symmetric.bytes, &credential.length, &credential.bytes);
    give("credential", credential);
}

int main(int count, char **arguments)
{
    if (count < 3) return 2;
    begin(arguments[2]);
    if (strcmp(arguments[1], "ask") == 0 && count == 4) ask(strtoul(arguments[3], NULL, 0));
    else if (strcmp(arguments[1], "activate") == 0) activate();
    else return 2;
    MUST(Tspi_Context_Close, context);
    return 0;
}
