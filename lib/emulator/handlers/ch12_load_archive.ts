import { CodecError, decode } from "../../codec/mod.ts";
import { mgf1, verifyPkcs1Sha1 } from "../../crypto/mod.ts";
import {
  TPM_KEY_STORAGE,
  TPM_KH_SRK,
  TPM_PT_ASYM,
  TPM_PT_MAINT,
} from "../../tpm12/constants/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import { clearOwner } from "../clear_owner.ts";
import {
  decryptUnder,
  isGenuine,
  requireMatchingHalves,
  withoutEncData,
} from "../keys/key_blob.ts";
import { requireKeyRules } from "../keys/key_rules.ts";
import { unpackTravelling, xorBytes } from "../keys/migration_blob.ts";
import { archiveDigest, MAINTENANCE_ARCHIVE, type MaintenanceArchive } from "../maintenance.ts";
import { Key, rsaPublicKey } from "../state/key.ts";
import type { Tpm } from "../tpm.ts";
import { maintenanceKeyOf, requireMaintenance } from "./ch12_maintenance.ts";
import type { Handler } from "./handler.ts";

/** TPM_LoadMaintenanceArchive (Part 3, 12.2). */
export const TPM_LoadMaintenanceArchive: Handler<"TPM_LoadMaintenanceArchive"> = (
  tpm,
  request,
) => {
  requireMaintenance(tpm);
  // 2.
  const archive = readArchive(request.archive);
  const signer = rsaPublicKey(maintenanceKeyOf(tpm));
  if (!verifyPkcs1Sha1(signer, archiveDigest(archive.key), archive.signature)) {
    throw tpmError("TPM_BAD_SIGNATURE", "the manufacturer did not sign the archive");
  }
  // 3, 4.
  const { srk, tpmProof, ownerAuth } = openArchive(tpm, archive);
  // 5.
  clearOwner(tpm);
  // 6, 7.
  const { permanent } = tpm;
  Object.assign(permanent, { srk, tpmProof, ownerAuth, ownerInstalled: true });
  permanent.flags.maintenanceDone = true;
  tpm.changed();
  return {};
};

/** What an archive brings. */
interface Replacement {
  readonly srk: Key;
  readonly tpmProof: Uint8Array;
  readonly ownerAuth: Uint8Array;
}

function readArchive(archive: Uint8Array): MaintenanceArchive {
  try {
    return decode(MAINTENANCE_ARCHIVE, archive);
  } catch (error) {
    throw error instanceof CodecError ? tpmError("TPM_BAD_PARAMETER", error.message) : error;
  }
}

/** 4. Only the storage root key of this TPM opens it, with what the old TPM's owner knows. */
function openArchive(tpm: Tpm, { key, random }: MaintenanceArchive): Replacement {
  const hidden = decryptUnder(tpm.loadedKey(TPM_KH_SRK).key, key.encData);
  const pad = random.length > 0 ? random : mgf1(tpm.permanent.ownerAuth, hidden.length);
  const { payload, usageAuth, pubDataDigest, privKey, pHash } = unpackTravelling(
    xorBytes(hidden, pad),
  );
  if (payload !== TPM_PT_MAINT) {
    throw tpmError("TPM_BAD_MIGRATION", `payload type ${payload} is not TPM_PT_MAINT`);
  }
  if (key.keyUsage !== TPM_KEY_STORAGE) {
    throw tpmError("TPM_INVALID_KEYUSAGE", "the archive does not hold a storage root key");
  }
  requireKeyRules(tpm, key);
  const publicPart = withoutEncData(key);
  const sensitive = {
    payload: TPM_PT_ASYM,
    // 6.a.i. From now on the owner's secret is that of the storage root key too.
    usageAuth: pHash.slice(),
    migrationAuth: usageAuth.slice(),
    pubDataDigest,
    privKey,
  };
  const rsa = requireMatchingHalves(publicPart, sensitive);
  if (!isGenuine(publicPart, sensitive)) {
    throw tpmError("TPM_AUTHFAIL", "the public part is not the one the private part was made for");
  }
  return { srk: new Key({ publicPart, sensitive }, rsa), tpmProof: usageAuth, ownerAuth: pHash };
}
