import { encode } from "../../codec/mod.ts";
import { TPM_ISVOLATILE, TPM_RT_KEY } from "../../tpm12/constants/mod.ts";
import type { TpmContextBlob } from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import { openContext, readResource, requireNonce, sealContext } from "./context_blob.ts";
import { handleFor } from "./saved_sessions.ts";
import { LOADED_KEY, type LoadedKey } from "../state/key.ts";
import type { Tpm } from "../tpm.ts";

/** Copies a key into a blob: TPM_SaveContext. */
export function saveKey(tpm: Tpm, loaded: LoadedKey, label: Uint8Array): TpmContextBlob {
  // 4.a.iii.
  if (loaded.ownerEvict) throw tpmError("TPM_OWNER_CONTROL", "the owner made this key stay");
  return sealContext(tpm, {
    resourceType: TPM_RT_KEY,
    handle: loaded.handle,
    label,
    contextCount: 0,
    contextNonce: tpm.volatile.keyContextNonce(tpm.random),
    internalData: encode(LOADED_KEY, loaded),
  });
}

/**
 * Brings a key back from a blob: TPM_LoadContext. Gives its handle. A key that
 * depends on this run of the TPM comes back in it alone; with `sameRun` every key.
 */
export function loadKey(
  tpm: Tpm,
  blob: TpmContextBlob,
  { keepHandle, sameRun }: { readonly keepHandle: boolean; readonly sameRun: boolean },
): number {
  const { volatile } = tpm;
  const sensitive = openContext(tpm, blob);
  const loaded = readResource(LOADED_KEY, sensitive);
  // 5.b.
  if (sameRun || loaded.parentPCRStatus || loaded.key.hasFlag(TPM_ISVOLATILE)) {
    requireNonce(sensitive, volatile.contextNonceKey);
  }
  // 7, 8, 10.
  loaded.handle = handleFor(tpm, volatile.keys, { handle: blob.handle, keepHandle });
  volatile.keys.add(loaded);
  return loaded.handle;
}
