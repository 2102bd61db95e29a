/** Payload type ASYM (Part 2). */
export const TPM_PT_ASYM = 0x01;
/** Payload type BIND (Part 2). */
export const TPM_PT_BIND = 0x02;
/** Payload type MIGRATE (Part 2). */
export const TPM_PT_MIGRATE = 0x03;
/** Payload type MAINT (Part 2). */
export const TPM_PT_MAINT = 0x04;
/** Payload type SEAL (Part 2). */
export const TPM_PT_SEAL = 0x05;
/** Payload type MIGRATE_RESTRICTED (Part 2). */
export const TPM_PT_MIGRATE_RESTRICTED = 0x06;
/** Payload type MIGRATE_EXTERNAL (Part 2). */
export const TPM_PT_MIGRATE_EXTERNAL = 0x07;
/** Payload type CMK_MIGRATE (Part 2). */
export const TPM_PT_CMK_MIGRATE = 0x08;
