/** Algorithm RSA (Part 2). */
export const TPM_ALG_RSA = 0x1;
/** Algorithm DES (Part 2). */
export const TPM_ALG_DES = 0x2;
/** Algorithm 3DES (Part 2). */
export const TPM_ALG_3DES = 0x3;
/** Algorithm SHA (Part 2). */
export const TPM_ALG_SHA = 0x4;
/** Algorithm HMAC (Part 2). */
export const TPM_ALG_HMAC = 0x5;
/** Algorithm AES128 (Part 2). */
export const TPM_ALG_AES128 = 0x6;
/** Algorithm MGF1 (Part 2). */
export const TPM_ALG_MGF1 = 0x7;
/** Algorithm AES192 (Part 2). */
export const TPM_ALG_AES192 = 0x8;
/** Algorithm AES256 (Part 2). */
export const TPM_ALG_AES256 = 0x9;
/** Algorithm XOR (Part 2). */
export const TPM_ALG_XOR = 0xa;
