/** Reserved handle SRK (Part 2). */
export const TPM_KH_SRK = 0x40000000;
/** Reserved handle OWNER (Part 2). */
export const TPM_KH_OWNER = 0x40000001;
/** Reserved handle REVOKE (Part 2). */
export const TPM_KH_REVOKE = 0x40000002;
/** Reserved handle TRANSPORT (Part 2). */
export const TPM_KH_TRANSPORT = 0x40000003;
/** Reserved handle OPERATOR (Part 2). */
export const TPM_KH_OPERATOR = 0x40000004;
/** Reserved handle ADMIN (Part 2). */
export const TPM_KH_ADMIN = 0x40000005;
/** Reserved handle EK (Part 2). */
export const TPM_KH_EK = 0x40000006;
