/** NV attribute: INDEX. */
export const TSS_TSPATTRIB_NV_INDEX = 0x1;
/** NV attribute: PERMISSIONS. */
export const TSS_TSPATTRIB_NV_PERMISSIONS = 0x2;
/** NV attribute: STATE. */
export const TSS_TSPATTRIB_NV_STATE = 0x3;
/** NV attribute: DATASIZE. */
export const TSS_TSPATTRIB_NV_DATASIZE = 0x4;
/** NV attribute: PCR. */
export const TSS_TSPATTRIB_NV_PCR = 0x5;
/** Part of the state of an NV area: READSTCLEAR. */
export const TSS_TSPATTRIB_NVSTATE_READSTCLEAR = 0x100000;
/** Part of the state of an NV area: WRITESTCLEAR. */
export const TSS_TSPATTRIB_NVSTATE_WRITESTCLEAR = 0x200000;
/** Part of the state of an NV area: WRITEDEFINE. */
export const TSS_TSPATTRIB_NVSTATE_WRITEDEFINE = 0x300000;
/** Part of the PCRs of an NV area: READPCRSELECTION. */
export const TSS_TSPATTRIB_NVPCR_READPCRSELECTION = 0x1000000;
/** Part of the PCRs of an NV area: READDIGESTATRELEASE. */
export const TSS_TSPATTRIB_NVPCR_READDIGESTATRELEASE = 0x2000000;
/** Part of the PCRs of an NV area: READLOCALITYATRELEASE. */
export const TSS_TSPATTRIB_NVPCR_READLOCALITYATRELEASE = 0x3000000;
/** Part of the PCRs of an NV area: WRITEPCRSELECTION. */
export const TSS_TSPATTRIB_NVPCR_WRITEPCRSELECTION = 0x4000000;
/** Part of the PCRs of an NV area: WRITEDIGESTATRELEASE. */
export const TSS_TSPATTRIB_NVPCR_WRITEDIGESTATRELEASE = 0x5000000;
/** Part of the PCRs of an NV area: WRITELOCALITYATRELEASE. */
export const TSS_TSPATTRIB_NVPCR_WRITELOCALITYATRELEASE = 0x6000000;
/** Bit of an NV index: TPM. */
export const TSS_NV_TPM = 0x80000000;
/** Bit of an NV index: PLATFORM. */
export const TSS_NV_PLATFORM = 0x40000000;
/** Bit of an NV index: USER. */
export const TSS_NV_USER = 0x20000000;
/** Bit of an NV index: DEFINED. */
export const TSS_NV_DEFINED = 0x10000000;
/** Bits of an NV index: TPM. */
export const TSS_NV_MASK_TPM = 0x80000000;
/** Bits of an NV index: PLATFORM. */
export const TSS_NV_MASK_PLATFORM = 0x40000000;
/** Bits of an NV index: USER. */
export const TSS_NV_MASK_USER = 0x20000000;
/** Bits of an NV index: DEFINED. */
export const TSS_NV_MASK_DEFINED = 0x10000000;
/** Bits of an NV index: RESERVED. */
export const TSS_NV_MASK_RESERVED = 0xf000000;
/** Bits of an NV index: PURVIEW. */
export const TSS_NV_MASK_PURVIEW = 0xff0000;
/** Bits of an NV index: INDEX. */
export const TSS_NV_MASK_INDEX = 0xffff;
/** NV index: SESSIONS. */
export const TSS_NV_INDEX_SESSIONS = 0x11101;
