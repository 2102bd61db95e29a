/** Startup effect (Part 2, 4.6): TPM_Startup(ST_STATE) drops saved contexts. */
export const TPM_STARTUP_EFFECT_ST_STATE_RT_CONTEXT = 0x001;
/** Startup effect (Part 2, 4.6): TPM_Startup(ST_STATE) drops transport sessions. */
export const TPM_STARTUP_EFFECT_ST_STATE_RT_TRANS = 0x002;
/** Startup effect (Part 2, 4.6): TPM_Startup(ST_STATE) drops hash threads. */
export const TPM_STARTUP_EFFECT_ST_STATE_RT_HASH = 0x004;
/** Startup effect (Part 2, 4.6): TPM_Startup(ST_STATE) drops authorisation sessions. */
export const TPM_STARTUP_EFFECT_ST_STATE_RT_AUTH = 0x008;
/** Startup effect (Part 2, 4.6): every TPM_Startup drops keys. */
export const TPM_STARTUP_EFFECT_ST_ANY_RT_KEY = 0x010;
/** Startup effect (Part 2, 4.6): every TPM_Startup sets the audit digest to zero. */
export const TPM_STARTUP_EFFECT_ST_ANY_AUDITDIGEST = 0x020;
/** Startup effect (Part 2, 4.6): TPM_Startup(ST_CLEAR) alone sets the audit digest to zero. */
export const TPM_STARTUP_EFFECT_ST_CLEAR_AUDITDIGEST = 0x040;
/** Startup effect (Part 2, 4.6): no TPM_Startup sets the audit digest to zero. */
export const TPM_STARTUP_EFFECT_NONE_AUDITDIGEST = 0x080;
/** Startup effect (Part 2, 4.6): TPM_Startup(ST_STATE) drops DAA sessions. */
export const TPM_STARTUP_EFFECT_ST_STATE_RT_DAA = 0x100;
