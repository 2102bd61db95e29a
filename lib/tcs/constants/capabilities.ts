/** Capability of the core services: ALG. */
export const TSS_TCSCAP_ALG = 0x1;
/** Capability of the core services: VERSION. */
export const TSS_TCSCAP_VERSION = 0x2;
/** Capability of the core services: CACHING. */
export const TSS_TCSCAP_CACHING = 0x3;
/** Capability of the core services: PERSSTORAGE. */
export const TSS_TCSCAP_PERSSTORAGE = 0x4;
/** Capability of the core services: MANUFACTURER. */
export const TSS_TCSCAP_MANUFACTURER = 0x5;
/** Capability of the core services: PLATFORM_CLASS. */
export const TSS_TCSCAP_PLATFORM_CLASS = 0x6;
/** Capability of the core services: TRANSPORT. */
export const TSS_TCSCAP_TRANSPORT = 0x7;
/** Capability of the core services: PLATFORM_INFO. */
export const TSS_TCSCAP_PLATFORM_INFO = 0x8;
/** Capability of the core services: PROP_KEYCACHE. */
export const TSS_TCSCAP_PROP_KEYCACHE = 0x100;
/** Capability of the core services: PROP_AUTHCACHE. */
export const TSS_TCSCAP_PROP_AUTHCACHE = 0x101;
/** Capability of the core services: PROP_MANUFACTURER_STR. */
export const TSS_TCSCAP_PROP_MANUFACTURER_STR = 0x102;
/** Capability of the core services: PROP_MANUFACTURER_ID. */
export const TSS_TCSCAP_PROP_MANUFACTURER_ID = 0x103;
/** Capability of the core services: PLATFORM_VERSION. */
export const TSS_TCSCAP_PLATFORM_VERSION = 0x1100;
/** Capability of the core services: PLATFORM_TYPE. */
export const TSS_TCSCAP_PLATFORM_TYPE = 0x1101;
/** Capability of the core services: TRANS_EXCLUSIVE. */
export const TSS_TCSCAP_TRANS_EXCLUSIVE = 0x2100;
/** Capability of the core services: PROP_HOST_PLATFORM. */
export const TSS_TCSCAP_PROP_HOST_PLATFORM = 0x3001;
/** Capability of the core services: PROP_ALL_PLATFORMS. */
export const TSS_TCSCAP_PROP_ALL_PLATFORMS = 0x3002;
