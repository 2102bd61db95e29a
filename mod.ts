/**
 * The TCG Software Stack for TPM 1.2, and a whole TPM 1.2 in software.
 *
 * ```ts
 * import { openTpm } from "@deno-tss/tss";
 *
 * await using tpm = await openTpm("emulator");
 * const sealed = await tpm.seal(new TextEncoder().encode("hello"), { pcrs: [0, 7] });
 * console.assert(new TextDecoder().decode(await tpm.unseal(sealed)) === "hello");
 * ```
 *
 * Importing it asks for no permission and does nothing. Each layer has a module of its own: `./tspi`
 * (the service provider), `./tcs` and `./tcsd` (the core services), `./tddl` (ways to a TPM),
 * `./emulator`, `./formats`, `./verify`, `./tpm12` (structures, commands, return codes) and below
 * it `./codec`, `./wire`, `./crypto`, `./auth`.
 *
 * @module
 */
export * from "./lib/tpm/mod.ts";
export { TssError, type TssLayer } from "./lib/tpm12/mod.ts";
