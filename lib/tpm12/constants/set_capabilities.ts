/** Area of TPM_SetCapability (Part 2, 21): TPM_PERMANENT_FLAGS. */
export const TPM_SET_PERM_FLAGS = 0x00000001;
/** Area of TPM_SetCapability (Part 2, 21): TPM_PERMANENT_DATA. */
export const TPM_SET_PERM_DATA = 0x00000002;
/** Area of TPM_SetCapability (Part 2, 21): TPM_STCLEAR_FLAGS. */
export const TPM_SET_STCLEAR_FLAGS = 0x00000003;
/** Area of TPM_SetCapability (Part 2, 21): TPM_STCLEAR_DATA. */
export const TPM_SET_STCLEAR_DATA = 0x00000004;
/** Area of TPM_SetCapability (Part 2, 21): TPM_STANY_FLAGS. */
export const TPM_SET_STANY_FLAGS = 0x00000005;
/** Area of TPM_SetCapability (Part 2, 21): TPM_STANY_DATA. */
export const TPM_SET_STANY_DATA = 0x00000006;
/** Area of TPM_SetCapability (Part 2, 21): of the maker. */
export const TPM_SET_VENDOR = 0x00000007;
/** Permanent flag (Part 2, 7.1): number of DISABLE. */
export const TPM_PF_DISABLE = 1;
/** Permanent flag (Part 2, 7.1): number of OWNERSHIP. */
export const TPM_PF_OWNERSHIP = 2;
/** Permanent flag (Part 2, 7.1): number of DEACTIVATED. */
export const TPM_PF_DEACTIVATED = 3;
/** Permanent flag (Part 2, 7.1): number of READPUBEK. */
export const TPM_PF_READPUBEK = 4;
/** Permanent flag (Part 2, 7.1): number of DISABLEOWNERCLEAR. */
export const TPM_PF_DISABLEOWNERCLEAR = 5;
/** Permanent flag (Part 2, 7.1): number of ALLOWMAINTENANCE. */
export const TPM_PF_ALLOWMAINTENANCE = 6;
/** Permanent flag (Part 2, 7.1): number of PHYSICALPRESENCELIFETIMELOCK. */
export const TPM_PF_PHYSICALPRESENCELIFETIMELOCK = 7;
/** Permanent flag (Part 2, 7.1): number of PHYSICALPRESENCEHWENABLE. */
export const TPM_PF_PHYSICALPRESENCEHWENABLE = 8;
/** Permanent flag (Part 2, 7.1): number of PHYSICALPRESENCECMDENABLE. */
export const TPM_PF_PHYSICALPRESENCECMDENABLE = 9;
/** Permanent flag (Part 2, 7.1): number of CEKPUSED. */
export const TPM_PF_CEKPUSED = 10;
/** Permanent flag (Part 2, 7.1): number of TPMPOST. */
export const TPM_PF_TPMPOST = 11;
/** Permanent flag (Part 2, 7.1): number of TPMPOSTLOCK. */
export const TPM_PF_TPMPOSTLOCK = 12;
/** Permanent flag (Part 2, 7.1): number of FIPS. */
export const TPM_PF_FIPS = 13;
/** Permanent flag (Part 2, 7.1): number of OPERATOR. */
export const TPM_PF_OPERATOR = 14;
/** Permanent flag (Part 2, 7.1): number of ENABLEREVOKEEK. */
export const TPM_PF_ENABLEREVOKEEK = 15;
/** Permanent flag (Part 2, 7.1): number of NV_LOCKED. */
export const TPM_PF_NV_LOCKED = 16;
/** Permanent flag (Part 2, 7.1): number of READSRKPUB. */
export const TPM_PF_READSRKPUB = 17;
/** Permanent flag (Part 2, 7.1): number of TPMESTABLISHED. */
export const TPM_PF_TPMESTABLISHED = 18;
/** Permanent flag (Part 2, 7.1): number of MAINTENANCEDONE. */
export const TPM_PF_MAINTENANCEDONE = 19;
/** Permanent flag (Part 2, 7.1): number of DISABLEFULLDALOGICINFO. */
export const TPM_PF_DISABLEFULLDALOGICINFO = 20;
/** ST_CLEAR flag (Part 2, 7.2): number of DEACTIVATED. */
export const TPM_SF_DEACTIVATED = 1;
/** ST_CLEAR flag (Part 2, 7.2): number of DISABLEFORCECLEAR. */
export const TPM_SF_DISABLEFORCECLEAR = 2;
/** ST_CLEAR flag (Part 2, 7.2): number of PHYSICALPRESENCE. */
export const TPM_SF_PHYSICALPRESENCE = 3;
/** ST_CLEAR flag (Part 2, 7.2): number of PHYSICALPRESENCELOCK. */
export const TPM_SF_PHYSICALPRESENCELOCK = 4;
/** ST_CLEAR flag (Part 2, 7.2): number of BGLOBALLOCK. */
export const TPM_SF_BGLOBALLOCK = 5;
/** ST_ANY flag (Part 2, 7.3): number of POSTINITIALISE. */
export const TPM_AF_POSTINITIALISE = 1;
/** ST_ANY flag (Part 2, 7.3): number of LOCALITYMODIFIER. */
export const TPM_AF_LOCALITYMODIFIER = 2;
/** ST_ANY flag (Part 2, 7.3): number of TRANSPORTEXCLUSIVE. */
export const TPM_AF_TRANSPORTEXCLUSIVE = 3;
/** ST_ANY flag (Part 2, 7.3): number of TOSPRESENT. */
export const TPM_AF_TOSPRESENT = 4;
/** Permanent data (Part 2, 7.4): number of restrictDelegate. */
export const TPM_PD_RESTRICTDELEGATE = 23;
/** Permanent data (Part 2, 7.4): number of daaProof. */
export const TPM_PD_DAAPROOF = 25;
/** ST_CLEAR data (Part 2, 7.5): number of deferredPhysicalPresence. */
export const TPM_SD_DEFERREDPHYSICALPRESENCE = 6;
