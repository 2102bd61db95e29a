/**
 * The constants of tss_defines.h under their own names: object types, attributes and their parts,
 * capabilities, modes and flags (TSS 1.2).
 *
 * @module
 */
export * from "./algorithms.ts";
export * from "./blobs.ts";
export * from "./capabilities.ts";
export * from "./context.ts";
export * from "./daa.ts";
export * from "./delegation.ts";
export * from "./enc_data.ts";
export * from "./events.ts";
export * from "./hash.ts";
export * from "./key_attributes.ts";
export * from "./keys.ts";
export * from "./mig_data.ts";
export * from "./nv.ts";
export * from "./object_types.ts";
export * from "./pcrs.ts";
export * from "./policy.ts";
export * from "./storage.ts";
export * from "./tpm_capabilities.ts";
export * from "./tpm_object.ts";
export * from "./tpm_status.ts";
export * from "./well_known.ts";
