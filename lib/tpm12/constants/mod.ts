/**
 * The numbers of TPM Main Part 2, each under its name there.
 *
 * @module
 */
export * from "./algorithms.ts";
export * from "./capabilities.ts";
export * from "./delegations.ts";
export * from "./entity_types.ts";
export * from "./handles.ts";
export * from "./key_usages.ts";
export * from "./nv_attributes.ts";
export * from "./payload_types.ts";
export * from "./physical_presence.ts";
export * from "./protocol_ids.ts";
export * from "./resource_types.ts";
export * from "./schemes.ts";
export * from "./tags.ts";
