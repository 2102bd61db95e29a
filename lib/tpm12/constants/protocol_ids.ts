/** Protocol NONE (Part 2). */
export const TPM_PID_NONE = 0x0000;
/** Protocol OIAP (Part 2). */
export const TPM_PID_OIAP = 0x0001;
/** Protocol OSAP (Part 2). */
export const TPM_PID_OSAP = 0x0002;
/** Protocol ADIP (Part 2). */
export const TPM_PID_ADIP = 0x0003;
/** Protocol ADCP (Part 2). */
export const TPM_PID_ADCP = 0x0004;
/** Protocol OWNER (Part 2). */
export const TPM_PID_OWNER = 0x0005;
/** Protocol DSAP (Part 2). */
export const TPM_PID_DSAP = 0x0006;
/** Protocol TRANSPORT (Part 2). */
export const TPM_PID_TRANSPORT = 0x0007;
