/**
 * The vocabulary of TPM 1.2 and no logic: structures, constants and return codes.
 *
 * @module
 */
export type { Codec, CodecParts, Reader, Writer } from "../codec/mod.ts";
export * from "./constants/mod.ts";
export * from "./pcr_selection.ts";
export * from "./return_code_table.ts";
export * from "./return_codes.ts";
export * from "./structures/mod.ts";
export * from "./tss_error.ts";
export * from "./tss_return_code_table.ts";
export * from "./tss_return_codes.ts";
