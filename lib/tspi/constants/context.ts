/** Context attribute or value: SILENT_MODE. */
export const TSS_TSPATTRIB_CONTEXT_SILENT_MODE = 0x1;
/** Context attribute or value: MACHINE_NAME. */
export const TSS_TSPATTRIB_CONTEXT_MACHINE_NAME = 0x2;
/** Context attribute or value: VERSION_MODE. */
export const TSS_TSPATTRIB_CONTEXT_VERSION_MODE = 0x3;
/** Context attribute or value: TRANSPORT. */
export const TSS_TSPATTRIB_CONTEXT_TRANSPORT = 0x4;
/** Context attribute or value: CONNECTION_VERSION. */
export const TSS_TSPATTRIB_CONTEXT_CONNECTION_VERSION = 0x5;
/** Attribute of how typed secrets are hashed: itself. */
export const TSS_TSPATTRIB_SECRET_HASH_MODE = 0x6;
/** Part of the transport attribute: CONTROL. */
export const TSS_TSPATTRIB_CONTEXTTRANS_CONTROL = 0x8;
/** Part of the transport attribute: MODE. */
export const TSS_TSPATTRIB_CONTEXTTRANS_MODE = 0x10;
/** Context attribute or value: NOT_SILENT. */
export const TSS_TSPATTRIB_CONTEXT_NOT_SILENT = 0x0;
/** Context attribute or value: SILENT. */
export const TSS_TSPATTRIB_CONTEXT_SILENT = 0x1;
/** Context attribute or value: VERSION_AUTO. */
export const TSS_TSPATTRIB_CONTEXT_VERSION_AUTO = 0x1;
/** Context attribute or value: VERSION_V1_1. */
export const TSS_TSPATTRIB_CONTEXT_VERSION_V1_1 = 0x2;
/** Context attribute or value: VERSION_V1_2. */
export const TSS_TSPATTRIB_CONTEXT_VERSION_V1_2 = 0x3;
/** Value of the transport control: TRANSPORT. */
export const TSS_TSPATTRIB_DISABLE_TRANSPORT = 0x16;
/** Value of the transport control: TRANSPORT. */
export const TSS_TSPATTRIB_ENABLE_TRANSPORT = 0x32;
/** Transport mode: NO_DEFAULT_ENCRYPTION. */
export const TSS_TSPATTRIB_TRANSPORT_NO_DEFAULT_ENCRYPTION = 0x0;
/** Transport mode: DEFAULT_ENCRYPTION. */
export const TSS_TSPATTRIB_TRANSPORT_DEFAULT_ENCRYPTION = 0x1;
/** Transport mode: AUTHENTIC_CHANNEL. */
export const TSS_TSPATTRIB_TRANSPORT_AUTHENTIC_CHANNEL = 0x2;
/** Transport mode: EXCLUSIVE. */
export const TSS_TSPATTRIB_TRANSPORT_EXCLUSIVE = 0x4;
/** Transport mode: STATIC_AUTH. */
export const TSS_TSPATTRIB_TRANSPORT_STATIC_AUTH = 0x8;
/** Version of the objects of a context: 1_1. */
export const TSS_CONNECTION_VERSION_1_1 = 0x1;
/** Version of the objects of a context: 1_2. */
export const TSS_CONNECTION_VERSION_1_2 = 0x2;
/** Attribute of how typed secrets are hashed: POPUP. */
export const TSS_TSPATTRIB_SECRET_HASH_MODE_POPUP = 0x1;
/** How a typed secret is hashed: NOT_NULL. */
export const TSS_TSPATTRIB_HASH_MODE_NOT_NULL = 0x0;
/** How a typed secret is hashed: NULL. */
export const TSS_TSPATTRIB_HASH_MODE_NULL = 0x1;
