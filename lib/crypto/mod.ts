/**
 * The primitives of TPM 1.2: byte strings in, byte strings out, synchronous.
 *
 * @module
 */
export * from "./aes.ts";
export { copyBytes } from "./allocate.ts";
export * from "./bignum.ts";
export { desCbcDecrypt, desCbcEncrypt } from "./des.ts";
export * from "./equal_bytes.ts";
export * from "./hmac.ts";
export * from "./mgf1.ts";
export * from "./montgomery.ts";
export * from "./oaep.ts";
export * from "./pkcs1.ts";
export { generatePrime, isProbablePrime } from "./prime.ts";
export * from "./random.ts";
export * from "./rsa.ts";
export * from "./rsa_error.ts";
export * from "./rsa_generate.ts";
export { Sha1, sha1, SHA1_SIZE } from "./sha1.ts";
