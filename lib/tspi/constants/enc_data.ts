/** Type of encrypted data: SEAL. */
export const TSS_ENCDATA_SEAL = 0x1;
/** Type of encrypted data: BIND. */
export const TSS_ENCDATA_BIND = 0x2;
/** Type of encrypted data: LEGACY. */
export const TSS_ENCDATA_LEGACY = 0x3;
/** Attribute of encrypted data: BLOB. */
export const TSS_TSPATTRIB_ENCDATA_BLOB = 0x8;
/** Attribute of encrypted data: PCR. */
export const TSS_TSPATTRIB_ENCDATA_PCR = 0x10;
/** Attribute of encrypted data: PCR_LONG. */
export const TSS_TSPATTRIB_ENCDATA_PCR_LONG = 0x18;
/** Attribute of encrypted data: SEAL. */
export const TSS_TSPATTRIB_ENCDATA_SEAL = 0x20;
/** Part of the blob of encrypted data: BLOB. */
export const TSS_TSPATTRIB_ENCDATABLOB_BLOB = 0x1;
/** Part of the PCRs of sealed data: DIGEST_ATCREATION. */
export const TSS_TSPATTRIB_ENCDATAPCR_DIGEST_ATCREATION = 0x2;
/** Part of the PCRs of sealed data: DIGEST_ATRELEASE. */
export const TSS_TSPATTRIB_ENCDATAPCR_DIGEST_ATRELEASE = 0x3;
/** Part of the PCRs of sealed data: SELECTION. */
export const TSS_TSPATTRIB_ENCDATAPCR_SELECTION = 0x4;
/** Part of the PCRs of sealed data: DIGEST_RELEASE. */
export const TSS_TSPATTRIB_ENCDATAPCR_DIGEST_RELEASE = 0x3;
/** Part of the PCRs of sealed data, long form: LOCALITY_ATCREATION. */
export const TSS_TSPATTRIB_ENCDATAPCRLONG_LOCALITY_ATCREATION = 0x5;
/** Part of the PCRs of sealed data, long form: LOCALITY_ATRELEASE. */
export const TSS_TSPATTRIB_ENCDATAPCRLONG_LOCALITY_ATRELEASE = 0x6;
/** Part of the PCRs of sealed data, long form: CREATION_SELECTION. */
export const TSS_TSPATTRIB_ENCDATAPCRLONG_CREATION_SELECTION = 0x7;
/** Part of the PCRs of sealed data, long form: RELEASE_SELECTION. */
export const TSS_TSPATTRIB_ENCDATAPCRLONG_RELEASE_SELECTION = 0x8;
/** Part of the PCRs of sealed data, long form: DIGEST_ATCREATION. */
export const TSS_TSPATTRIB_ENCDATAPCRLONG_DIGEST_ATCREATION = 0x9;
/** Part of the PCRs of sealed data, long form: DIGEST_ATRELEASE. */
export const TSS_TSPATTRIB_ENCDATAPCRLONG_DIGEST_ATRELEASE = 0xa;
/** How data is sealed: PROTECT_MODE. */
export const TSS_TSPATTRIB_ENCDATASEAL_PROTECT_MODE = 0x1;
/** How data is sealed: NOPROTECT. */
export const TSS_TSPATTRIB_ENCDATASEAL_NOPROTECT = 0x0;
/** How data is sealed: PROTECT. */
export const TSS_TSPATTRIB_ENCDATASEAL_PROTECT = 0x1;
/** How data is sealed: NO_PROTECT. */
export const TSS_TSPATTRIB_ENCDATASEAL_NO_PROTECT = 0x0;
