/** Attribute of migration data, or a part of one: MIGRATIONBLOB. */
export const TSS_MIGATTRIB_MIGRATIONBLOB = 0x10;
/** Attribute of migration data, or a part of one: MIGRATIONTICKET. */
export const TSS_MIGATTRIB_MIGRATIONTICKET = 0x20;
/** Attribute of migration data, or a part of one: AUTHORITY_DATA. */
export const TSS_MIGATTRIB_AUTHORITY_DATA = 0x30;
/** Attribute of migration data, or a part of one: MIG_AUTH_DATA. */
export const TSS_MIGATTRIB_MIG_AUTH_DATA = 0x40;
/** Attribute of migration data, or a part of one: TICKET_DATA. */
export const TSS_MIGATTRIB_TICKET_DATA = 0x50;
/** Attribute of migration data, or a part of one: PAYLOAD_TYPE. */
export const TSS_MIGATTRIB_PAYLOAD_TYPE = 0x60;
/** Attribute of migration data, or a part of one: MIGRATION_XOR_BLOB. */
export const TSS_MIGATTRIB_MIGRATION_XOR_BLOB = 0x101;
/** Attribute of migration data, or a part of one: MIGRATION_REWRAPPED_BLOB. */
export const TSS_MIGATTRIB_MIGRATION_REWRAPPED_BLOB = 0x102;
/** Attribute of migration data, or a part of one: MIG_MSALIST_PUBKEY_BLOB. */
export const TSS_MIGATTRIB_MIG_MSALIST_PUBKEY_BLOB = 0x103;
/** Attribute of migration data, or a part of one: MIG_AUTHORITY_PUBKEY_BLOB. */
export const TSS_MIGATTRIB_MIG_AUTHORITY_PUBKEY_BLOB = 0x104;
/** Attribute of migration data, or a part of one: MIG_DESTINATION_PUBKEY_BLOB. */
export const TSS_MIGATTRIB_MIG_DESTINATION_PUBKEY_BLOB = 0x105;
/** Attribute of migration data, or a part of one: MIG_SOURCE_PUBKEY_BLOB. */
export const TSS_MIGATTRIB_MIG_SOURCE_PUBKEY_BLOB = 0x106;
/** Attribute of migration data, or a part of one: MIG_REWRAPPED_BLOB. */
export const TSS_MIGATTRIB_MIG_REWRAPPED_BLOB = 0x102;
/** Attribute of migration data, or a part of one: MIG_XOR_BLOB. */
export const TSS_MIGATTRIB_MIG_XOR_BLOB = 0x101;
/** Attribute of migration data, or a part of one: AUTHORITY_DIGEST. */
export const TSS_MIGATTRIB_AUTHORITY_DIGEST = 0x301;
/** Attribute of migration data, or a part of one: AUTHORITY_APPROVAL_HMAC. */
export const TSS_MIGATTRIB_AUTHORITY_APPROVAL_HMAC = 0x302;
/** Attribute of migration data, or a part of one: AUTHORITY_MSALIST. */
export const TSS_MIGATTRIB_AUTHORITY_MSALIST = 0x303;
/** Attribute of migration data, or a part of one: MIG_AUTH_AUTHORITY_DIGEST. */
export const TSS_MIGATTRIB_MIG_AUTH_AUTHORITY_DIGEST = 0x401;
/** Attribute of migration data, or a part of one: MIG_AUTH_DESTINATION_DIGEST. */
export const TSS_MIGATTRIB_MIG_AUTH_DESTINATION_DIGEST = 0x402;
/** Attribute of migration data, or a part of one: MIG_AUTH_SOURCE_DIGEST. */
export const TSS_MIGATTRIB_MIG_AUTH_SOURCE_DIGEST = 0x403;
/** Attribute of migration data, or a part of one: TICKET_SIG_DIGEST. */
export const TSS_MIGATTRIB_TICKET_SIG_DIGEST = 0x501;
/** Attribute of migration data, or a part of one: TICKET_SIG_VALUE. */
export const TSS_MIGATTRIB_TICKET_SIG_VALUE = 0x502;
/** Attribute of migration data, or a part of one: TICKET_SIG_TICKET. */
export const TSS_MIGATTRIB_TICKET_SIG_TICKET = 0x503;
/** Attribute of migration data, or a part of one: TICKET_RESTRICT_TICKET. */
export const TSS_MIGATTRIB_TICKET_RESTRICT_TICKET = 0x504;
/** Payload type: MIGRATE_RESTRICTED. */
export const TSS_MIGATTRIB_PT_MIGRATE_RESTRICTED = 0x601;
/** Payload type: MIGRATE_EXTERNAL. */
export const TSS_MIGATTRIB_PT_MIGRATE_EXTERNAL = 0x602;
/** Migration scheme: MIGRATE. */
export const TSS_MS_MIGRATE = 0x20;
/** Migration scheme: REWRAP. */
export const TSS_MS_REWRAP = 0x21;
/** Migration scheme: MAINT. */
export const TSS_MS_MAINT = 0x22;
/** Migration scheme: RESTRICT_MIGRATE. */
export const TSS_MS_RESTRICT_MIGRATE = 0x23;
/** Migration scheme: RESTRICT_APPROVE_DOUBLE. */
export const TSS_MS_RESTRICT_APPROVE_DOUBLE = 0x24;
/** Migration scheme: RESTRICT_MIGRATE_EXTERNAL. */
export const TSS_MS_RESTRICT_MIGRATE_EXTERNAL = 0x25;
/** Key type that a delegation may migrate: SIGNING. */
export const TSS_CMK_DELEGATE_SIGNING = 0x80000000;
/** Key type that a delegation may migrate: STORAGE. */
export const TSS_CMK_DELEGATE_STORAGE = 0x40000000;
/** Key type that a delegation may migrate: BIND. */
export const TSS_CMK_DELEGATE_BIND = 0x20000000;
/** Key type that a delegation may migrate: LEGACY. */
export const TSS_CMK_DELEGATE_LEGACY = 0x10000000;
/** Key type that a delegation may migrate: MIGRATE. */
export const TSS_CMK_DELEGATE_MIGRATE = 0x8000000;
