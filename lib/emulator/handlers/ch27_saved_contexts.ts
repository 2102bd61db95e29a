import { decode, encode } from "../../codec/mod.ts";
import { TPM_RT_AUTH, TPM_RT_KEY } from "../../tpm12/constants/mod.ts";
import { TPM_CONTEXT_BLOB, type TpmContextBlob } from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import { loadKey, saveKey } from "../contexts/saved_keys.ts";
import { loadSession, requireKeyLoaded, saveSession } from "../contexts/saved_sessions.ts";
import { evictKey } from "./ch22_eviction.ts";
import type { Handler } from "./handler.ts";

/** These commands know no label. */
const NO_LABEL = new Uint8Array(16);

/** TPM_SaveKeyContext (Part 3, 27.2.1). */
export const TPM_SaveKeyContext: Handler<"TPM_SaveKeyContext"> = (tpm, { keyHandle }) => {
  const loaded = tpm.volatile.keys.get(keyHandle);
  if (loaded === undefined) {
    throw tpmError("TPM_INVALID_KEYHANDLE", "no key is loaded at keyHandle");
  }
  const blob = saveKey(tpm, loaded, NO_LABEL);
  // 1.
  evictKey(tpm, loaded);
  return { keyContextBlob: encode(TPM_CONTEXT_BLOB, blob) };
};

/** TPM_LoadKeyContext (Part 3, 27.2.2). */
export const TPM_LoadKeyContext: Handler<"TPM_LoadKeyContext"> = (tpm, { keyContextBlob }) => {
  const blob = readBlob(keyContextBlob, TPM_RT_KEY);
  if (tpm.volatile.keys.free === 0) throw tpmError("TPM_RESOURCES", "all key slots are in use");
  // 2, 3. A blob of another run is refused, whatever the key.
  return { keyHandle: loadKey(tpm, blob, { keepHandle: false, sameRun: true }) };
};

/** TPM_SaveAuthContext (Part 3, 27.2.3). */
export const TPM_SaveAuthContext: Handler<"TPM_SaveAuthContext"> = (tpm, { authHandle }) => {
  if (tpm.volatile.authSessions.get(authHandle) === undefined) {
    throw tpmError("TPM_INVALID_AUTHHANDLE", "there is no such authorisation session");
  }
  const blob = saveSession(tpm, {
    handle: authHandle,
    resourceType: TPM_RT_AUTH,
    label: NO_LABEL,
  });
  return { authContextBlob: encode(TPM_CONTEXT_BLOB, blob) };
};

/** TPM_LoadAuthContext (Part 3, 27.2.4). */
export const TPM_LoadAuthContext: Handler<"TPM_LoadAuthContext"> = (tpm, { authContextBlob }) => {
  const blob = readBlob(authContextBlob, TPM_RT_AUTH);
  const authHandle = loadSession(tpm, blob, {
    keepHandle: false,
    check: (session) => requireKeyLoaded(tpm, session),
  });
  return { authHandle };
};

function readBlob(bytes: Uint8Array, resourceType: number): TpmContextBlob {
  const blob = decode(TPM_CONTEXT_BLOB, bytes);
  if (blob.resourceType !== resourceType) {
    throw tpmError("TPM_BAD_PARAMETER", `the context is of type ${blob.resourceType}`);
  }
  return blob;
}
