/** Platform specification (Part 2, 4): PC 1.1. */
export const TPM_PS_PC_11 = 0x0001;
/** Platform specification (Part 2, 4): PC 1.2. */
export const TPM_PS_PC_12 = 0x0002;
/** Platform specification (Part 2, 4): PDA 1.2. */
export const TPM_PS_PDA_12 = 0x0003;
/** Platform specification (Part 2, 4): server 1.2. */
export const TPM_PS_Server_12 = 0x0004;
/** Platform specification (Part 2, 4): mobile 1.2. */
export const TPM_PS_Mobile_12 = 0x0005;
