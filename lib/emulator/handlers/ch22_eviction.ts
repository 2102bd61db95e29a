import {
  TPM_RT_AUTH,
  TPM_RT_CONTEXT,
  TPM_RT_DAA_TPM,
  TPM_RT_KEY,
  TPM_RT_TRANS,
} from "../../tpm12/constants/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import { endSessionsOf, keyEntity } from "../entities.ts";
import type { LoadedKey } from "../state/key.ts";
import type { Tpm } from "../tpm.ts";
import type { Handler } from "./handler.ts";

/** TPM_FlushSpecific (Part 3, 22.1). */
export const TPM_FlushSpecific: Handler<"TPM_FlushSpecific"> = (tpm, { handle, resourceType }) => {
  const { volatile } = tpm;
  switch (resourceType) {
    case TPM_RT_CONTEXT: { // 1.
      const place = handle === 0 ? -1 : volatile.contextList.indexOf(handle);
      if (place < 0) throw tpmError("TPM_BAD_PARAMETER", `context ${handle} is not outside`);
      volatile.contextList[place] = 0;
      return {};
    }
    case TPM_RT_KEY: // 2.
      evictKey(tpm, requireEvictable(tpm, handle));
      return {};
    case TPM_RT_AUTH: // 3.
      if (!volatile.authSessions.delete(handle)) {
        throw tpmError("TPM_INVALID_AUTHHANDLE", "there is no such authorisation session");
      }
      return {};
    case TPM_RT_TRANS: // 4.
      if (!volatile.transportSessions.delete(handle)) {
        throw tpmError("TPM_BAD_PARAMETER", "there is no such transport session");
      }
      if (volatile.transportExclusive === handle) volatile.transportExclusive = 0;
      return {};
    case TPM_RT_DAA_TPM: // 5.
      if (!volatile.daaSessions.delete(handle)) {
        throw tpmError("TPM_BAD_PARAMETER", "there is no such DAA session");
      }
      return {};
    default: // 6.
      throw tpmError("TPM_INVALID_RESOURCE", `resource type ${resourceType} cannot be flushed`);
  }
};

/** 2, 7. The key in a slot; EK and SRK are in none. */
function requireEvictable(tpm: Tpm, handle: number): LoadedKey {
  const loaded = tpm.volatile.keys.get(handle);
  if (loaded === undefined) throw tpmError("TPM_BAD_PARAMETER", "no key in a slot has this handle");
  if (loaded.ownerEvict) throw tpmError("TPM_KEY_OWNER_CONTROL", "the owner made this key stay");
  return loaded;
}

/** 8. Takes a key out of its slot, and the sessions bound to it with it. */
export function evictKey(tpm: Tpm, { handle, key }: LoadedKey): void {
  tpm.volatile.keys.delete(handle);
  endSessionsOf(tpm, keyEntity(key));
  key.wipe();
}
