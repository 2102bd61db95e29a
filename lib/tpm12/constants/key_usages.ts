/** Key usage SIGNING (Part 2). */
export const TPM_KEY_SIGNING = 0x0010;
/** Key usage STORAGE (Part 2). */
export const TPM_KEY_STORAGE = 0x0011;
/** Key usage IDENTITY (Part 2). */
export const TPM_KEY_IDENTITY = 0x0012;
/** Key usage AUTHCHANGE (Part 2). */
export const TPM_KEY_AUTHCHANGE = 0x0013;
/** Key usage BIND (Part 2). */
export const TPM_KEY_BIND = 0x0014;
/** Key usage LEGACY (Part 2). */
export const TPM_KEY_LEGACY = 0x0015;
/** Key usage MIGRATE (Part 2). */
export const TPM_KEY_MIGRATE = 0x0016;
