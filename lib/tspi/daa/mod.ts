/**
 * The host's side of direct anonymous attestation: issuer, platform, verifier and the authority
 * that lifts anonymity. Pure: what the TPM has to say comes in by a {@linkcode DaaDialogue}.
 *
 * @module
 */
export { type DaaAuthentication, requireAuthentication, settingsToSign } from "./authentication.ts";
export type {
  AttributeCommitment,
  AttributeSelection,
  HashedCommitment,
  OpenCommitment,
} from "./commitments.ts";
export { type IssuedCredential, joinStoreCredential, type StoredCredential } from "./credential.ts";
export { converse, type DaaDialogue, type DaaStage } from "./dialogue.ts";
export {
  issueCredential,
  type IssueOptions,
  issuerInitCredential,
  type IssuerSession,
} from "./issue.ts";
export {
  attributeGamma,
  type DaaKeyPair,
  type DaaPublicKey,
  encodePublicKey,
  issuerSettings,
  namedBase,
} from "./issuer_key.ts";
export {
  type DaaKeyProof,
  generateIssuerKey,
  type IssuerKeyOptions,
  verifyIssuerKey,
} from "./issuer_setup.ts";
export {
  type CredentialRequest,
  type DaaPubKeyOptions,
  joinCreateDaaPubKey,
  type JoinedSession,
  joinInit,
  type JoinSession,
} from "./join.ts";
export {
  type Deltas,
  type EncryptedPseudonym,
  generateRevocationKey,
  type OpenEncryption,
  type RevocationKeyPair,
  type RevocationPublicKey,
  type RevocationTerms,
  revokeAnonymity,
} from "./revocation.ts";
export { beginSign, type BegunSignature, daaSign, finishSign, type SignOptions } from "./sign.ts";
export type { AdditionalProof, DaaSignature, HashedPseudonym, SignedData } from "./signature.ts";
export {
  answerForF,
  type ReopenedSignature,
  reopenSignature,
  type VerifyOptions,
} from "./verify.ts";
export * from "./join_structures.ts";
export * from "./key_structures.ts";
export * from "./signature_structures.ts";
