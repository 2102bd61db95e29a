/** TPM capability area: ORD. */
export const TSS_TPMCAP_ORD = 0x10;
/** TPM capability area: ALG. */
export const TSS_TPMCAP_ALG = 0x11;
/** TPM capability area: FLAG. */
export const TSS_TPMCAP_FLAG = 0x12;
/** TPM capability area: PROPERTY. */
export const TSS_TPMCAP_PROPERTY = 0x13;
/** TPM capability area: VERSION. */
export const TSS_TPMCAP_VERSION = 0x14;
/** TPM capability area: VERSION_VAL. */
export const TSS_TPMCAP_VERSION_VAL = 0x15;
/** TPM capability area: NV_LIST. */
export const TSS_TPMCAP_NV_LIST = 0x16;
/** TPM capability area: NV_INDEX. */
export const TSS_TPMCAP_NV_INDEX = 0x17;
/** TPM capability area: MFR. */
export const TSS_TPMCAP_MFR = 0x18;
/** TPM capability area: SYM_MODE. */
export const TSS_TPMCAP_SYM_MODE = 0x19;
/** TPM capability area: HANDLE. */
export const TSS_TPMCAP_HANDLE = 0x1a;
/** TPM capability area: TRANS_ES. */
export const TSS_TPMCAP_TRANS_ES = 0x1b;
/** TPM capability area: AUTH_ENCRYPT. */
export const TSS_TPMCAP_AUTH_ENCRYPT = 0x1c;
/** TPM capability area: SET_PERM_FLAGS. */
export const TSS_TPMCAP_SET_PERM_FLAGS = 0x1d;
/** TPM capability area: SET_VENDOR. */
export const TSS_TPMCAP_SET_VENDOR = 0x1e;
/** TPM capability area: DA_LOGIC. */
export const TSS_TPMCAP_DA_LOGIC = 0x1f;
/** TPM property: PCR. */
export const TSS_TPMCAP_PROP_PCR = 0x10;
/** TPM property: DIR. */
export const TSS_TPMCAP_PROP_DIR = 0x11;
/** TPM property: MANUFACTURER. */
export const TSS_TPMCAP_PROP_MANUFACTURER = 0x12;
/** TPM property: SLOTS. */
export const TSS_TPMCAP_PROP_SLOTS = 0x13;
/** TPM property: KEYS. */
export const TSS_TPMCAP_PROP_KEYS = 0x13;
/** TPM property: FAMILYROWS. */
export const TSS_TPMCAP_PROP_FAMILYROWS = 0x14;
/** TPM property: DELEGATEROWS. */
export const TSS_TPMCAP_PROP_DELEGATEROWS = 0x15;
/** TPM property: OWNER. */
export const TSS_TPMCAP_PROP_OWNER = 0x16;
/** TPM property: MAXKEYS. */
export const TSS_TPMCAP_PROP_MAXKEYS = 0x18;
/** TPM property: AUTHSESSIONS. */
export const TSS_TPMCAP_PROP_AUTHSESSIONS = 0x19;
/** TPM property: MAXAUTHSESSIONS. */
export const TSS_TPMCAP_PROP_MAXAUTHSESSIONS = 0x1a;
/** TPM property: TRANSESSIONS. */
export const TSS_TPMCAP_PROP_TRANSESSIONS = 0x1b;
/** TPM property: MAXTRANSESSIONS. */
export const TSS_TPMCAP_PROP_MAXTRANSESSIONS = 0x1c;
/** TPM property: SESSIONS. */
export const TSS_TPMCAP_PROP_SESSIONS = 0x1d;
/** TPM property: MAXSESSIONS. */
export const TSS_TPMCAP_PROP_MAXSESSIONS = 0x1e;
/** TPM property: CONTEXTS. */
export const TSS_TPMCAP_PROP_CONTEXTS = 0x1f;
/** TPM property: MAXCONTEXTS. */
export const TSS_TPMCAP_PROP_MAXCONTEXTS = 0x20;
/** TPM property: DAASESSIONS. */
export const TSS_TPMCAP_PROP_DAASESSIONS = 0x21;
/** TPM property: MAXDAASESSIONS. */
export const TSS_TPMCAP_PROP_MAXDAASESSIONS = 0x22;
/** TPM property: DAA_INTERRUPT. */
export const TSS_TPMCAP_PROP_DAA_INTERRUPT = 0x23;
/** TPM property: COUNTERS. */
export const TSS_TPMCAP_PROP_COUNTERS = 0x24;
/** TPM property: MAXCOUNTERS. */
export const TSS_TPMCAP_PROP_MAXCOUNTERS = 0x25;
/** TPM property: ACTIVECOUNTER. */
export const TSS_TPMCAP_PROP_ACTIVECOUNTER = 0x26;
/** TPM property: MIN_COUNTER. */
export const TSS_TPMCAP_PROP_MIN_COUNTER = 0x27;
/** TPM property: TISTIMEOUTS. */
export const TSS_TPMCAP_PROP_TISTIMEOUTS = 0x28;
/** TPM property: STARTUPEFFECTS. */
export const TSS_TPMCAP_PROP_STARTUPEFFECTS = 0x29;
/** TPM property: MAXCONTEXTCOUNTDIST. */
export const TSS_TPMCAP_PROP_MAXCONTEXTCOUNTDIST = 0x2a;
/** TPM property: CMKRESTRICTION. */
export const TSS_TPMCAP_PROP_CMKRESTRICTION = 0x2b;
/** TPM property: DURATION. */
export const TSS_TPMCAP_PROP_DURATION = 0x2c;
/** TPM property: MAXNVAVAILABLE. */
export const TSS_TPMCAP_PROP_MAXNVAVAILABLE = 0x2d;
/** TPM property: INPUTBUFFERSIZE. */
export const TSS_TPMCAP_PROP_INPUTBUFFERSIZE = 0x2e;
/** TPM property: REVISION. */
export const TSS_TPMCAP_PROP_REVISION = 0x2f;
/** TPM property: LOCALITIES_AVAIL. */
export const TSS_TPMCAP_PROP_LOCALITIES_AVAIL = 0x32;
/** Resource type: KEY. */
export const TSS_RT_KEY = 0x10;
/** Resource type: AUTH. */
export const TSS_RT_AUTH = 0x20;
/** Resource type: TRANS. */
export const TSS_RT_TRANS = 0x30;
/** Resource type: COUNTER. */
export const TSS_RT_COUNTER = 0x40;
