/**
 * Bytes to values and back: a reader, a writer and combinators. Knows no TPM.
 *
 * @module
 */
export * from "./codec.ts";
export * from "./combinators.ts";
export * from "./concat.ts";
export * from "./error.ts";
export * from "./lengths_first.ts";
export * from "./primitives.ts";
export { Reader } from "./reader.ts";
export * from "./writer.ts";
