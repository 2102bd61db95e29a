/**
 * A complete TPM 1.2 in software: `(state, bytes) → bytes`, synchronous and deterministic, with
 * the random source, the clock and the storage passed in.
 *
 * @module
 */
export type { Execution } from "./dispatcher.ts";
export * from "./emulator.ts";
export * from "./endorsement_authority.ts";
export * from "./inspect.ts";
export * from "./server/mod.ts";
export * from "./maintenance.ts";
export * from "./state/file_storage.ts";
export * from "./state/image.ts";
export * from "./state/limits.ts";
export * from "./state/storage.ts";
export type { Clock } from "./tpm.ts";
export * from "./trace.ts";
