/**
 * The vocabulary of TPM 1.2 and no logic: constants and return codes.
 *
 * @module
 */
export * from "./constants/mod.ts";
export * from "./return_codes.ts";
export * from "./structures/mod.ts";
export * from "./tss_error.ts";
export * from "./tss_return_codes.ts";
