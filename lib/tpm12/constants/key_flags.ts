/** Key flag (Part 2, 5.10): output goes elsewhere. */
export const TPM_REDIRECTION = 0x01;
/** Key flag (Part 2, 5.10): the key may leave this TPM. */
export const TPM_MIGRATABLE = 0x02;
/** Key flag (Part 2, 5.10): unloaded at TPM_Startup(ST_CLEAR). */
export const TPM_ISVOLATILE = 0x04;
/** Key flag (Part 2, 5.10): PCRs are not checked for reading the public part. */
export const TPM_PCRIGNOREDONREAD = 0x08;
/** Key flag (Part 2, 5.10): migration is under an authority. */
export const TPM_MIGRATEAUTHORITY = 0x10;
/** authDataUsage (Part 2, 5.9): no use takes a session. */
export const TPM_AUTH_NEVER = 0x00;
/** authDataUsage (Part 2, 5.9): every use takes a session. */
export const TPM_AUTH_ALWAYS = 0x01;
/** authDataUsage (Part 2, 5.9): every use but reading the public part takes a session. */
export const TPM_NO_READ_PUBKEY_AUTH = 0x03;
