/** TPM attribute: CALLBACK_COLLATEIDENTITY. */
export const TSS_TSPATTRIB_TPM_CALLBACK_COLLATEIDENTITY = 0x1;
/** TPM attribute: CALLBACK_ACTIVATEIDENTITY. */
export const TSS_TSPATTRIB_TPM_CALLBACK_ACTIVATEIDENTITY = 0x2;
/** TPM attribute: ORDINAL_AUDIT_STATUS. */
export const TSS_TSPATTRIB_TPM_ORDINAL_AUDIT_STATUS = 0x3;
/** TPM attribute: CREDENTIAL. */
export const TSS_TSPATTRIB_TPM_CREDENTIAL = 0x1000;
/** Part of the audit attribute: CLEAR_ORDINAL_AUDIT. */
export const TPM_CAP_PROP_TPM_CLEAR_ORDINAL_AUDIT = 0x0;
/** Part of the audit attribute: SET_ORDINAL_AUDIT. */
export const TPM_CAP_PROP_TPM_SET_ORDINAL_AUDIT = 0x1;
/** Part of the credential attribute: EKCERT. */
export const TSS_TPMATTRIB_EKCERT = 0x1;
/** Part of the credential attribute: TPM_CC. */
export const TSS_TPMATTRIB_TPM_CC = 0x2;
/** Part of the credential attribute: PLATFORMCERT. */
export const TSS_TPMATTRIB_PLATFORMCERT = 0x3;
/** Part of the credential attribute: PLATFORM_CC. */
export const TSS_TPMATTRIB_PLATFORM_CC = 0x4;
