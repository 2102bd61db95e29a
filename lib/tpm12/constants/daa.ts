/** Size in bytes (Part 2, 22.1): random value r0. */
export const DAA_SIZE_r0 = 43;
/** Size in bytes (Part 2, 22.1): random value r1. */
export const DAA_SIZE_r1 = 43;
/** Size in bytes (Part 2, 22.1): random value r2. */
export const DAA_SIZE_r2 = 128;
/** Size in bytes (Part 2, 22.1): random value r3. */
export const DAA_SIZE_r3 = 168;
/** Size in bytes (Part 2, 22.1): random value r4. */
export const DAA_SIZE_r4 = 219;
/** Size in bytes (Part 2, 22.1): nonce of the TPM. */
export const DAA_SIZE_NT = 20;
/** Size in bytes (Part 2, 22.1): lower part of the credential's v. */
export const DAA_SIZE_v0 = 128;
/** Size in bytes (Part 2, 22.1): upper part of the credential's v. */
export const DAA_SIZE_v1 = 192;
/** Size in bytes (Part 2, 22.1): encrypted nonce of the issuer. */
export const DAA_SIZE_NE = 256;
/** Size in bytes (Part 2, 22.1): w, from which pseudonyms come. */
export const DAA_SIZE_w = 256;
/** Size in bytes (Part 2, 22.1): modulus of the issuer. */
export const DAA_SIZE_issuerModulus = 256;
/** Bits of f that f0 holds (Part 2, 22.2). */
export const DAA_power0 = 104;
/** Bits of v that v0 holds (Part 2, 22.2). */
export const DAA_power1 = 1024;
