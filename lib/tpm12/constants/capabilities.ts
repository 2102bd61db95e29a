/** Capability area ORD (Part 2, 21). */
export const TPM_CAP_ORD = 0x01;
/** Capability area ALG (Part 2, 21). */
export const TPM_CAP_ALG = 0x02;
/** Capability area PID (Part 2, 21). */
export const TPM_CAP_PID = 0x03;
/** Capability area FLAG (Part 2, 21). */
export const TPM_CAP_FLAG = 0x04;
/** Capability area PROPERTY (Part 2, 21). */
export const TPM_CAP_PROPERTY = 0x05;
/** Capability area VERSION (Part 2, 21). */
export const TPM_CAP_VERSION = 0x06;
/** Capability area KEY_HANDLE (Part 2, 21). */
export const TPM_CAP_KEY_HANDLE = 0x07;
/** Capability area CHECK_LOADED (Part 2, 21). */
export const TPM_CAP_CHECK_LOADED = 0x08;
/** Capability area SYM_MODE (Part 2, 21). */
export const TPM_CAP_SYM_MODE = 0x09;
/** Capability area KEY_STATUS (Part 2, 21). */
export const TPM_CAP_KEY_STATUS = 0x0c;
/** Capability area NV_LIST (Part 2, 21). */
export const TPM_CAP_NV_LIST = 0x0d;
/** Capability area MFR (Part 2, 21). */
export const TPM_CAP_MFR = 0x10;
/** Capability area NV_INDEX (Part 2, 21). */
export const TPM_CAP_NV_INDEX = 0x11;
/** Capability area TRANS_ALG (Part 2, 21). */
export const TPM_CAP_TRANS_ALG = 0x12;
/** Capability area HANDLE (Part 2, 21). */
export const TPM_CAP_HANDLE = 0x14;
/** Capability area TRANS_ES (Part 2, 21). */
export const TPM_CAP_TRANS_ES = 0x15;
/** Capability area AUTH_ENCRYPT (Part 2, 21). */
export const TPM_CAP_AUTH_ENCRYPT = 0x17;
/** Capability area SELECT_SIZE (Part 2, 21). */
export const TPM_CAP_SELECT_SIZE = 0x18;
/** Capability area DA_LOGIC (Part 2, 21). */
export const TPM_CAP_DA_LOGIC = 0x19;
/** Capability area VERSION_VAL (Part 2, 21). */
export const TPM_CAP_VERSION_VAL = 0x1a;
/** TPM_CAP_FLAG: TPM_PERMANENT_FLAGS (Part 2, 21). */
export const TPM_CAP_FLAG_PERMANENT = 0x108;
/** TPM_CAP_FLAG: TPM_STCLEAR_FLAGS (Part 2, 21). */
export const TPM_CAP_FLAG_VOLATILE = 0x109;
/** Property PCR (Part 2, 21). */
export const TPM_CAP_PROP_PCR = 0x101;
/** Property DIR (Part 2, 21). */
export const TPM_CAP_PROP_DIR = 0x102;
/** Property MANUFACTURER (Part 2, 21). */
export const TPM_CAP_PROP_MANUFACTURER = 0x103;
/** Property KEYS (Part 2, 21). */
export const TPM_CAP_PROP_KEYS = 0x104;
/** Property MIN_COUNTER (Part 2, 21). */
export const TPM_CAP_PROP_MIN_COUNTER = 0x107;
/** Property AUTHSESS (Part 2, 21). */
export const TPM_CAP_PROP_AUTHSESS = 0x10a;
/** Property TRANSESS (Part 2, 21). */
export const TPM_CAP_PROP_TRANSESS = 0x10b;
/** Property COUNTERS (Part 2, 21). */
export const TPM_CAP_PROP_COUNTERS = 0x10c;
/** Property MAX_AUTHSESS (Part 2, 21). */
export const TPM_CAP_PROP_MAX_AUTHSESS = 0x10d;
/** Property MAX_TRANSESS (Part 2, 21). */
export const TPM_CAP_PROP_MAX_TRANSESS = 0x10e;
/** Property MAX_COUNTERS (Part 2, 21). */
export const TPM_CAP_PROP_MAX_COUNTERS = 0x10f;
/** Property MAX_KEYS (Part 2, 21). */
export const TPM_CAP_PROP_MAX_KEYS = 0x110;
/** Property OWNER (Part 2, 21). */
export const TPM_CAP_PROP_OWNER = 0x111;
/** Property CONTEXT (Part 2, 21). */
export const TPM_CAP_PROP_CONTEXT = 0x112;
/** Property MAX_CONTEXT (Part 2, 21). */
export const TPM_CAP_PROP_MAX_CONTEXT = 0x113;
/** Property FAMILYROWS (Part 2, 21). */
export const TPM_CAP_PROP_FAMILYROWS = 0x114;
/** Property TIS_TIMEOUT (Part 2, 21). */
export const TPM_CAP_PROP_TIS_TIMEOUT = 0x115;
/** Property STARTUP_EFFECT (Part 2, 21). */
export const TPM_CAP_PROP_STARTUP_EFFECT = 0x116;
/** Property DELEGATE_ROW (Part 2, 21). */
export const TPM_CAP_PROP_DELEGATE_ROW = 0x117;
/** Property MAX_DAASESS (Part 2, 21). */
export const TPM_CAP_PROP_MAX_DAASESS = 0x119;
/** Property DAASESS (Part 2, 21). */
export const TPM_CAP_PROP_DAASESS = 0x11a;
/** Property CONTEXT_DIST (Part 2, 21). */
export const TPM_CAP_PROP_CONTEXT_DIST = 0x11b;
/** Property DAA_INTERRUPT (Part 2, 21). */
export const TPM_CAP_PROP_DAA_INTERRUPT = 0x11c;
/** Property SESSIONS (Part 2, 21). */
export const TPM_CAP_PROP_SESSIONS = 0x11d;
/** Property MAX_SESSIONS (Part 2, 21). */
export const TPM_CAP_PROP_MAX_SESSIONS = 0x11e;
/** Property CMK_RESTRICTION (Part 2, 21). */
export const TPM_CAP_PROP_CMK_RESTRICTION = 0x11f;
/** Property DURATION (Part 2, 21). */
export const TPM_CAP_PROP_DURATION = 0x120;
/** Property ACTIVE_COUNTER (Part 2, 21). */
export const TPM_CAP_PROP_ACTIVE_COUNTER = 0x122;
/** Property MAX_NV_AVAILABLE (Part 2, 21). */
export const TPM_CAP_PROP_MAX_NV_AVAILABLE = 0x123;
/** Property INPUT_BUFFER (Part 2, 21). */
export const TPM_CAP_PROP_INPUT_BUFFER = 0x124;
