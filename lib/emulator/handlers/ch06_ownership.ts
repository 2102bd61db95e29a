import {
  TPM_ALG_RSA,
  TPM_AUTH_NEVER,
  TPM_ES_RSAESOAEP_SHA1_MGF1,
  TPM_KEY_STORAGE,
  TPM_MIGRATABLE,
  TPM_PID_OWNER,
  TPM_SS_NONE,
} from "../../tpm12/constants/mod.ts";
import type { TpmKey, TpmKey12 } from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import { clearOwner, drawOwnerSecrets } from "../clear_owner.ts";
import { requireSessions } from "../authorization.ts";
import { looseEntity } from "../entities.ts";
import { createKey, decryptUnder } from "../keys/key_blob.ts";
import { DEFAULT_EXPONENT, requireKeyRules, rsaParms } from "../keys/key_rules.ts";
import { withPcrsAtCreation } from "../keys/pcr_info.ts";
import type { Key } from "../state/key.ts";
import type { Tpm } from "../tpm.ts";
import type { Handler } from "./handler.ts";

/** TPM_TakeOwnership (Part 3, 6.1). */
export const TPM_TakeOwnership: Handler<"TPM_TakeOwnership"> = (
  tpm,
  { protocolID, encOwnerAuth, encSrkAuth, srkParams },
  call,
) => {
  const { permanent } = tpm;
  // 1.
  if (permanent.ownerInstalled) throw tpmError("TPM_OWNER_SET", "there is an owner already");
  // 2.
  if (!permanent.flags.ownership) {
    throw tpmError("TPM_INSTALL_DISABLED", "TPM_SetOwnerInstall forbids an owner");
  }
  // 3.
  const ek = tpm.endorsementKey;
  // 4.
  requireSessions(tpm, call);
  // 5.
  if (protocolID !== TPM_PID_OWNER) {
    throw tpmError("TPM_BAD_PARAMETER", "the protocol of this command is TPM_PID_OWNER");
  }
  // 6.
  const ownerAuth = requireSecret(decryptUnder(ek, encOwnerAuth));
  const srk = wipedOnRefusal(ownerAuth, () => {
    // 7.
    call.authorize("newOwner", looseEntity(ownerAuth));
    // 8.
    requireSrkParams(tpm, srkParams);
    // 10.
    const usageAuth = requireSecret(decryptUnder(ek, encSrkAuth));
    // 9, 11, 13 to 15.
    return wipedOnRefusal(usageAuth, () => createSrk(tpm, srkParams, usageAuth));
  });
  permanent.srk = srk;
  // 12.
  permanent.ownerAuth = ownerAuth;
  permanent.ownerInstalled = true;
  // 17.
  permanent.flags.readPubek = false;
  tpm.changed();
  // 16.
  return { srkPub: srk.publicPart };
};

/** 6.b, 10.b. A secret has 20 bytes; what has not is wiped. */
function requireSecret(plain: Uint8Array): Uint8Array {
  if (plain.length === 20) return plain;
  plain.fill(0);
  throw tpmError("TPM_BAD_KEY_PROPERTY", "a secret has 20 bytes");
}

/** What `use` gives; the secret that it is about is wiped when it throws. */
function wipedOnRefusal<T>(secret: Uint8Array, use: () => T): T {
  try {
    return use();
  } catch (error) {
    secret.fill(0);
    throw error;
  }
}

/** 9, 11, 13 to 15. */
function createSrk(tpm: Tpm, srkParams: TpmKey | TpmKey12, usageAuth: Uint8Array): Key {
  // 9.a.
  const template = withPcrsAtCreation(tpm, srkParams);
  // 13 to 15.
  drawOwnerSecrets(tpm);
  // 9, 11.
  return createKey(tpm, template, {
    usageAuth,
    migrationAuth: tpm.permanent.tpmProof.slice(),
  });
}

/** 8. */
function requireSrkParams(tpm: Tpm, key: TpmKey | TpmKey12): void {
  const { algorithmParms } = key;
  if (key.keyUsage !== TPM_KEY_STORAGE) {
    throw tpmError("TPM_INVALID_KEYUSAGE", "the storage root key is a storage key");
  }
  if ((key.keyFlags & TPM_MIGRATABLE) !== 0) {
    throw tpmError("TPM_INVALID_KEYUSAGE", "the storage root key is not migratable");
  }
  if (
    algorithmParms.algorithmID !== TPM_ALG_RSA ||
    algorithmParms.encScheme !== TPM_ES_RSAESOAEP_SHA1_MGF1 ||
    algorithmParms.sigScheme !== TPM_SS_NONE ||
    rsaParms(algorithmParms).exponent.length !== 0
  ) {
    throw tpmError(
      "TPM_BAD_KEY_PROPERTY",
      `the storage root key has RSA, OAEP and exponent ${DEFAULT_EXPONENT}`,
    );
  }
  if (tpm.permanent.flags.FIPS && key.authDataUsage === TPM_AUTH_NEVER) {
    throw tpmError("TPM_NOTFIPS", "FIPS mode wants every key to take authorisation");
  }
  requireKeyRules(tpm, key);
}

/** TPM_OwnerClear (Part 3, 6.2). */
export const TPM_OwnerClear: Handler<"TPM_OwnerClear"> = (tpm) => {
  // 2.
  if (tpm.permanent.flags.disableOwnerClear) {
    throw tpmError("TPM_CLEAR_DISABLED", "the owner gave up clearing the TPM");
  }
  // 3 to 14.
  clearOwner(tpm);
  return {};
};

/** TPM_ForceClear (Part 3, 6.3). */
export const TPM_ForceClear: Handler<"TPM_ForceClear"> = (tpm) => {
  // 1.
  tpm.requirePhysicalPresence();
  // 2.
  if (tpm.volatile.flags.disableForceClear) {
    throw tpmError("TPM_CLEAR_DISABLED", "TPM_ForceClear is disabled until the next start");
  }
  // 3.
  clearOwner(tpm);
  return {};
};

/** TPM_DisableOwnerClear (Part 3, 6.4). */
export const TPM_DisableOwnerClear: Handler<"TPM_DisableOwnerClear"> = (tpm) => {
  tpm.permanent.flags.disableOwnerClear = true;
  tpm.changed();
  return {};
};

/** TPM_DisableForceClear (Part 3, 6.5). */
export const TPM_DisableForceClear: Handler<"TPM_DisableForceClear"> = (tpm) => {
  tpm.volatile.flags.disableForceClear = true;
  return {};
};
