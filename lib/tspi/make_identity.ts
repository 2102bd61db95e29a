import { SHA1_SIZE } from "../crypto/mod.ts";
import type { Key } from "./key.ts";
import type { PcrComposite } from "./pcr_composite.ts";

/** What an identity key is made with. */
export interface IdentityOptions {
  /** The storage root key, with its secret. */
  readonly srk: Key;
  /** PCRs that must have their values to use the key. */
  readonly pcrComposite?: PcrComposite | null;
  /** Digest of label and privacy CA, 20 bytes; by default zeros, which name none. */
  readonly labelPrivCADigest?: Uint8Array;
}

/** What comes with a new identity key; credentials are empty where there are none. */
export interface NewIdentity {
  /** The key's signature over itself, label and privacy CA: TPM_IDENTITY_CONTENTS. */
  readonly identityBinding: Uint8Array;
  /** Credentials that the core services know of. */
  readonly endorsementCredential: Uint8Array;
  /** Of the platform. */
  readonly platformCredential: Uint8Array;
  /** That both conform. */
  readonly conformanceCredential: Uint8Array;
}

/** Has the TPM make the identity key that an object describes, as the owner. */
export async function makeIdentity(
  key: Key,
  { srk, pcrComposite = null, labelPrivCADigest = new Uint8Array(SHA1_SIZE) }: IdentityOptions,
): Promise<NewIdentity> {
  const { context } = key;
  key.bindToPcrs(pcrComposite);
  const answer = await context.execute("TPM_MakeIdentity", {
    request: { labelPrivCADigest, idKeyParams: key.blob },
    auth: [srk.boundAuthorizer(), context.tpm.ownerAuthorizer()],
    secrets: { identityAuth: key.newUsageSecret() },
  });
  key.adoptBlob(answer.idKey);
  const none = new Uint8Array(0);
  return {
    endorsementCredential: none,
    platformCredential: none,
    conformanceCredential: none,
    // The core services add what they know; a command in a transport session does not pass there.
    ...answer as typeof answer & Partial<NewIdentity>,
  };
}
