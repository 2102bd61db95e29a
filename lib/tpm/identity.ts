import { encode } from "../codec/mod.ts";
import { SHA1_SIZE } from "../crypto/mod.ts";
import { TPM_PCR_INFO, TPM_PCR_INFO_LONG } from "../tpm12/structures/mod.ts";
import type { Key, PcrComposite } from "../tspi/mod.ts";

/** What an identity key is made with. */
export interface IdentityOptions {
  /** The storage root key, with its secret. */
  readonly srk: Key;
  /** PCRs that must have their values to use the key. */
  readonly pcrComposite: PcrComposite | null;
  /** Digest of label and privacy CA, 20 bytes; by default zeros, which name none. */
  readonly labelPrivCADigest?: Uint8Array;
}

/** Has the TPM make the identity key that an object describes, as the owner. */
export async function makeIdentity(
  key: Key,
  { srk, pcrComposite, labelPrivCADigest = new Uint8Array(SHA1_SIZE) }: IdentityOptions,
): Promise<void> {
  const { context } = key;
  if (pcrComposite !== null) {
    const PCRInfo = "tag" in key.fields
      ? encode(TPM_PCR_INFO_LONG, pcrComposite.toPcrInfoLong())
      : encode(TPM_PCR_INFO, pcrComposite.toPcrInfo());
    key.change({ PCRInfo });
  }
  const { idKey } = await context.execute("TPM_MakeIdentity", {
    request: { labelPrivCADigest, idKeyParams: key.blob },
    auth: [srk.boundAuthorizer(), context.tpm.ownerAuthorizer()],
    secrets: { identityAuth: key.newUsageSecret() },
  });
  key.adoptBlob(idKey);
}
