import { equalBytes } from "../../crypto/mod.ts";
import { TPM_KEY_AUTHCHANGE, TPM_KEY_IDENTITY } from "../../tpm12/constants/mod.ts";
import type { TpmKey, TpmKey12 } from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import { Key, type LoadedKey } from "../state/key.ts";
import type { Tpm } from "../tpm.ts";
import { isGenuine, requireMatchingHalves, unwrapSensitive, withoutEncData } from "./key_blob.ts";
import { requireKeyRules, requireStorage, rsaParms } from "./key_rules.ts";

/**
 * Loads a wrapped key under its parent: actions 2 to 12 of TPM_LoadKey2 (Part 3, 10.5) and of
 * TPM_LoadKey.
 */
export function loadWrapped(
  tpm: Tpm,
  parent: LoadedKey,
  inKey: TpmKey | TpmKey12,
): LoadedKey {
  // 2.
  requireStorage(parent.key);
  // 3, 7.e to 7.h.
  requireKeyRules(tpm, inKey);
  // 5 to 8.
  const key = unwrapKey(tpm, parent.key, inKey);
  // 9, 10.
  const { keys } = tpm.volatile;
  keys.requireRoom();
  return keys.add({
    handle: keys.freeHandle(tpm.random),
    key,
    // 11, 12.
    parentPCRStatus: parent.parentPCRStatus || parent.key.usesPcrs,
    ownerEvict: false,
  });
}

/** The key inside a blob, its halves found to belong together. */
function unwrapKey(tpm: Tpm, parent: Key, inKey: TpmKey | TpmKey12): Key {
  // 5.
  const sensitive = unwrapSensitive(parent, inKey.encData);
  const publicPart = withoutEncData(inKey);
  // 7.a, 8.
  const key = new Key({ publicPart, sensitive }, requireMatchingHalves(publicPart, sensitive));
  if (key.rsa.size * 8 !== rsaParms(publicPart.algorithmParms).keyLength) {
    throw tpmError("TPM_BAD_KEY_PROPERTY", "the modulus is not as long as the key says");
  }
  // 6.
  if (!isGenuine(publicPart, sensitive)) {
    throw tpmError("TPM_AUTHFAIL", "the public part is not the one the private part was made for");
  }
  // 7.b, 7.c.
  if (key.keyUsage === TPM_KEY_IDENTITY && key.migratable) {
    throw tpmError("TPM_INVALID_KEYUSAGE", "an identity key must not be migratable");
  }
  if (key.keyUsage === TPM_KEY_AUTHCHANGE) {
    throw tpmError("TPM_INVALID_KEYUSAGE", "keys for TPM_ChangeAuthAsymStart are never loaded");
  }
  // 7.d.
  if (!key.migratable && !equalBytes(sensitive.migrationAuth, tpm.permanent.tpmProof)) {
    throw tpmError("TPM_INVALID_KEYUSAGE", "this key that cannot migrate is another TPM's");
  }
  // 7.i, 7.j. The PCR information was found legal with the key's other parameters.
  return key;
}
