import { decode, encode } from "../../codec/mod.ts";
import { mgf1, sha1 } from "../../crypto/mod.ts";
import { TPM_ES_RSAESOAEP_SHA1_MGF1, TPM_KH_SRK, TPM_PT_MAINT } from "../../tpm12/constants/mod.ts";
import { TPM_KEY_ANY, TPM_PUBKEY, type TpmPubkey } from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import { encryptTo } from "../keys/key_blob.ts";
import { requireMigrationStrength } from "../keys/key_rules.ts";
import { packTravelling, xorBytes } from "../keys/migration_blob.ts";
import type { Tpm } from "../tpm.ts";
import type { Handler } from "./handler.ts";

const NOTHING = new Uint8Array(0);

/** TPM_CreateMaintenanceArchive (Part 3, 12.1). */
export const TPM_CreateMaintenanceArchive: Handler<"TPM_CreateMaintenanceArchive"> = (
  tpm,
  { generateRandom },
) => {
  // 1.
  requireMaintenance(tpm);
  // 3.
  const maintenanceKey = maintenanceKeyOf(tpm);
  // 4 to 8.
  const { key: srk } = tpm.loadedKey(TPM_KH_SRK);
  const { tpmProof, ownerAuth } = tpm.permanent;
  const o1 = packTravelling({
    ...srk.sensitive,
    payload: TPM_PT_MAINT,
    usageAuth: tpmProof,
    pHash: ownerAuth,
  });
  // 9, 10.
  const r1 = generateRandom ? tpm.random(o1.length) : mgf1(ownerAuth, o1.length);
  // 11 to 13.
  const encData = encryptTo(tpm, maintenanceKey, xorBytes(o1, r1));
  o1.fill(0);
  // 14.
  tpm.permanent.flags.maintenanceDone = true;
  tpm.changed();
  // 15.
  const archive = encode(TPM_KEY_ANY, { ...srk.publicPart, encData });
  return { random: generateRandom ? r1 : NOTHING, archive };
};

/** Throws TPM_DISABLED_CMD once the owner has forbidden maintenance. */
export function requireMaintenance(tpm: Tpm): void {
  if (!tpm.permanent.flags.allowMaintenance) {
    throw tpmError("TPM_DISABLED_CMD", "TPM_KillMaintenanceFeature took maintenance away");
  }
}

/**
 * The manufacturer's key as it encrypts archives (12.1, action 12); none or a NULL key is
 * TPM_KEYNOTFOUND.
 */
export function maintenanceKeyOf(tpm: Tpm): TpmPubkey {
  const { manuMaintPub } = tpm.permanent;
  if (manuMaintPub.every((byte) => byte === 0)) {
    throw tpmError("TPM_KEYNOTFOUND", "the manufacturer gave no maintenance key");
  }
  const { algorithmParms, pubKey } = decode(TPM_PUBKEY, manuMaintPub);
  return {
    algorithmParms: { ...algorithmParms, encScheme: TPM_ES_RSAESOAEP_SHA1_MGF1 },
    pubKey,
  };
}

/** TPM_KillMaintenanceFeature (Part 3, 12.3). */
export const TPM_KillMaintenanceFeature: Handler<"TPM_KillMaintenanceFeature"> = (tpm) => {
  // 2.
  tpm.permanent.flags.allowMaintenance = false;
  tpm.changed();
  return {};
};

/** TPM_LoadManuMaintPub (Part 3, 12.4). */
export const TPM_LoadManuMaintPub: Handler<"TPM_LoadManuMaintPub"> = (
  tpm,
  { antiReplay, pubKey },
) => {
  // 4. It works once, be it with a NULL key.
  if (tpm.permanent.manuMaintPub.length > 0) {
    throw tpmError("TPM_DISABLED_CMD", "a maintenance key was loaded already");
  }
  const encoded = encode(TPM_PUBKEY, pubKey);
  if (encoded.some((byte) => byte !== 0)) requireMigrationStrength(pubKey);
  // 1.
  tpm.permanent.manuMaintPub = encoded;
  tpm.changed();
  // 2, 3.
  return { checksum: sha1(encoded, antiReplay) };
};

/** TPM_ReadManuMaintPub (Part 3, 12.5). */
export const TPM_ReadManuMaintPub: Handler<"TPM_ReadManuMaintPub"> = (tpm, { antiReplay }) => {
  const { manuMaintPub } = tpm.permanent;
  if (manuMaintPub.length === 0) {
    throw tpmError("TPM_KEYNOTFOUND", "no maintenance key was loaded");
  }
  // 1, 2.
  return { checksum: sha1(manuMaintPub, antiReplay) };
};
