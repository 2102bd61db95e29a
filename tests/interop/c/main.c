/*
 * Calls every function of the TSPI that TrouSerS implements, well and badly, on a TPM with physical
 * presence asserted.
 *   revoke   what makes and revokes an endorsement key; the TPM must be started anew after it
 *   counter  reads a counter that somebody else has made
 *   all      the rest, from a TPM without an owner to one that has been cleared
 */
#include "tspi_calls.h"

int main(int count, char **arguments)
{
    call_context();
    if (count == 2 && strcmp(arguments[1], "revoke") == 0) {
        call_revocable_ek();
    } else if (count == 2 && strcmp(arguments[1], "counter") == 0) {
        UINT32 value;
        CALL("good", Tspi_TPM_ReadCounter, tpm, &value);
        printf("counter\tvalue\t%x\n", value);
    } else {
        call_objects();
        call_tpm();
        call_ownership();
        call_owned_tpm();
        call_registered_keys();
        call_keys();
        call_data();
        call_nv();
        call_identity();
        call_migration();
        call_certified_migration();
        call_delegation();
        call_change_auth();
        call_transport();
        call_maintenance();
        call_clear();
    }
    CALL("good", Tspi_Context_Close, context);
    CALL("closed", Tspi_Context_Close, context);
    return 0;
}
