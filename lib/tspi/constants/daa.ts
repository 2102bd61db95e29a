/** DAA attribute, or a part of one: CRED_COMMIT. */
export const TSS_TSPATTRIB_DAACRED_COMMIT = 0x1;
/** DAA attribute, or a part of one: CRED_ATTRIB_GAMMAS. */
export const TSS_TSPATTRIB_DAACRED_ATTRIB_GAMMAS = 0x2;
/** DAA attribute, or a part of one: CRED_CREDENTIAL_BLOB. */
export const TSS_TSPATTRIB_DAACRED_CREDENTIAL_BLOB = 0x3;
/** DAA attribute, or a part of one: CRED_CALLBACK_SIGN. */
export const TSS_TSPATTRIB_DAACRED_CALLBACK_SIGN = 0x4;
/** DAA attribute, or a part of one: CRED_CALLBACK_VERIFYSIGNATURE. */
export const TSS_TSPATTRIB_DAACRED_CALLBACK_VERIFYSIGNATURE = 0x5;
/** DAA attribute, or a part of one: COMMIT_NUMBER. */
export const TSS_TSPATTRIB_DAACOMMIT_NUMBER = 0x1;
/** DAA attribute, or a part of one: COMMIT_SELECTION. */
export const TSS_TSPATTRIB_DAACOMMIT_SELECTION = 0x2;
/** DAA attribute, or a part of one: COMMIT_COMMITMENTS. */
export const TSS_TSPATTRIB_DAACOMMIT_COMMITMENTS = 0x3;
/** DAA attribute, or a part of one: ATTRIBGAMMAS_BLOB. */
export const TSS_TSPATTRIB_DAAATTRIBGAMMAS_BLOB = 0xffffffff;
/** DAA attribute, or a part of one: ISSUERKEY_BLOB. */
export const TSS_TSPATTRIB_DAAISSUERKEY_BLOB = 0x1;
/** DAA attribute, or a part of one: ISSUERKEY_PUBKEY. */
export const TSS_TSPATTRIB_DAAISSUERKEY_PUBKEY = 0x2;
/** DAA attribute, or a part of one: ISSUERKEYBLOB_PUBLIC_KEY. */
export const TSS_TSPATTRIB_DAAISSUERKEYBLOB_PUBLIC_KEY = 0x1;
/** DAA attribute, or a part of one: ISSUERKEYBLOB_SECRET_KEY. */
export const TSS_TSPATTRIB_DAAISSUERKEYBLOB_SECRET_KEY = 0x2;
/** DAA attribute, or a part of one: ISSUERKEYBLOB_KEYBLOB. */
export const TSS_TSPATTRIB_DAAISSUERKEYBLOB_KEYBLOB = 0x3;
/** DAA attribute, or a part of one: ISSUERKEYBLOB_PROOF. */
export const TSS_TSPATTRIB_DAAISSUERKEYBLOB_PROOF = 0x4;
/** DAA attribute, or a part of one: ISSUERKEYPUBKEY_NUM_ATTRIBS. */
export const TSS_TSPATTRIB_DAAISSUERKEYPUBKEY_NUM_ATTRIBS = 0x1;
/** DAA attribute, or a part of one: ISSUERKEYPUBKEY_NUM_PLATFORM_ATTRIBS. */
export const TSS_TSPATTRIB_DAAISSUERKEYPUBKEY_NUM_PLATFORM_ATTRIBS = 0x2;
/** DAA attribute, or a part of one: ISSUERKEYPUBKEY_NUM_ISSUER_ATTRIBS. */
export const TSS_TSPATTRIB_DAAISSUERKEYPUBKEY_NUM_ISSUER_ATTRIBS = 0x3;
/** DAA attribute, or a part of one: ARAKEY_BLOB. */
export const TSS_TSPATTRIB_DAAARAKEY_BLOB = 0x1;
/** DAA attribute, or a part of one: ARAKEYBLOB_PUBLIC_KEY. */
export const TSS_TSPATTRIB_DAAARAKEYBLOB_PUBLIC_KEY = 0x1;
/** DAA attribute, or a part of one: ARAKEYBLOB_SECRET_KEY. */
export const TSS_TSPATTRIB_DAAARAKEYBLOB_SECRET_KEY = 0x2;
/** DAA attribute, or a part of one: ARAKEYBLOB_KEYBLOB. */
export const TSS_TSPATTRIB_DAAARAKEYBLOB_KEYBLOB = 0x3;
/** Form of a DAA pseudonym: PSEUDONYM_PLAIN. */
export const TSS_FLAG_DAA_PSEUDONYM_PLAIN = 0x0;
/** Form of a DAA pseudonym: PSEUDONYM_ENCRYPTED. */
export const TSS_FLAG_DAA_PSEUDONYM_ENCRYPTED = 0x1;
/** Bytes of a DAA number: N. */
export const TSS_DAA_LENGTH_N = 0x100;
/** Bytes of a DAA number: F. */
export const TSS_DAA_LENGTH_F = 0xd;
/** Bytes of a DAA number: E. */
export const TSS_DAA_LENGTH_E = 0x2e;
/** Bytes of a DAA number: E_PRIME. */
export const TSS_DAA_LENGTH_E_PRIME = 0xf;
/** Bytes of a DAA number: V. */
export const TSS_DAA_LENGTH_V = 0x13d;
/** Bytes of a DAA number: SAFETY. */
export const TSS_DAA_LENGTH_SAFETY = 0xa;
/** Bytes of a DAA number: HASH. */
export const TSS_DAA_LENGTH_HASH = 0x14;
/** Bytes of a DAA number: S. */
export const TSS_DAA_LENGTH_S = 0x80;
/** Bytes of a DAA number: GAMMA. */
export const TSS_DAA_LENGTH_GAMMA = 0xcc;
/** Bytes of a DAA number: RHO. */
export const TSS_DAA_LENGTH_RHO = 0x1a;
/** Bytes of a DAA number: MFG1_GAMMA. */
export const TSS_DAA_LENGTH_MFG1_GAMMA = 0xd6;
/** Bytes of a DAA number: MGF1_AR. */
export const TSS_DAA_LENGTH_MGF1_AR = 0x19;
