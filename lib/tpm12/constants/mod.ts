/**
 * The numbers of TPM Main Part 2, each under its name there.
 *
 * @module
 */
export * from "./adip_schemes.ts";
export * from "./algorithms.ts";
export * from "./capabilities.ts";
export * from "./counters.ts";
export * from "./daa.ts";
export * from "./delegations.ts";
export * from "./dictionary_attack.ts";
export * from "./ek_types.ts";
export * from "./entity_types.ts";
export * from "./family_operations.ts";
export * from "./handles.ts";
export * from "./key_control.ts";
export * from "./key_flags.ts";
export * from "./key_usages.ts";
export * from "./localities.ts";
export * from "./migrate_schemes.ts";
export * from "./nv_attributes.ts";
export * from "./nv_indices.ts";
export * from "./ordinals.ts";
export * from "./payload_types.ts";
export * from "./physical_presence.ts";
export * from "./platform_specifics.ts";
export * from "./protocol_ids.ts";
export * from "./resource_types.ts";
export * from "./schemes.ts";
export * from "./set_capabilities.ts";
export * from "./startup_effects.ts";
export * from "./startup_types.ts";
export * from "./tags.ts";
export * from "./transport_attributes.ts";
