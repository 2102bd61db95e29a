/**
 * The TCG Software Stack for TPM 1.2. So far: the codec, the cryptographic primitives, and the
 * constants and return codes.
 *
 * ```ts
 * import { returnCodeByNumber } from "@deno-tss/tss";
 *
 * console.assert(returnCodeByNumber(24)?.name === "TPM_WRONGPCRVAL");
 * ```
 *
 * @module
 */
export * from "./lib/codec/mod.ts";
export * from "./lib/crypto/mod.ts";
export * from "./lib/tpm12/mod.ts";
