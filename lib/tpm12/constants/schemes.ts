/** Encryption scheme NONE (Part 2). */
export const TPM_ES_NONE = 0x0001;
/** Encryption scheme RSAESPKCSv15 (Part 2). */
export const TPM_ES_RSAESPKCSv15 = 0x0002;
/** Encryption scheme RSAESOAEP_SHA1_MGF1 (Part 2). */
export const TPM_ES_RSAESOAEP_SHA1_MGF1 = 0x0003;
/** Encryption scheme SYM_CTR (Part 2). */
export const TPM_ES_SYM_CTR = 0x0004;
/** Encryption scheme SYM_OFB (Part 2). */
export const TPM_ES_SYM_OFB = 0x0005;
/** Signature scheme NONE (Part 2). */
export const TPM_SS_NONE = 0x0001;
/** Signature scheme RSASSAPKCS1v15_SHA1 (Part 2). */
export const TPM_SS_RSASSAPKCS1v15_SHA1 = 0x0002;
/** Signature scheme RSASSAPKCS1v15_DER (Part 2). */
export const TPM_SS_RSASSAPKCS1v15_DER = 0x0003;
/** Signature scheme RSASSAPKCS1v15_INFO (Part 2). */
export const TPM_SS_RSASSAPKCS1v15_INFO = 0x0004;
