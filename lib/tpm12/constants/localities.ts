/** Locality bit (Part 2, 8.6): locality 0. */
export const TPM_LOC_ZERO = 0x1;
/** Locality bit (Part 2, 8.6): locality 1. */
export const TPM_LOC_ONE = 0x2;
/** Locality bit (Part 2, 8.6): locality 2. */
export const TPM_LOC_TWO = 0x4;
/** Locality bit (Part 2, 8.6): locality 3. */
export const TPM_LOC_THREE = 0x8;
/** Locality bit (Part 2, 8.6): locality 4. */
export const TPM_LOC_FOUR = 0x10;
/** Locality bit (Part 2, 8.6): every locality. */
export const TPM_LOC_ALL = 0x1f;
