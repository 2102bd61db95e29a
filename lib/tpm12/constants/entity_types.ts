/** Entity type KEYHANDLE (Part 2). */
export const TPM_ET_KEYHANDLE = 0x01;
/** Entity type OWNER (Part 2). */
export const TPM_ET_OWNER = 0x02;
/** Entity type DATA (Part 2). */
export const TPM_ET_DATA = 0x03;
/** Entity type SRK (Part 2). */
export const TPM_ET_SRK = 0x04;
/** Entity type KEY (Part 2). */
export const TPM_ET_KEY = 0x05;
/** Entity type REVOKE (Part 2). */
export const TPM_ET_REVOKE = 0x06;
/** Entity type DEL_OWNER_BLOB (Part 2). */
export const TPM_ET_DEL_OWNER_BLOB = 0x07;
/** Entity type DEL_ROW (Part 2). */
export const TPM_ET_DEL_ROW = 0x08;
/** Entity type DEL_KEY_BLOB (Part 2). */
export const TPM_ET_DEL_KEY_BLOB = 0x09;
/** Entity type COUNTER (Part 2). */
export const TPM_ET_COUNTER = 0x0a;
/** Entity type NV (Part 2). */
export const TPM_ET_NV = 0x0b;
/** Entity type OPERATOR (Part 2). */
export const TPM_ET_OPERATOR = 0x0c;
/** Entity type RESERVED_HANDLE (Part 2). */
export const TPM_ET_RESERVED_HANDLE = 0x40;
