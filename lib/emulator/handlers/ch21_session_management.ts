import { encode } from "../../codec/mod.ts";
import { equalBytes } from "../../crypto/mod.ts";
import {
  TPM_ISVOLATILE,
  TPM_KEY_CONTROL_OWNER_EVICT,
  TPM_RT_KEY,
} from "../../tpm12/constants/mod.ts";
import { TPM_PUBKEY } from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import { loadKey, saveKey } from "../contexts/saved_keys.ts";
import { loadSession, requireEntity, saveSession } from "../contexts/saved_sessions.ts";
import type { LoadedKey } from "../state/key.ts";
import type { Tpm } from "../tpm.ts";
import type { Handler } from "./handler.ts";

/** Slots that the owner must leave to other keys. */
const FREE_SLOTS = 2;

/** TPM_KeyControlOwner (Part 3, 21.1). */
export const TPM_KeyControlOwner: Handler<"TPM_KeyControlOwner"> = (
  tpm,
  { keyHandle, pubKey, bitName, bitValue },
) => {
  // 2.
  const loaded = tpm.volatile.keys.get(keyHandle);
  if (loaded === undefined) {
    throw tpmError("TPM_INVALID_KEYHANDLE", "no key is loaded at keyHandle");
  }
  // 3. Software may have put another key under the handle.
  if (!equalBytes(encode(TPM_PUBKEY, pubKey), encode(TPM_PUBKEY, loaded.key.pubkey))) {
    throw tpmError("TPM_BAD_PARAMETER", "the key at keyHandle is not the one in pubKey");
  }
  // 4.
  if (bitName !== TPM_KEY_CONTROL_OWNER_EVICT) {
    throw tpmError("TPM_BAD_MODE", `a key has no control bit ${bitName}`);
  }
  // 5.
  if (bitValue !== loaded.ownerEvict) {
    if (bitValue) keep(tpm, loaded);
    else release(tpm, loaded);
    tpm.changed();
  }
  return {};
};

/** 5.a. */
function keep({ permanent, limits }: Tpm, loaded: LoadedKey): void {
  const count = permanent.ownerEvictKeys.length + 1;
  if (count > limits.ownerEvictKeys || count + FREE_SLOTS > limits.keys) {
    throw tpmError("TPM_NOSPACE", `${count - 1} keys stay by the owner's will already`);
  }
  if (loaded.parentPCRStatus || loaded.key.hasFlag(TPM_ISVOLATILE)) {
    throw tpmError("TPM_BAD_PARAMETER", "a key that depends on PCRs or this start cannot stay");
  }
  loaded.ownerEvict = true;
  permanent.ownerEvictKeys.push(loaded);
}

/** 5.b. */
function release({ permanent }: Tpm, loaded: LoadedKey): void {
  loaded.ownerEvict = false;
  permanent.ownerEvictKeys = permanent.ownerEvictKeys.filter((other) => other !== loaded);
}

/** TPM_SaveContext (Part 3, 21.2). */
export const TPM_SaveContext: Handler<"TPM_SaveContext"> = (
  tpm,
  { handle, resourceType, label },
) => {
  if (resourceType === TPM_RT_KEY) {
    // 2. The SRK is in no slot.
    const loaded = tpm.volatile.keys.get(handle);
    if (loaded === undefined) throw tpmError("TPM_INVALID_RESOURCE", "no key has this handle");
    return { contextBlob: saveKey(tpm, loaded, label) };
  }
  return { contextBlob: saveSession(tpm, { handle, resourceType, label }) };
};

/** TPM_LoadContext (Part 3, 21.3). */
export const TPM_LoadContext: Handler<"TPM_LoadContext"> = (
  tpm,
  { entityHandle, keepHandle, contextBlob },
) => {
  // 1 to 10, for keys (5.b) and for sessions (5.a, 9).
  if (contextBlob.resourceType === TPM_RT_KEY) {
    return { handle: loadKey(tpm, contextBlob, { keepHandle, sameRun: false }) };
  }
  const handle = loadSession(tpm, contextBlob, {
    keepHandle,
    check: (session) => requireEntity(tpm, session, entityHandle),
  });
  return { handle };
};
