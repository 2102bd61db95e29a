/**
 * The host's side of direct anonymous attestation: issuer, platform, verifier and the authority
 * that lifts anonymity. Pure: what the TPM has to say comes in by a {@linkcode DaaDialogue}.
 *
 * @module
 */
export type { AttributeCommitment, AttributeSelection } from "./commitments.ts";
export { type DaaCredential, type IssuedCredential, joinStoreCredential } from "./credential.ts";
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
  type DaaAuthentication,
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
  type RevocationKeyPair,
  type RevocationPublicKey,
  type RevocationTerms,
  revokeAnonymity,
} from "./revocation.ts";
export { daaSign, type SignOptions } from "./sign.ts";
export type { DaaSignature, SignedData } from "./signature.ts";
export { verifyDaaSignature, type VerifyOptions } from "./verify.ts";
