/**
 * The TCG Software Stack for TPM 1.2. So far: the codec that every layer stands on.
 *
 * ```ts
 * import { decode, encode, SIZED32 } from "@deno-tss/tss";
 *
 * const wire = encode(SIZED32, Uint8Array.of(1, 2));
 * console.assert(decode(SIZED32, wire).length === 2);
 * ```
 *
 * @module
 */
export * from "./lib/codec/mod.ts";
