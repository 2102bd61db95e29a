/** NV attribute READ_STCLEAR (Part 2, 19.2). */
export const TPM_NV_PER_READ_STCLEAR = 0x80000000;
/** NV attribute AUTHREAD (Part 2, 19.2). */
export const TPM_NV_PER_AUTHREAD = 0x00040000;
/** NV attribute OWNERREAD (Part 2, 19.2). */
export const TPM_NV_PER_OWNERREAD = 0x00020000;
/** NV attribute PPREAD (Part 2, 19.2). */
export const TPM_NV_PER_PPREAD = 0x00010000;
/** NV attribute GLOBALLOCK (Part 2, 19.2). */
export const TPM_NV_PER_GLOBALLOCK = 0x00008000;
/** NV attribute WRITE_STCLEAR (Part 2, 19.2). */
export const TPM_NV_PER_WRITE_STCLEAR = 0x00004000;
/** NV attribute WRITEDEFINE (Part 2, 19.2). */
export const TPM_NV_PER_WRITEDEFINE = 0x00002000;
/** NV attribute WRITEALL (Part 2, 19.2). */
export const TPM_NV_PER_WRITEALL = 0x00001000;
/** NV attribute AUTHWRITE (Part 2, 19.2). */
export const TPM_NV_PER_AUTHWRITE = 0x00000004;
/** NV attribute OWNERWRITE (Part 2, 19.2). */
export const TPM_NV_PER_OWNERWRITE = 0x00000002;
/** NV attribute PPWRITE (Part 2, 19.2). */
export const TPM_NV_PER_PPWRITE = 0x00000001;
