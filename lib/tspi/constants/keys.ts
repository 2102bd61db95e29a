/** Key flag at creation: NO_AUTHORIZATION. */
export const TSS_KEY_NO_AUTHORIZATION = 0x0;
/** Key flag at creation: AUTHORIZATION. */
export const TSS_KEY_AUTHORIZATION = 0x1;
/** Key flag at creation: AUTHORIZATION_PRIV_USE_ONLY. */
export const TSS_KEY_AUTHORIZATION_PRIV_USE_ONLY = 0x2;
/** Key flag at creation: NON_VOLATILE. */
export const TSS_KEY_NON_VOLATILE = 0x0;
/** Key flag at creation: VOLATILE. */
export const TSS_KEY_VOLATILE = 0x4;
/** Key flag at creation: NOT_MIGRATABLE. */
export const TSS_KEY_NOT_MIGRATABLE = 0x0;
/** Key flag at creation: MIGRATABLE. */
export const TSS_KEY_MIGRATABLE = 0x8;
/** Key usage at creation: DEFAULT. */
export const TSS_KEY_TYPE_DEFAULT = 0x0;
/** Key usage at creation: SIGNING. */
export const TSS_KEY_TYPE_SIGNING = 0x10;
/** Key usage at creation: STORAGE. */
export const TSS_KEY_TYPE_STORAGE = 0x20;
/** Key usage at creation: IDENTITY. */
export const TSS_KEY_TYPE_IDENTITY = 0x30;
/** Key usage at creation: AUTHCHANGE. */
export const TSS_KEY_TYPE_AUTHCHANGE = 0x40;
/** Key usage at creation: BIND. */
export const TSS_KEY_TYPE_BIND = 0x50;
/** Key usage at creation: LEGACY. */
export const TSS_KEY_TYPE_LEGACY = 0x60;
/** Key usage at creation: MIGRATE. */
export const TSS_KEY_TYPE_MIGRATE = 0x70;
/** Key usage at creation: BITMASK. */
export const TSS_KEY_TYPE_BITMASK = 0xf0;
/** Key size at creation: DEFAULT. */
export const TSS_KEY_SIZE_DEFAULT = 0x0;
/** Key size at creation: 512. */
export const TSS_KEY_SIZE_512 = 0x100;
/** Key size at creation: 1024. */
export const TSS_KEY_SIZE_1024 = 0x200;
/** Key size at creation: 2048. */
export const TSS_KEY_SIZE_2048 = 0x300;
/** Key size at creation: 4096. */
export const TSS_KEY_SIZE_4096 = 0x400;
/** Key size at creation: 8192. */
export const TSS_KEY_SIZE_8192 = 0x500;
/** Key size at creation: 16384. */
export const TSS_KEY_SIZE_16384 = 0x600;
/** Key size at creation: BITMASK. */
export const TSS_KEY_SIZE_BITMASK = 0xf00;
/** Key flag at creation: NOT_CERTIFIED_MIGRATABLE. */
export const TSS_KEY_NOT_CERTIFIED_MIGRATABLE = 0x0;
/** Key flag at creation: CERTIFIED_MIGRATABLE. */
export const TSS_KEY_CERTIFIED_MIGRATABLE = 0x1000;
/** Key structure at creation: DEFAULT. */
export const TSS_KEY_STRUCT_DEFAULT = 0x0;
/** Key structure at creation: KEY. */
export const TSS_KEY_STRUCT_KEY = 0x4000;
/** Key structure at creation: KEY12. */
export const TSS_KEY_STRUCT_KEY12 = 0x8000;
/** Key structure at creation: BITMASK. */
export const TSS_KEY_STRUCT_BITMASK = 0x1c000;
/** Key flag at creation: EMPTY_KEY. */
export const TSS_KEY_EMPTY_KEY = 0x0;
/** Key flag at creation: TSP_SRK. */
export const TSS_KEY_TSP_SRK = 0x4000000;
/** Key flag at creation: TEMPLATE_BITMASK. */
export const TSS_KEY_TEMPLATE_BITMASK = 0xfc000000;
/** Key size: 512BIT. */
export const TSS_KEY_SIZEVAL_512BIT = 0x200;
/** Key size: 1024BIT. */
export const TSS_KEY_SIZEVAL_1024BIT = 0x400;
/** Key size: 2048BIT. */
export const TSS_KEY_SIZEVAL_2048BIT = 0x800;
/** Key size: 4096BIT. */
export const TSS_KEY_SIZEVAL_4096BIT = 0x1000;
/** Key size: 8192BIT. */
export const TSS_KEY_SIZEVAL_8192BIT = 0x2000;
/** Key size: 16384BIT. */
export const TSS_KEY_SIZEVAL_16384BIT = 0x4000;
/** Key usage as an attribute: BIND. */
export const TSS_KEYUSAGE_BIND = 0x0;
/** Key usage as an attribute: IDENTITY. */
export const TSS_KEYUSAGE_IDENTITY = 0x1;
/** Key usage as an attribute: LEGACY. */
export const TSS_KEYUSAGE_LEGACY = 0x2;
/** Key usage as an attribute: SIGN. */
export const TSS_KEYUSAGE_SIGN = 0x3;
/** Key usage as an attribute: STORAGE. */
export const TSS_KEYUSAGE_STORAGE = 0x4;
/** Key usage as an attribute: AUTHCHANGE. */
export const TSS_KEYUSAGE_AUTHCHANGE = 0x5;
/** Key usage as an attribute: MIGRATE. */
export const TSS_KEYUSAGE_MIGRATE = 0x6;
/** Key flag as an attribute: REDIRECTION. */
export const TSS_KEYFLAG_REDIRECTION = 0x1;
/** Key flag as an attribute: MIGRATABLE. */
export const TSS_KEYFLAG_MIGRATABLE = 0x2;
/** Key flag as an attribute: VOLATILEKEY. */
export const TSS_KEYFLAG_VOLATILEKEY = 0x4;
/** Key flag as an attribute: CERTIFIED_MIGRATABLE. */
export const TSS_KEYFLAG_CERTIFIED_MIGRATABLE = 0x8;
/** Which uses of a key take authorisation: AUTH_NEVER. */
export const TSS_KEYAUTH_AUTH_NEVER = 0x10;
/** Which uses of a key take authorisation: AUTH_ALWAYS. */
export const TSS_KEYAUTH_AUTH_ALWAYS = 0x11;
/** Which uses of a key take authorisation: AUTH_PRIV_USE_ONLY. */
export const TSS_KEYAUTH_AUTH_PRIV_USE_ONLY = 0x12;
