import type { Handler } from "./handler.ts";

/** TPM_OwnerReadPubek (Part 3, 27.6). The owner is checked by the row: action 1. */
export const TPM_OwnerReadPubek: Handler<"TPM_OwnerReadPubek"> = (tpm) => ({
  // 2.
  pubEndorsementKey: tpm.endorsementKey.pubkey,
});

/** TPM_DisablePubekRead (Part 3, 27.7). */
export const TPM_DisablePubekRead: Handler<"TPM_DisablePubekRead"> = (tpm) => {
  // 1.
  tpm.permanent.flags.readPubek = false;
  tpm.changed();
  return {};
};
