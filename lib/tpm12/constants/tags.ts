/** Tag of a request without sessions (Part 2, 6). */
export const TPM_TAG_RQU_COMMAND = 0x00c1;
/** Tag of a request with one session (Part 2, 6). */
export const TPM_TAG_RQU_AUTH1_COMMAND = 0x00c2;
/** Tag of a request with two sessions (Part 2, 6). */
export const TPM_TAG_RQU_AUTH2_COMMAND = 0x00c3;
/** Tag of an answer without sessions (Part 2, 6). */
export const TPM_TAG_RSP_COMMAND = 0x00c4;
/** Tag of an answer with one session (Part 2, 6). */
export const TPM_TAG_RSP_AUTH1_COMMAND = 0x00c5;
/** Tag of an answer with two sessions (Part 2, 6). */
export const TPM_TAG_RSP_AUTH2_COMMAND = 0x00c6;
/** Tag of TPM_CONTEXTBLOB (Part 2, 3.1). */
export const TPM_TAG_CONTEXTBLOB = 0x0001;
/** Tag of TPM_CONTEXT_SENSITIVE (Part 2, 3.1). */
export const TPM_TAG_CONTEXT_SENSITIVE = 0x0002;
/** Tag of TPM_CONTEXTPOINTER (Part 2, 3.1). */
export const TPM_TAG_CONTEXTPOINTER = 0x0003;
/** Tag of TPM_CONTEXTLIST (Part 2, 3.1). */
export const TPM_TAG_CONTEXTLIST = 0x0004;
/** Tag of TPM_SIGNINFO (Part 2, 3.1). */
export const TPM_TAG_SIGNINFO = 0x0005;
/** Tag of TPM_PCR_INFO_LONG (Part 2, 3.1). */
export const TPM_TAG_PCR_INFO_LONG = 0x0006;
/** Tag of TPM_PERSISTENT_FLAGS (Part 2, 3.1). */
export const TPM_TAG_PERSISTENT_FLAGS = 0x0007;
/** Tag of TPM_VOLATILE_FLAGS (Part 2, 3.1). */
export const TPM_TAG_VOLATILE_FLAGS = 0x0008;
/** Tag of TPM_PERSISTENT_DATA (Part 2, 3.1). */
export const TPM_TAG_PERSISTENT_DATA = 0x0009;
/** Tag of TPM_VOLATILE_DATA (Part 2, 3.1). */
export const TPM_TAG_VOLATILE_DATA = 0x000a;
/** Tag of TPM_SV_DATA (Part 2, 3.1). */
export const TPM_TAG_SV_DATA = 0x000b;
/** Tag of TPM_EK_BLOB (Part 2, 3.1). */
export const TPM_TAG_EK_BLOB = 0x000c;
/** Tag of TPM_EK_BLOB_AUTH (Part 2, 3.1). */
export const TPM_TAG_EK_BLOB_AUTH = 0x000d;
/** Tag of TPM_COUNTER_VALUE (Part 2, 3.1). */
export const TPM_TAG_COUNTER_VALUE = 0x000e;
/** Tag of TPM_TRANSPORT_INTERNAL (Part 2, 3.1). */
export const TPM_TAG_TRANSPORT_INTERNAL = 0x000f;
/** Tag of TPM_TRANSPORT_LOG_IN (Part 2, 3.1). */
export const TPM_TAG_TRANSPORT_LOG_IN = 0x0010;
/** Tag of TPM_TRANSPORT_LOG_OUT (Part 2, 3.1). */
export const TPM_TAG_TRANSPORT_LOG_OUT = 0x0011;
/** Tag of TPM_AUDIT_EVENT_IN (Part 2, 3.1). */
export const TPM_TAG_AUDIT_EVENT_IN = 0x0012;
/** Tag of TPM_AUDIT_EVENT_OUT (Part 2, 3.1). */
export const TPM_TAG_AUDIT_EVENT_OUT = 0x0013;
/** Tag of TPM_CURRENT_TICKS (Part 2, 3.1). */
export const TPM_TAG_CURRENT_TICKS = 0x0014;
/** Tag of TPM_KEY (Part 2, 3.1). */
export const TPM_TAG_KEY = 0x0015;
/** Tag of TPM_STORED_DATA12 (Part 2, 3.1). */
export const TPM_TAG_STORED_DATA12 = 0x0016;
/** Tag of TPM_NV_ATTRIBUTES (Part 2, 3.1). */
export const TPM_TAG_NV_ATTRIBUTES = 0x0017;
/** Tag of TPM_NV_DATA_PUBLIC (Part 2, 3.1). */
export const TPM_TAG_NV_DATA_PUBLIC = 0x0018;
/** Tag of TPM_NV_DATA_SENSITIVE (Part 2, 3.1). */
export const TPM_TAG_NV_DATA_SENSITIVE = 0x0019;
/** Tag of TPM_DELEGATIONS (Part 2, 3.1). */
export const TPM_TAG_DELEGATIONS = 0x001a;
/** Tag of TPM_DELEGATE_PUBLIC (Part 2, 3.1). */
export const TPM_TAG_DELEGATE_PUBLIC = 0x001b;
/** Tag of TPM_DELEGATE_TABLE_ROW (Part 2, 3.1). */
export const TPM_TAG_DELEGATE_TABLE_ROW = 0x001c;
/** Tag of TPM_TRANSPORT_AUTH (Part 2, 3.1). */
export const TPM_TAG_TRANSPORT_AUTH = 0x001d;
/** Tag of TPM_TRANSPORT_PUBLIC (Part 2, 3.1). */
export const TPM_TAG_TRANSPORT_PUBLIC = 0x001e;
/** Tag of TPM_PERMANENT_FLAGS (Part 2, 3.1). */
export const TPM_TAG_PERMANENT_FLAGS = 0x001f;
/** Tag of TPM_STCLEAR_FLAGS (Part 2, 3.1). */
export const TPM_TAG_STCLEAR_FLAGS = 0x0020;
/** Tag of TPM_STANY_FLAGS (Part 2, 3.1). */
export const TPM_TAG_STANY_FLAGS = 0x0021;
/** Tag of TPM_PERMANENT_DATA (Part 2, 3.1). */
export const TPM_TAG_PERMANENT_DATA = 0x0022;
/** Tag of TPM_STCLEAR_DATA (Part 2, 3.1). */
export const TPM_TAG_STCLEAR_DATA = 0x0023;
/** Tag of TPM_STANY_DATA (Part 2, 3.1). */
export const TPM_TAG_STANY_DATA = 0x0024;
/** Tag of TPM_FAMILY_TABLE_ENTRY (Part 2, 3.1). */
export const TPM_TAG_FAMILY_TABLE_ENTRY = 0x0025;
/** Tag of TPM_DELEGATE_SENSITIVE (Part 2, 3.1). */
export const TPM_TAG_DELEGATE_SENSITIVE = 0x0026;
/** Tag of TPM_DELG_KEY_BLOB (Part 2, 3.1). */
export const TPM_TAG_DELG_KEY_BLOB = 0x0027;
/** Tag of TPM_KEY12 (Part 2, 3.1). */
export const TPM_TAG_KEY12 = 0x0028;
/** Tag of TPM_CERTIFY_INFO2 (Part 2, 3.1). */
export const TPM_TAG_CERTIFY_INFO2 = 0x0029;
/** Tag of TPM_DELEGATE_OWNER_BLOB (Part 2, 3.1). */
export const TPM_TAG_DELEGATE_OWNER_BLOB = 0x002a;
/** Tag of TPM_EK_BLOB_ACTIVATE (Part 2, 3.1). */
export const TPM_TAG_EK_BLOB_ACTIVATE = 0x002b;
/** Tag of TPM_DAA_BLOB (Part 2, 3.1). */
export const TPM_TAG_DAA_BLOB = 0x002c;
/** Tag of TPM_DAA_CONTEXT (Part 2, 3.1). */
export const TPM_TAG_DAA_CONTEXT = 0x002d;
/** Tag of TPM_DAA_ENFORCE (Part 2, 3.1). */
export const TPM_TAG_DAA_ENFORCE = 0x002e;
/** Tag of TPM_DAA_ISSUER (Part 2, 3.1). */
export const TPM_TAG_DAA_ISSUER = 0x002f;
/** Tag of TPM_CAP_VERSION_INFO (Part 2, 3.1). */
export const TPM_TAG_CAP_VERSION_INFO = 0x0030;
/** Tag of TPM_DAA_SENSITIVE (Part 2, 3.1). */
export const TPM_TAG_DAA_SENSITIVE = 0x0031;
/** Tag of TPM_DAA_TPM (Part 2, 3.1). */
export const TPM_TAG_DAA_TPM = 0x0032;
/** Tag of TPM_CMK_MIGAUTH (Part 2, 3.1). */
export const TPM_TAG_CMK_MIGAUTH = 0x0033;
/** Tag of TPM_CMK_SIGTICKET (Part 2, 3.1). */
export const TPM_TAG_CMK_SIGTICKET = 0x0034;
/** Tag of TPM_CMK_MA_APPROVAL (Part 2, 3.1). */
export const TPM_TAG_CMK_MA_APPROVAL = 0x0035;
/** Tag of TPM_QUOTE_INFO2 (Part 2, 3.1). */
export const TPM_TAG_QUOTE_INFO2 = 0x0036;
/** Tag of TPM_DA_INFO (Part 2, 3.1). */
export const TPM_TAG_DA_INFO = 0x0037;
/** Tag of TPM_DA_INFO_LIMITED (Part 2, 3.1). */
export const TPM_TAG_DA_INFO_LIMITED = 0x0038;
/** Tag of TPM_DA_ACTION_TYPE (Part 2, 3.1). */
export const TPM_TAG_DA_ACTION_TYPE = 0x0039;
