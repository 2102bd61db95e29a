/** Persistent storage: USER. */
export const TSS_PS_TYPE_USER = 0x1;
/** Persistent storage: SYSTEM. */
export const TSS_PS_TYPE_SYSTEM = 0x2;
