/** Counter id: no counter is active since TPM_Startup(ST_CLEAR). */
export const TPM_COUNT_ID_NULL = 0xffffffff;
/** Counter id: the active counter was released. */
export const TPM_COUNT_ID_ILLEGAL = 0xfffffffe;
