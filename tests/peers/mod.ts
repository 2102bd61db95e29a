/**
 * Programs that tests talk to: libtpms and swtpm (TPMs), tcsd (a TSS daemon), tpm-tools and other
 * users of libtspi.
 *
 * @module
 */
export * from "./daemon.ts";
export * from "./libtpms.ts";
export * from "./network.ts";
export * from "./requirements.ts";
export * from "./swtpm.ts";
export * from "./tcsd.ts";
export * from "./temp_folder.ts";
export * from "./tools.ts";
