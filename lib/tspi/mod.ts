/**
 * The TSS service provider (TSPI of TSS 1.2): a context, and in it policies, keys, encrypted data,
 * hashes, PCRs and NV areas of a TPM, which is in this process, behind a device or socket, or behind
 * a TCS daemon.
 *
 * The structures of direct anonymous attestation are values here, their numbers bigints; the codecs
 * named after them, `TSS_DAA_SIGNATURE` for one, have their bytes. Single numbers that a function
 * of tspi.h takes or gives as bytes are bytes.
 *
 * @module
 */
export type { AttribData, Attribute, AttributeAccess } from "./attributes.ts";
export type { Authorizer, NewSecret } from "./authorizer.ts";
export * from "./callbacks.ts";
export * from "./constants/mod.ts";
export * from "./context.ts";
export * from "./context_base.ts";
export { ContextKeys, type KeyPlace } from "./context_keys.ts";
export * from "./context_objects.ts";
export * from "./context_storage.ts";
export * from "./context_transport.ts";
export {
  type AdditionalProof,
  type AttributeCommitment,
  type AttributeSelection,
  type CredentialRequest,
  type DaaIdentityProof,
  type DaaKeyPair,
  type DaaKeyProof,
  type DaaPublicKey,
  type DaaSignature,
  type Deltas,
  type EncryptedPseudonym,
  type HashedCommitment,
  type HashedPseudonym,
  type IssuedCredential,
  type JoinedSession,
  type JoinSession,
  type OpenCommitment,
  type OpenEncryption,
  type RevocationKeyPair,
  type RevocationPublicKey,
  type StoredCredential,
  TSS_DAA_AR_KEY_PAIR,
  TSS_DAA_AR_PK,
  TSS_DAA_AR_SK,
  TSS_DAA_ATTRIB_COMMIT,
  TSS_DAA_CRED_ISSUER,
  TSS_DAA_CREDENTIAL,
  TSS_DAA_CREDENTIAL_REQUEST,
  TSS_DAA_IDENTITY_PROOF,
  TSS_DAA_KEY_PAIR,
  TSS_DAA_PK,
  TSS_DAA_PK_PROOF,
  TSS_DAA_PSEUDONYM,
  TSS_DAA_PSEUDONYM_ENCRYPTED,
  TSS_DAA_PSEUDONYM_PLAIN,
  TSS_DAA_SELECTED_ATTRIB,
  TSS_DAA_SIGN_CALLBACK,
  TSS_DAA_SIGNATURE,
  TSS_DAA_SK,
} from "./daa/mod.ts";
export * from "./daa_ara_key.ts";
export * from "./daa_callbacks.ts";
export * from "./daa_credential.ts";
export type { DaaSignData } from "./daa_inputs.ts";
export * from "./daa_issuer_key.ts";
export { DelFamily } from "./del_family.ts";
export type {
  DelegationParts,
  DelegationTables,
  TssDelegationTableEntry,
  TssFamilyTableEntry,
} from "./delegation_tables.ts";
export * from "./der_blob.ts";
export * from "./enc_data.ts";
export * from "./hash.ts";
export * from "./key.ts";
export { KeyBase } from "./key_base.ts";
export type { AnyTpmKey } from "./key_template.ts";
export * from "./key_migration.ts";
export { KeyUse } from "./key_use.ts";
export * from "./mig_data.ts";
export * from "./nv_store.ts";
export * from "./pcr_composite.ts";
export * from "./policy.ts";
export type { PolicyDelegation } from "./policy_delegation.ts";
export type { SecretLifetime } from "./policy_secret.ts";
export type { TssKmKeyinfo, TssKmKeyinfo2 } from "./registered_key.ts";
export * from "./tpm.ts";
export * from "./tpm_base.ts";
export * from "./tpm_daa.ts";
export * from "./tpm_delegation.ts";
export * from "./tpm_endorsement.ts";
export * from "./tpm_identity.ts";
export * from "./tpm_integrity.ts";
export * from "./tpm_maintenance.ts";
export * from "./tpm_migration.ts";
export * from "./tpm_ownership.ts";
export * from "./tpm_records.ts";
export * from "./tpm_services.ts";
export * from "./tpm_status.ts";
export * from "./tsp_object.ts";
export type { TssValidation, ValidationOptions } from "./validation.ts";
