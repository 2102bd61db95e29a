export * from "../../tcs/constants/algorithms.ts";

/** Signature scheme: NONE. */
export const TSS_SS_NONE = 0x10;
/** Signature scheme: RSASSAPKCS1V15_SHA1. */
export const TSS_SS_RSASSAPKCS1V15_SHA1 = 0x11;
/** Signature scheme: RSASSAPKCS1V15_DER. */
export const TSS_SS_RSASSAPKCS1V15_DER = 0x12;
/** Signature scheme: RSASSAPKCS1V15_INFO. */
export const TSS_SS_RSASSAPKCS1V15_INFO = 0x13;
/** Encryption scheme: NONE. */
export const TSS_ES_NONE = 0x10;
/** Encryption scheme: RSAESPKCSV15. */
export const TSS_ES_RSAESPKCSV15 = 0x11;
/** Encryption scheme: RSAESOAEP_SHA1_MGF1. */
export const TSS_ES_RSAESOAEP_SHA1_MGF1 = 0x12;
/** Encryption scheme: SYM_CNT. */
export const TSS_ES_SYM_CNT = 0x13;
/** Encryption scheme: SYM_OFB. */
export const TSS_ES_SYM_OFB = 0x14;
/** Encryption scheme: SYM_CBC_PKCS5PAD. */
export const TSS_ES_SYM_CBC_PKCS5PAD = 0x15;
