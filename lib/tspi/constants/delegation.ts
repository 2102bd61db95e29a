/** Attribute of a delegation family: STATE. */
export const TSS_TSPATTRIB_DELFAMILY_STATE = 0x1;
/** Attribute of a delegation family: INFO. */
export const TSS_TSPATTRIB_DELFAMILY_INFO = 0x2;
/** Part of the state of a delegation family: LOCKED. */
export const TSS_TSPATTRIB_DELFAMILYSTATE_LOCKED = 0x1;
/** Part of the state of a delegation family: ENABLED. */
export const TSS_TSPATTRIB_DELFAMILYSTATE_ENABLED = 0x2;
/** Part of what a delegation family is: LABEL. */
export const TSS_TSPATTRIB_DELFAMILYINFO_LABEL = 0x3;
/** Part of what a delegation family is: VERCOUNT. */
export const TSS_TSPATTRIB_DELFAMILYINFO_VERCOUNT = 0x4;
/** Part of what a delegation family is: FAMILYID. */
export const TSS_TSPATTRIB_DELFAMILYINFO_FAMILYID = 0x5;
/** Flag of a delegation function: INCREMENTVERIFICATIONCOUNT. */
export const TSS_DELEGATE_INCREMENTVERIFICATIONCOUNT = 0x1;
/** Flag of a delegation function: CACHEOWNERDELEGATION_OVERWRITEEXISTING. */
export const TSS_DELEGATE_CACHEOWNERDELEGATION_OVERWRITEEXISTING = 0x1;
