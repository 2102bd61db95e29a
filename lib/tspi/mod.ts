/**
 * The TSS service provider (TSPI of TSS 1.2): a context, and in it policies, keys, encrypted data,
 * hashes, PCRs and NV areas of a TPM, which is in this process, behind a device or socket, or behind
 * a TCS daemon.
 *
 * @module
 */
export type { AttribData } from "./attributes.ts";
export type { AuthorizedCommand, DataMask } from "./authorized_command.ts";
export type { Authorizer, NewSecret, SecretParameter } from "./authorizer.ts";
export * from "./callbacks.ts";
export type { Commander } from "./commander.ts";
export * from "./constants/mod.ts";
export * from "./context.ts";
export type { ContextOptions, PromptForSecret, SecretPrompt } from "./context_base.ts";
export type { ObjectOfType } from "./context_objects.ts";
export type { RegisterKeyOptions } from "./context_storage.ts";
export * from "./enc_data.ts";
export * from "./hash.ts";
export * from "./key.ts";
export * from "./nv_store.ts";
export * from "./pcr_composite.ts";
export * from "./policy.ts";
export type { PolicyDelegation } from "./policy_delegation.ts";
export type { SecretLifetime } from "./policy_secret.ts";
export type { TssKmKeyinfo, TssKmKeyinfo2 } from "./registered_key.ts";
export type { RoleSession } from "./role_session.ts";
export * from "./tpm.ts";
export type {
  GetEventsOptions,
  NewPcrEvent,
  PcrExtendOptions,
  Quote2Options,
} from "./tpm_integrity.ts";
export type { PubEndorsementKeyOptions, RevocableKeyOptions } from "./tpm_endorsement.ts";
export type { TssValidation, ValidationOptions } from "./validation.ts";
