/** NV index (Part 2, 19.1): defining it turns the checks of NV storage on. */
export const TPM_NV_INDEX_LOCK = 0xffffffff;
/** NV index (Part 2, 19.1): writing it locks areas with GLOBALLOCK. */
export const TPM_NV_INDEX0 = 0x00000000;
/** NV index (Part 2, 19.1): the data integrity register. */
export const TPM_NV_INDEX_DIR = 0x10000001;
/** NV index (Part 2, 19.1): endorsement credential. */
export const TPM_NV_INDEX_EKCert = 0x0000f000;
/** NV index (Part 2, 19.1): conformance credential. */
export const TPM_NV_INDEX_TPM_CC = 0x0000f001;
/** NV index (Part 2, 19.1): platform credential. */
export const TPM_NV_INDEX_PlatformCert = 0x0000f002;
/** NV index (Part 2, 19.1): platform conformance credential. */
export const TPM_NV_INDEX_Platform_CC = 0x0000f003;
/** NV index (Part 2, 19.1): defining it checks and defines nothing. */
export const TPM_NV_INDEX_TRIAL = 0x0000f004;
/** NV index (Part 2, 19.1): first general purpose pin. */
export const TPM_NV_INDEX_GPIO_00 = 0x00011600;
/** NV index (Part 2, 19.1): last general purpose pin. */
export const TPM_NV_INDEX_GPIO_LAST = 0x000116ff;
/** Bits of an NV index (Part 2, 19.1): reserved. */
export const TPM_NV_INDEX_RESVD = 0x0f000000;
/** Bits of an NV index (Part 2, 19.1): purview, TPM_PC and so on. */
export const TPM_NV_INDEX_PURVIEW_MASK = 0x00ff0000;
/** Bit of an NV index (Part 2, 19.1): of the TPM maker. */
export const TPM_NV_INDEX_T_BIT = 0x80000000;
/** Bit of an NV index (Part 2, 19.1): of the platform maker. */
export const TPM_NV_INDEX_P_BIT = 0x40000000;
/** Bit of an NV index (Part 2, 19.1): of the user. */
export const TPM_NV_INDEX_U_BIT = 0x20000000;
/** Bit of an NV index (Part 2, 19.1): defined by the maker, there for good. */
export const TPM_NV_INDEX_D_BIT = 0x10000000;
