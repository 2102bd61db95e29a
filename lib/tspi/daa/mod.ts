/**
 * The host's side of direct anonymous attestation: issuer, platform, verifier and the authority
 * that lifts anonymity. Pure: what the TPM has to say comes in by a {@linkcode DaaDialogue}.
 *
 * @module
 */
export * from "./commitments.ts";
export * from "./credential.ts";
export * from "./dialogue.ts";
export * from "./issue.ts";
export * from "./issuer_key.ts";
export * from "./issuer_setup.ts";
export * from "./join.ts";
export * from "./revocation.ts";
export * from "./sign.ts";
export * from "./signature.ts";
export * from "./verify.ts";
