/** What a TPM_EK_BLOB holds (Part 2, 12.1): TPM_EK_BLOB_ACTIVATE. */
export const TPM_EK_TYPE_ACTIVATE = 0x0001;
/** What a TPM_EK_BLOB holds (Part 2, 12.1): TPM_EK_BLOB_AUTH. */
export const TPM_EK_TYPE_AUTH = 0x0002;
