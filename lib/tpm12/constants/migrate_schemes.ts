/** Migration scheme (Part 2, 4.10): a blob for TPM_ConvertMigrationBlob. */
export const TPM_MS_MIGRATE = 0x0001;
/** Migration scheme (Part 2, 4.10): wrapped under another parent at once. */
export const TPM_MS_REWRAP = 0x0002;
/** Migration scheme (Part 2, 4.10): maintenance. */
export const TPM_MS_MAINT = 0x0003;
/** Migration scheme (Part 2, 4.10): to the authority of a certified migratable key. */
export const TPM_MS_RESTRICT_MIGRATE = 0x0004;
/** Migration scheme (Part 2, 4.10): approved by the authority. */
export const TPM_MS_RESTRICT_APPROVE = 0x0005;
