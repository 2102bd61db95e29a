/** Resource type KEY (Part 2). */
export const TPM_RT_KEY = 0x1;
/** Resource type AUTH (Part 2). */
export const TPM_RT_AUTH = 0x2;
/** Resource type HASH (Part 2). */
export const TPM_RT_HASH = 0x3;
/** Resource type TRANS (Part 2). */
export const TPM_RT_TRANS = 0x4;
/** Resource type CONTEXT (Part 2). */
export const TPM_RT_CONTEXT = 0x5;
/** Resource type COUNTER (Part 2). */
export const TPM_RT_COUNTER = 0x6;
/** Resource type DELEGATE (Part 2). */
export const TPM_RT_DELEGATE = 0x7;
/** Resource type DAA_TPM (Part 2). */
export const TPM_RT_DAA_TPM = 0x8;
/** Resource type DAA_V0 (Part 2). */
export const TPM_RT_DAA_V0 = 0x9;
/** Resource type DAA_V1 (Part 2). */
export const TPM_RT_DAA_V1 = 0xa;
