/**
 * The primitives of TPM 1.2 over `node:crypto`: byte strings in, byte strings out, synchronous.
 *
 * @module
 */
export * from "./aes.ts";
export * from "./mgf1.ts";
export * from "./random.ts";
export * from "./sha1.ts";
