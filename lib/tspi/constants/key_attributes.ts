/** Key attribute: BLOB. */
export const TSS_TSPATTRIB_KEY_BLOB = 0x40;
/** Key attribute: INFO. */
export const TSS_TSPATTRIB_KEY_INFO = 0x80;
/** Key attribute: UUID. */
export const TSS_TSPATTRIB_KEY_UUID = 0xc0;
/** Key attribute: PCR. */
export const TSS_TSPATTRIB_KEY_PCR = 0x100;
/** Key attribute: INFO. */
export const TSS_TSPATTRIB_RSAKEY_INFO = 0x140;
/** Key attribute: REGISTER. */
export const TSS_TSPATTRIB_KEY_REGISTER = 0x180;
/** Key attribute: PCR_LONG. */
export const TSS_TSPATTRIB_KEY_PCR_LONG = 0x1c0;
/** Key attribute: CONTROLBIT. */
export const TSS_TSPATTRIB_KEY_CONTROLBIT = 0x200;
/** Key attribute: CMKINFO. */
export const TSS_TSPATTRIB_KEY_CMKINFO = 0x400;
/** Part of a key blob: BLOB. */
export const TSS_TSPATTRIB_KEYBLOB_BLOB = 0x8;
/** Part of a key blob: PUBLIC_KEY. */
export const TSS_TSPATTRIB_KEYBLOB_PUBLIC_KEY = 0x10;
/** Part of a key blob: PRIVATE_KEY. */
export const TSS_TSPATTRIB_KEYBLOB_PRIVATE_KEY = 0x28;
/** Part of what a key is: SIZE. */
export const TSS_TSPATTRIB_KEYINFO_SIZE = 0x80;
/** Part of what a key is: USAGE. */
export const TSS_TSPATTRIB_KEYINFO_USAGE = 0x100;
/** Part of what a key is: KEYFLAGS. */
export const TSS_TSPATTRIB_KEYINFO_KEYFLAGS = 0x180;
/** Part of what a key is: AUTHUSAGE. */
export const TSS_TSPATTRIB_KEYINFO_AUTHUSAGE = 0x200;
/** Part of what a key is: ALGORITHM. */
export const TSS_TSPATTRIB_KEYINFO_ALGORITHM = 0x280;
/** Part of what a key is: SIGSCHEME. */
export const TSS_TSPATTRIB_KEYINFO_SIGSCHEME = 0x300;
/** Part of what a key is: ENCSCHEME. */
export const TSS_TSPATTRIB_KEYINFO_ENCSCHEME = 0x380;
/** Part of what a key is: MIGRATABLE. */
export const TSS_TSPATTRIB_KEYINFO_MIGRATABLE = 0x400;
/** Part of what a key is: REDIRECTED. */
export const TSS_TSPATTRIB_KEYINFO_REDIRECTED = 0x480;
/** Part of what a key is: VOLATILE. */
export const TSS_TSPATTRIB_KEYINFO_VOLATILE = 0x500;
/** Part of what a key is: AUTHDATAUSAGE. */
export const TSS_TSPATTRIB_KEYINFO_AUTHDATAUSAGE = 0x580;
/** Part of what a key is: VERSION. */
export const TSS_TSPATTRIB_KEYINFO_VERSION = 0x600;
/** Part of what a key is: CMK. */
export const TSS_TSPATTRIB_KEYINFO_CMK = 0x680;
/** Part of what a key is: KEYSTRUCT. */
export const TSS_TSPATTRIB_KEYINFO_KEYSTRUCT = 0x700;
/** Part of the control of a key: OWNEREVICT. */
export const TSS_TSPATTRIB_KEYCONTROL_OWNEREVICT = 0x780;
/** Part of the RSA numbers of a key: EXPONENT. */
export const TSS_TSPATTRIB_KEYINFO_RSA_EXPONENT = 0x1000;
/** Part of the RSA numbers of a key: MODULUS. */
export const TSS_TSPATTRIB_KEYINFO_RSA_MODULUS = 0x2000;
/** Part of the RSA numbers of a key: KEYSIZE. */
export const TSS_TSPATTRIB_KEYINFO_RSA_KEYSIZE = 0x3000;
/** Part of the RSA numbers of a key: PRIMES. */
export const TSS_TSPATTRIB_KEYINFO_RSA_PRIMES = 0x4000;
/** Part of the PCRs of a key: DIGEST_ATCREATION. */
export const TSS_TSPATTRIB_KEYPCR_DIGEST_ATCREATION = 0x8000;
/** Part of the PCRs of a key: DIGEST_ATRELEASE. */
export const TSS_TSPATTRIB_KEYPCR_DIGEST_ATRELEASE = 0x10000;
/** Part of the PCRs of a key: SELECTION. */
export const TSS_TSPATTRIB_KEYPCR_SELECTION = 0x18000;
/** Where a key is registered: USER. */
export const TSS_TSPATTRIB_KEYREGISTER_USER = 0x2000000;
/** Where a key is registered: SYSTEM. */
export const TSS_TSPATTRIB_KEYREGISTER_SYSTEM = 0x4000000;
/** Where a key is registered: NO. */
export const TSS_TSPATTRIB_KEYREGISTER_NO = 0x6000000;
/** Part of the PCRs of a key, long form: LOCALITY_ATCREATION. */
export const TSS_TSPATTRIB_KEYPCRLONG_LOCALITY_ATCREATION = 0x40000;
/** Part of the PCRs of a key, long form: LOCALITY_ATRELEASE. */
export const TSS_TSPATTRIB_KEYPCRLONG_LOCALITY_ATRELEASE = 0x80000;
/** Part of the PCRs of a key, long form: CREATION_SELECTION. */
export const TSS_TSPATTRIB_KEYPCRLONG_CREATION_SELECTION = 0xc0000;
/** Part of the PCRs of a key, long form: RELEASE_SELECTION. */
export const TSS_TSPATTRIB_KEYPCRLONG_RELEASE_SELECTION = 0x100000;
/** Part of the PCRs of a key, long form: DIGEST_ATCREATION. */
export const TSS_TSPATTRIB_KEYPCRLONG_DIGEST_ATCREATION = 0x140000;
/** Part of the PCRs of a key, long form: DIGEST_ATRELEASE. */
export const TSS_TSPATTRIB_KEYPCRLONG_DIGEST_ATRELEASE = 0x180000;
/** Part of the migration authority of a key: MA_APPROVAL. */
export const TSS_TSPATTRIB_KEYINFO_CMK_MA_APPROVAL = 0x10;
/** Part of the migration authority of a key: MA_DIGEST. */
export const TSS_TSPATTRIB_KEYINFO_CMK_MA_DIGEST = 0x20;
