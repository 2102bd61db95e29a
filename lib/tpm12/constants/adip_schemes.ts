/** High byte of TPM_ENTITY_TYPE (Part 2, 4.3): secrets are hidden by XOR. */
export const TPM_ET_XOR = 0x00;
/** High byte of TPM_ENTITY_TYPE (Part 2, 4.3): secrets are hidden by AES-128 in counter mode. */
export const TPM_ET_AES128_CTR = 0x06;
