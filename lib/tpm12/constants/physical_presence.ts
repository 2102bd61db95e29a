/** Bit LOCK of TSC_PhysicalPresence (Part 2, 4.9). */
export const TPM_PHYSICAL_PRESENCE_LOCK = 0x0004;
/** Bit PRESENT of TSC_PhysicalPresence (Part 2, 4.9). */
export const TPM_PHYSICAL_PRESENCE_PRESENT = 0x0008;
/** Bit NOTPRESENT of TSC_PhysicalPresence (Part 2, 4.9). */
export const TPM_PHYSICAL_PRESENCE_NOTPRESENT = 0x0010;
/** Bit CMD_ENABLE of TSC_PhysicalPresence (Part 2, 4.9). */
export const TPM_PHYSICAL_PRESENCE_CMD_ENABLE = 0x0020;
/** Bit HW_ENABLE of TSC_PhysicalPresence (Part 2, 4.9). */
export const TPM_PHYSICAL_PRESENCE_HW_ENABLE = 0x0040;
/** Bit LIFETIME_LOCK of TSC_PhysicalPresence (Part 2, 4.9). */
export const TPM_PHYSICAL_PRESENCE_LIFETIME_LOCK = 0x0080;
/** Bit CMD_DISABLE of TSC_PhysicalPresence (Part 2, 4.9). */
export const TPM_PHYSICAL_PRESENCE_CMD_DISABLE = 0x0100;
/** Bit HW_DISABLE of TSC_PhysicalPresence (Part 2, 4.9). */
export const TPM_PHYSICAL_PRESENCE_HW_DISABLE = 0x0200;
