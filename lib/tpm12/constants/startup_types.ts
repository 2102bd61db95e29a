/** Startup type (Part 2, 4.5): a clean state. */
export const TPM_ST_CLEAR = 0x0001;
/** Startup type (Part 2, 4.5): the state that TPM_SaveState saved. */
export const TPM_ST_STATE = 0x0002;
/** Startup type (Part 2, 4.5): deactivated. */
export const TPM_ST_DEACTIVATED = 0x0003;
