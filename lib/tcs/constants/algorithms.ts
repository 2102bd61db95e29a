/** Algorithm: RSA. */
export const TSS_ALG_RSA = 0x20;
/** Algorithm: DES. */
export const TSS_ALG_DES = 0x21;
/** Algorithm: 3DES. */
export const TSS_ALG_3DES = 0x22;
/** Algorithm: SHA. */
export const TSS_ALG_SHA = 0x23;
/** Algorithm: HMAC. */
export const TSS_ALG_HMAC = 0x24;
/** Algorithm: AES128. */
export const TSS_ALG_AES128 = 0x25;
/** Algorithm: AES192. */
export const TSS_ALG_AES192 = 0x26;
/** Algorithm: AES256. */
export const TSS_ALG_AES256 = 0x27;
/** Algorithm: XOR. */
export const TSS_ALG_XOR = 0x28;
/** Algorithm: MGF1. */
export const TSS_ALG_MGF1 = 0x29;
/** Algorithm: AES. */
export const TSS_ALG_AES = 0x25;
/** Algorithm: DEFAULT. */
export const TSS_ALG_DEFAULT = 0xfe;
/** Algorithm: DEFAULT_SIZE. */
export const TSS_ALG_DEFAULT_SIZE = 0xff;
