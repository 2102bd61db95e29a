/** Structure of a PCR composite: DEFAULT. */
export const TSS_PCRS_STRUCT_DEFAULT = 0x0;
/** Structure of a PCR composite: INFO. */
export const TSS_PCRS_STRUCT_INFO = 0x1;
/** Structure of a PCR composite: INFO_LONG. */
export const TSS_PCRS_STRUCT_INFO_LONG = 0x2;
/** Structure of a PCR composite: INFO_SHORT. */
export const TSS_PCRS_STRUCT_INFO_SHORT = 0x3;
/** Attribute of a PCR composite: INFO. */
export const TSS_TSPATTRIB_PCRS_INFO = 0x1;
/** Attribute of a PCR composite: INFO_PCRSTRUCT. */
export const TSS_TSPATTRIB_PCRSINFO_PCRSTRUCT = 0x1;
/** What a PCR is selected for: CREATION. */
export const TSS_PCRS_DIRECTION_CREATION = 0x1;
/** What a PCR is selected for: RELEASE. */
export const TSS_PCRS_DIRECTION_RELEASE = 0x2;
