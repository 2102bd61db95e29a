import { decode } from "../../codec/mod.ts";
import {
  TPM_ES_RSAESOAEP_SHA1_MGF1,
  TPM_KEY_AUTHCHANGE,
  TPM_KEY_BIND,
  TPM_KEY_IDENTITY,
  TPM_KEY_LEGACY,
  TPM_KH_SRK,
  TPM_MIGRATABLE,
  TPM_MIGRATEAUTHORITY,
  TPM_PT_BIND,
} from "../../tpm12/constants/mod.ts";
import { TPM_BOUND_DATA, type TpmKey, type TpmKey12 } from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import { createKey, decryptUnder, wrapKey } from "../keys/key_blob.ts";
import { requireKeyRules, requireStorage } from "../keys/key_rules.ts";
import { loadWrapped } from "../keys/load_key.ts";
import { withPcrsAtCreation } from "../keys/pcr_info.ts";
import type { Key } from "../state/key.ts";
import type { Handler } from "./handler.ts";

/** TPM_UnBind (Part 3, 10.3). */
export const TPM_UnBind: Handler<"TPM_UnBind"> = (_tpm, { inData }, call) => {
  const { key } = call.key("keyHandle");
  // 1.
  if (inData.length === 0) throw tpmError("TPM_BAD_PARAMETER", "there is nothing to decrypt");
  // 3.
  const { keyUsage } = key;
  if (keyUsage !== TPM_KEY_BIND && keyUsage !== TPM_KEY_LEGACY) {
    throw tpmError("TPM_INVALID_KEYUSAGE", "the key is neither a bind nor a legacy key");
  }
  // 4.
  const plain = decryptUnder(key, inData);
  // 5.
  const { encScheme } = key.publicPart.algorithmParms;
  if (keyUsage === TPM_KEY_LEGACY && encScheme !== TPM_ES_RSAESOAEP_SHA1_MGF1) {
    return { outData: plain };
  }
  // 6.
  const { payload, payloadData } = decode(TPM_BOUND_DATA, plain);
  if (payload !== TPM_PT_BIND) {
    throw tpmError("TPM_INVALID_STRUCTURE", `the payload is of type ${payload}, not TPM_PT_BIND`);
  }
  return { outData: payloadData };
};

/** TPM_CreateWrapKey (Part 3, 10.4). */
export const TPM_CreateWrapKey: Handler<"TPM_CreateWrapKey"> = (
  tpm,
  { dataUsageAuth, dataMigrationAuth, keyInfo },
  call,
) => {
  const { key: parent } = call.key("parentHandle");
  // 4.
  requireStorage(parent);
  // 3, 7, 8, 9.
  requireKeyRules(tpm, keyInfo);
  // 5, 6.
  requireWrappable(parent, keyInfo);
  // 10 to 15.
  const migratable = (keyInfo.keyFlags & TPM_MIGRATABLE) !== 0;
  const key = createKey(tpm, withPcrsAtCreation(tpm, keyInfo), {
    usageAuth: call.decryptAuth("dataUsageAuth", dataUsageAuth),
    migrationAuth: migratable
      ? call.decryptAuth("dataMigrationAuth", dataMigrationAuth)
      : tpm.permanent.tpmProof.slice(),
  });
  // 16, 17.
  const wrappedKey = wrapKey(tpm, parent, key);
  key.wipe();
  return { wrappedKey };
};

/** Actions 5 and 6 of TPM_CreateWrapKey. */
function requireWrappable(parent: Key, { keyUsage, keyFlags }: TpmKey | TpmKey12): void {
  if (parent.migratable && (keyFlags & TPM_MIGRATABLE) === 0) {
    throw tpmError("TPM_INVALID_KEYUSAGE", "a key under a migratable parent must be migratable");
  }
  if (keyUsage === TPM_KEY_IDENTITY || keyUsage === TPM_KEY_AUTHCHANGE) {
    throw tpmError("TPM_INVALID_KEYUSAGE", "keys of this usage are made by other commands");
  }
  if ((keyFlags & TPM_MIGRATEAUTHORITY) !== 0) {
    throw tpmError(
      "TPM_INVALID_KEYUSAGE",
      "certified migratable keys are made by TPM_CMK_CreateKey",
    );
  }
}

/** TPM_LoadKey2 (Part 3, 10.5). */
export const TPM_LoadKey2: Handler<"TPM_LoadKey2"> = (tpm, { inKey }, call) => ({
  inkeyHandle: loadWrapped(tpm, call.key("parentHandle"), inKey).handle,
});

/** TPM_GetPubKey (Part 3, 10.6). Action 4 is the dispatcher's. */
export const TPM_GetPubKey: Handler<"TPM_GetPubKey"> = (tpm, { keyHandle }, call) => {
  // 3.
  if (keyHandle === TPM_KH_SRK && !tpm.permanent.flags.readSRKPub) {
    throw tpmError("TPM_INVALID_KEYHANDLE", "the storage root key may not be read (readSRKPub)");
  }
  // 5.
  return { pubKey: call.key("keyHandle").key.pubkey };
};
