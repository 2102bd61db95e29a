/** Transport attribute (Part 2, 13.1): parameters are encrypted. */
export const TPM_TRANSPORT_ENCRYPT = 0x00000001;
/** Transport attribute (Part 2, 13.1): commands are logged. */
export const TPM_TRANSPORT_LOG = 0x00000002;
/** Transport attribute (Part 2, 13.1): no other command may come between. */
export const TPM_TRANSPORT_EXCLUSIVE = 0x00000004;
