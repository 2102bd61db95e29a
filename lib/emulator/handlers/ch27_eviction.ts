import { tpmError } from "../../tpm12/tss_error.ts";
import { evictKey } from "./ch22_eviction.ts";
import type { Handler } from "./handler.ts";

/** TPM_EvictKey (Part 3, 27.1.1). */
export const TPM_EvictKey: Handler<"TPM_EvictKey"> = (tpm, { evictHandle }) => {
  const loaded = tpm.volatile.keys.get(evictHandle);
  if (loaded === undefined) {
    throw tpmError("TPM_INVALID_KEYHANDLE", "no key is loaded at evictHandle");
  }
  if (loaded.ownerEvict) throw tpmError("TPM_KEY_OWNER_CONTROL", "the owner made this key stay");
  evictKey(tpm, loaded);
  return {};
};

/** TPM_Terminate_Handle (Part 3, 27.1.2). */
export const TPM_Terminate_Handle: Handler<"TPM_Terminate_Handle"> = (tpm, { authHandle }) => {
  if (!tpm.volatile.authSessions.delete(authHandle)) {
    throw tpmError("TPM_INVALID_AUTHHANDLE", "there is no such authorisation session");
  }
  return {};
};
