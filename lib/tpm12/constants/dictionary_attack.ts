/** State of the dictionary attack defence (Part 2, 21): no lockout. */
export const TPM_DA_STATE_INACTIVE = 0x00;
/** State of the dictionary attack defence (Part 2, 21): a lockout is running. */
export const TPM_DA_STATE_ACTIVE = 0x01;
/** What a lockout does (Part 2, 21): authorised commands wait. */
export const TPM_DA_ACTION_TIMEOUT = 0x00000001;
/** What a lockout does (Part 2, 21): the TPM is disabled. */
export const TPM_DA_ACTION_DISABLE = 0x00000002;
/** What a lockout does (Part 2, 21): the TPM is deactivated. */
export const TPM_DA_ACTION_DEACTIVATE = 0x00000004;
/** What a lockout does (Part 2, 21): the TPM goes into failure mode. */
export const TPM_DA_ACTION_FAILURE_MODE = 0x00000008;
