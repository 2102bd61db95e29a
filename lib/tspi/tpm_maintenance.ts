import { concat } from "../codec/mod.ts";
import { equalBytes, sha1 } from "../crypto/mod.ts";
import { TSS_TPMSTATUS_ALLOWMAINTENANCE } from "./constants/tpm_status.ts";
import type { Key } from "./key.ts";
import { TpmMigration } from "./tpm_migration.ts";
import { tspError } from "./tsp_error.ts";
import { challengeOf, type TssValidation, type ValidationOptions } from "./validation.ts";

/** A TPM's storage root key on its way to another, which only its maker can open. */
export interface CreatedArchive {
  /** What hides the key from the maker; empty when the owner's secret does. */
  readonly rndNumber: Uint8Array;
  /** An encoded TPM_KEY or TPM_KEY12, its private part encrypted with the maintenance key. */
  readonly archiveData: Uint8Array;
}

/** Moving all that a TPM protects to another of the same maker. Few TPMs have it. */
export abstract class TpmMaintenance extends TpmMigration {
  /**
   * `Tspi_TPM_CreateMaintenanceArchive`: as the owner, packs the storage root key and the owner's
   * secret for the TPM's maker, hidden from him by a random number, or by the owner's secret.
   *
   * Throws TPM_KEYNOTFOUND without maintenance key, TPM_DISABLED_CMD once maintenance was forbidden,
   * TPM_AUTHFAIL; TPM_BAD_ORDINAL when the TPM has no maintenance.
   */
  async createMaintenanceArchive({ generateRndNumber = true }: {
    /** Whether a random number hides the key. */
    readonly generateRndNumber?: boolean;
  } = {}): Promise<CreatedArchive> {
    const { random, archive } = await this.context.execute("TPM_CreateMaintenanceArchive", {
      request: { generateRandom: generateRndNumber },
      auth: [this.ownerAuthorizer()],
    });
    return { rndNumber: random, archiveData: archive };
  }

  /**
   * `Tspi_TPM_KillMaintenanceFeature`: as the owner, forbids maintenance until the owner is cleared.
   * Throws TPM_AUTHFAIL, TPM_BAD_ORDINAL when the TPM has no maintenance.
   */
  async killMaintenanceFeature(): Promise<void> {
    await this.setStatus(TSS_TPMSTATUS_ALLOWMAINTENANCE, false);
  }

  /**
   * `Tspi_TPM_LoadMaintenancePubKey`: gives the TPM the public key of its maker, once for all. The
   * checksum over key and challenge proves that it arrived.
   *
   * Throws TSS_E_KEY_NOT_SET when the public key is not known, TSS_E_BAD_PARAMETER for a challenge of
   * less than 20 bytes, TSS_E_FAIL when none is given and the checksum is wrong; TPM_DISABLED_CMD
   * when the TPM has a key, TPM_BAD_ORDINAL when it has no maintenance.
   */
  async loadMaintenancePubKey(
    maintenanceKey: Key,
    options: ValidationOptions = {},
  ): Promise<TssValidation> {
    const { nonce, verifies } = challengeOf(options, this.context.random);
    const pubKey = maintenanceKey.publicBlob;
    const { checksum } = await this.context.execute("TPM_LoadManuMaintPub", {
      request: { antiReplay: nonce, pubKey },
    });
    const data = concat([pubKey, nonce]);
    if (verifies) requireChecksum(data, checksum);
    return { externalData: nonce, data, validationData: checksum };
  }

  /**
   * `Tspi_TPM_CheckMaintenancePubKey`: tells whether a key is the maker's that the TPM has; or,
   * without key, answers a challenge with the checksum over key and challenge, which the caller
   * verifies: what was signed is not told.
   *
   * Throws TSS_E_BAD_PARAMETER when both or neither are given and for a challenge of less than 20
   * bytes, TSS_E_FAIL for another key; TPM_KEYNOTFOUND when the TPM has none, TPM_BAD_ORDINAL when
   * it has no maintenance.
   */
  async checkMaintenancePubKey(
    maintenanceKey: Key | null,
    options: ValidationOptions = {},
  ): Promise<TssValidation> {
    if ((maintenanceKey === null) === (options.externalData === undefined)) {
      throw tspError("TSS_E_BAD_PARAMETER", "it takes a key or a challenge, and not both");
    }
    const { nonce } = challengeOf(options, this.context.random);
    const pubKey = maintenanceKey?.publicBlob;
    const { checksum } = await this.context.execute("TPM_ReadManuMaintPub", {
      request: { antiReplay: nonce },
    });
    const data = pubKey === undefined ? new Uint8Array(0) : concat([pubKey, nonce]);
    if (pubKey !== undefined) requireChecksum(data, checksum);
    return { externalData: nonce, data, validationData: checksum };
  }
}

function requireChecksum(data: Uint8Array, checksum: Uint8Array): void {
  if (equalBytes(sha1(data), checksum)) return;
  throw tspError("TSS_E_FAIL", "the TPM's maintenance key is another");
}
