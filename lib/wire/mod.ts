/**
 * One request or answer by its row: framing, what enters the digests, session blocks.
 *
 * @module
 */
export * from "./auth_block.ts";
export * from "./digests.ts";
export * from "./layout.ts";
export * from "./request.ts";
export * from "./response.ts";
export * from "./wrapped.ts";
