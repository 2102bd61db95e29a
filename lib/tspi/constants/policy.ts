/** Policy attribute: CALLBACK_HMAC. */
export const TSS_TSPATTRIB_POLICY_CALLBACK_HMAC = 0x80;
/** Policy attribute: CALLBACK_XOR_ENC. */
export const TSS_TSPATTRIB_POLICY_CALLBACK_XOR_ENC = 0x100;
/** Policy attribute: CALLBACK_TAKEOWNERSHIP. */
export const TSS_TSPATTRIB_POLICY_CALLBACK_TAKEOWNERSHIP = 0x180;
/** Policy attribute: CALLBACK_CHANGEAUTHASYM. */
export const TSS_TSPATTRIB_POLICY_CALLBACK_CHANGEAUTHASYM = 0x200;
/** Policy attribute: SECRET_LIFETIME. */
export const TSS_TSPATTRIB_POLICY_SECRET_LIFETIME = 0x280;
/** Policy attribute: POPUPSTRING. */
export const TSS_TSPATTRIB_POLICY_POPUPSTRING = 0x300;
/** Policy attribute: CALLBACK_SEALX_MASK. */
export const TSS_TSPATTRIB_POLICY_CALLBACK_SEALX_MASK = 0x380;
/** Policy attribute: DELEGATION_INFO. */
export const TSS_TSPATTRIB_POLICY_DELEGATION_INFO = 0x1;
/** Policy attribute: DELEGATION_PCR. */
export const TSS_TSPATTRIB_POLICY_DELEGATION_PCR = 0x2;
/** Lifetime of a secret: ALWAYS. */
export const TSS_SECRET_LIFETIME_ALWAYS = 0x1;
/** Lifetime of a secret: COUNTER. */
export const TSS_SECRET_LIFETIME_COUNTER = 0x2;
/** Lifetime of a secret: TIMER. */
export const TSS_SECRET_LIFETIME_TIMER = 0x3;
/** Lifetime of a secret: ALWAYS. */
export const TSS_TSPATTRIB_POLSECRET_LIFETIME_ALWAYS = 0x1;
/** Lifetime of a secret: COUNTER. */
export const TSS_TSPATTRIB_POLSECRET_LIFETIME_COUNTER = 0x2;
/** Lifetime of a secret: TIMER. */
export const TSS_TSPATTRIB_POLSECRET_LIFETIME_TIMER = 0x3;
/** Lifetime of a secret: ALWAYS. */
export const TSS_TSPATTRIB_POLICYSECRET_LIFETIME_ALWAYS = 0x1;
/** Lifetime of a secret: COUNTER. */
export const TSS_TSPATTRIB_POLICYSECRET_LIFETIME_COUNTER = 0x2;
/** Lifetime of a secret: TIMER. */
export const TSS_TSPATTRIB_POLICYSECRET_LIFETIME_TIMER = 0x3;
/** Part of a delegation: TYPE. */
export const TSS_TSPATTRIB_POLDEL_TYPE = 0x1;
/** Part of a delegation: INDEX. */
export const TSS_TSPATTRIB_POLDEL_INDEX = 0x2;
/** Part of a delegation: PER1. */
export const TSS_TSPATTRIB_POLDEL_PER1 = 0x3;
/** Part of a delegation: PER2. */
export const TSS_TSPATTRIB_POLDEL_PER2 = 0x4;
/** Part of a delegation: LABEL. */
export const TSS_TSPATTRIB_POLDEL_LABEL = 0x5;
/** Part of a delegation: FAMILYID. */
export const TSS_TSPATTRIB_POLDEL_FAMILYID = 0x6;
/** Part of a delegation: VERCOUNT. */
export const TSS_TSPATTRIB_POLDEL_VERCOUNT = 0x7;
/** Part of a delegation: OWNERBLOB. */
export const TSS_TSPATTRIB_POLDEL_OWNERBLOB = 0x8;
/** Part of a delegation: KEYBLOB. */
export const TSS_TSPATTRIB_POLDEL_KEYBLOB = 0x9;
/** Part of the PCRs of a delegation: LOCALITY. */
export const TSS_TSPATTRIB_POLDELPCR_LOCALITY = 0x1;
/** Part of the PCRs of a delegation: DIGESTATRELEASE. */
export const TSS_TSPATTRIB_POLDELPCR_DIGESTATRELEASE = 0x2;
/** Part of the PCRs of a delegation: SELECTION. */
export const TSS_TSPATTRIB_POLDELPCR_SELECTION = 0x3;
/** Type of a delegation: NONE. */
export const TSS_DELEGATIONTYPE_NONE = 0x1;
/** Type of a delegation: OWNER. */
export const TSS_DELEGATIONTYPE_OWNER = 0x2;
/** Type of a delegation: KEY. */
export const TSS_DELEGATIONTYPE_KEY = 0x3;
/** Policy type: USAGE. */
export const TSS_POLICY_USAGE = 0x1;
/** Policy type: MIGRATION. */
export const TSS_POLICY_MIGRATION = 0x2;
/** Policy type: OPERATOR. */
export const TSS_POLICY_OPERATOR = 0x3;
/** Secret mode: NONE. */
export const TSS_SECRET_MODE_NONE = 0x800;
/** Secret mode: SHA1. */
export const TSS_SECRET_MODE_SHA1 = 0x1000;
/** Secret mode: PLAIN. */
export const TSS_SECRET_MODE_PLAIN = 0x1800;
/** Secret mode: POPUP. */
export const TSS_SECRET_MODE_POPUP = 0x2000;
/** Secret mode: CALLBACK. */
export const TSS_SECRET_MODE_CALLBACK = 0x2800;
