export * from "../../tcs/constants/capabilities.ts";

/** Capability of the service provider: ALG. */
export const TSS_TSPCAP_ALG = 0x10;
/** Capability of the service provider: VERSION. */
export const TSS_TSPCAP_VERSION = 0x11;
/** Capability of the service provider: PERSSTORAGE. */
export const TSS_TSPCAP_PERSSTORAGE = 0x12;
/** Capability of the service provider: MANUFACTURER. */
export const TSS_TSPCAP_MANUFACTURER = 0x13;
/** Capability of the service provider: RETURNVALUE_INFO. */
export const TSS_TSPCAP_RETURNVALUE_INFO = 0x15;
/** Capability of the service provider: PLATFORM_INFO. */
export const TSS_TSPCAP_PLATFORM_INFO = 0x16;
/** Capability of the service provider: PROP_MANUFACTURER_STR. */
export const TSS_TSPCAP_PROP_MANUFACTURER_STR = 0x102;
/** Capability of the service provider: PROP_MANUFACTURER_ID. */
export const TSS_TSPCAP_PROP_MANUFACTURER_ID = 0x103;
/** Capability of the service provider: PLATFORM_TYPE. */
export const TSS_TSPCAP_PLATFORM_TYPE = 0x201;
/** Capability of the service provider: PLATFORM_VERSION. */
export const TSS_TSPCAP_PLATFORM_VERSION = 0x202;
/** Capability of the service provider: PROP_RETURNVALUE_INFO. */
export const TSS_TSPCAP_PROP_RETURNVALUE_INFO = 0x201;
/** Capability of the service provider: RANDOMLIMIT. */
export const TSS_TSPCAP_RANDOMLIMIT = 0x1000;
