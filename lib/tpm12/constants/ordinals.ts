/** Bit of an ordinal (Part 2, 17): needs no authorisation of the TPM's integrity. */
export const TPM_UNPROTECTED_COMMAND = 0x80000000;
/** Bit of an ordinal (Part 2, 17): of the connection to the TPM (TSC_*). */
export const TPM_CONNECTION_COMMAND = 0x40000000;
/** Bit of an ordinal (Part 2, 17): of the maker. */
export const TPM_VENDOR_COMMAND = 0x20000000;
/** Purview, bits 16 to 23 of an ordinal or NV index (Part 2, 17): main specification. */
export const TPM_MAIN = 0x00;
/** Purview, bits 16 to 23 of an ordinal or NV index (Part 2, 17): PC. */
export const TPM_PC = 0x01;
/** Purview, bits 16 to 23 of an ordinal or NV index (Part 2, 17): PDA. */
export const TPM_PDA = 0x02;
/** Purview, bits 16 to 23 of an ordinal or NV index (Part 2, 17): mobile phone. */
export const TPM_CELL_PHONE = 0x03;
/** Purview, bits 16 to 23 of an ordinal or NV index (Part 2, 17): server. */
export const TPM_SERVER = 0x04;
/** Purview, bits 16 to 23 of an ordinal or NV index (Part 2, 17): peripheral. */
export const TPM_PERIPHERAL = 0x05;
/** Purview, bits 16 to 23 of an ordinal or NV index (Part 2, 17): TSS. */
export const TPM_TSS = 0x06;
