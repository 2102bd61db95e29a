import { decode, encode, sized32 } from "../codec/mod.ts";
import { TPM_ET_KEY, TPM_MS_RESTRICT_APPROVE } from "../tpm12/constants/mod.ts";
import { TPM_KEY_ANY, TPM_MIGRATIONKEYAUTH, TPM_MSA_COMPOSITE } from "../tpm12/structures/mod.ts";
import { TSS_MIGATTRIB_PT_MIGRATE_EXTERNAL } from "./constants/mig_data.ts";
import { TSS_POLICY_MIGRATION } from "./constants/policy.ts";
import type { Key } from "./key.ts";
import { decoded } from "./key_base.ts";
import type { AnyTpmKey } from "./key_template.ts";
import { KeyUse } from "./key_use.ts";
import type { MigData } from "./mig_data.ts";
import { publicKeyDigest } from "./mig_data_attributes.ts";
import { tspError } from "./tsp_error.ts";

const MSA_LIST = sized32(TPM_MSA_COMPOSITE);
const NOTHING = new Uint8Array(0);

/** A key on its way to another TPM. */
export interface MigrationBlob {
  /** What hides the private part, secret; empty where it goes straight under its new parent. */
  readonly random: Uint8Array;
  /** TPM_KEY or TPM_KEY12 with the private part for its destination. */
  readonly migrationBlob: Uint8Array;
}

/** Taking keys from one TPM to another. */
export abstract class KeyMigration extends KeyUse {
  /**
   * `Tspi_Key_CreateMigrationBlob`: prepares this migratable key, which lies under a loaded parent,
   * for the destination in a ticket of `tpm.authorizeMigrationTicket()`. By TSS_MS_REWRAP the blob
   * is the key under its new parent, to load as it is. By TSS_MS_MIGRATE it goes through
   * {@linkcode convertMigrationBlob}, and `random` there by another way.
   *
   * Throws TSS_E_KEY_NO_MIGRATION_POLICY, TSS_E_KEY_NOT_LOADED for a parent that is not loaded,
   * TSS_E_BAD_PARAMETER for bytes that are no ticket; TPM_AUTHFAIL when a secret is wrong or the
   * ticket is not of this TPM's owner, TPM_BAD_PARAMETER for the ticket of another scheme.
   */
  async createMigrationBlob(parentKey: Key, migTicket: Uint8Array): Promise<MigrationBlob> {
    const policy = this.getPolicyObject(TSS_POLICY_MIGRATION);
    const { random, outData } = await this.context.execute("TPM_CreateMigrationBlob", {
      request: {
        parentHandle: parentKey.tcsHandle,
        migrationType: schemeOf(migTicket),
        migrationKeyAuth: migTicket,
        encData: this.fields.encData,
      },
      auth: [
        parentKey.usageAuthorizer(),
        { object: this, policy, entityType: TPM_ET_KEY, entityValue: 0 },
      ],
    });
    return { random, migrationBlob: withEncData(this.fields, outData) };
  }

  /**
   * `Tspi_Key_ConvertMigrationBlob`: makes this object the key of a blob that was made by
   * TSS_MS_MIGRATE for a loaded parent, or sent on to it. It is not loaded then.
   *
   * Throws TSS_E_KEY_NOT_LOADED for a parent that is not loaded, TSS_E_BAD_PARAMETER for bytes that
   * are no key; TPM_AUTHFAIL when the parent's secret is wrong, TPM_DECRYPT_ERROR for the blob of
   * another parent or another `random`.
   */
  async convertMigrationBlob(
    parentKey: Key,
    { random, migrationBlob }: MigrationBlob,
  ): Promise<void> {
    const migrated = keyOf(migrationBlob);
    const { outData } = await this.opened().context.execute("TPM_ConvertMigrationBlob", {
      request: { parentHandle: parentKey.tcsHandle, inData: migrated.encData, random },
      auth: [parentKey.usageAuthorizer()],
    });
    await this.#become(withEncData(migrated, outData));
  }

  /**
   * `Tspi_Key_MigrateKey`: this key, a loaded one of a migration authority (TSS_KEY_TYPE_MIGRATE),
   * sends the blob in the data (TSS_MIGATTRIB_MIG_XOR_BLOB) on to another public key, and leaves it
   * there (TSS_MIGATTRIB_MIG_REWRAPPED_BLOB).
   *
   * Throws TSS_E_KEY_NOT_LOADED, TSS_E_KEY_NOT_SET when the public key is not known,
   * TSS_E_BAD_PARAMETER without blob; TPM_INVALID_KEYUSAGE for a key of another usage,
   * TPM_DECRYPT_ERROR for a blob that is for another key.
   */
  async migrateKey(publicKey: Key, migData: MigData): Promise<void> {
    const migrating = keyOf(migData.opened().xorBlob);
    const { outData } = await this.context.execute("TPM_MigrateKey", {
      request: {
        maKeyHandle: this.tcsHandle,
        pubKey: publicKey.publicBlob,
        inData: migrating.encData,
      },
      auth: [this.usageAuthorizer()],
    });
    migData.rewrappedBlob = withEncData(migrating, outData);
  }

  /**
   * `Tspi_Key_CMKCreateBlob`: prepares this certified migratable key, which lies under a loaded
   * parent, for the destination of the ticket in the data: by TSS_MS_RESTRICT_MIGRATE one of its
   * authorities, by TSS_MS_RESTRICT_APPROVE_DOUBLE whom one of them allows, as the restriction and
   * the ticket of `tpm.cmkCreateTicket()` say. The data then holds the blob. Gives what hides the
   * private part, a secret for the destination.
   *
   * Throws TSS_E_BAD_PARAMETER for another kind of key, and for data without ticket or authorities,
   * TSS_E_KEY_NOT_LOADED for a parent that is not loaded; TPM_AUTHFAIL, TPM_MA_AUTHORITY when the
   * key has other authorities, TPM_MA_DESTINATION, TPM_MA_SOURCE and TPM_MA_TICKET_SIGNATURE when
   * none of them allows it.
   */
  async cmkCreateBlob(parentKey: Key, migrationData: MigData): Promise<Uint8Array> {
    if (!this.opened().isCertifiedMigratable) {
      throw tspError("TSS_E_BAD_PARAMETER", "the key is not certified migratable");
    }
    const { migrationTicket, msaComposite, restrictTicket, sigTicket } = migrationData.opened();
    const migrationType = schemeOf(migrationTicket);
    const approved = migrationType === TPM_MS_RESTRICT_APPROVE;
    const { random, outData } = await this.context.execute("TPM_CMK_CreateBlob", {
      request: {
        parentHandle: parentKey.tcsHandle,
        migrationType,
        migrationKeyAuth: migrationTicket,
        pubSourceKeyDigest: publicKeyDigest(this.publicBlob),
        msaList: encode(MSA_LIST, msaComposite),
        restrictTicket: approved ? restrictTicket : NOTHING,
        sigTicket: approved ? sigTicket : NOTHING,
        encData: this.fields.encData,
      },
      auth: [parentKey.boundAuthorizer()],
    });
    migrationData.xorBlob = withEncData(this.fields, outData);
    return random;
  }

  /**
   * `Tspi_Key_CMKConvertMigration`: makes this object the certified migratable key of the blob in
   * the data, which was made for a loaded parent or sent on to it, as the restriction and the ticket
   * of `tpm.cmkCreateTicket()` allow. It is not loaded then, and keeps its authorities.
   *
   * Throws TSS_E_BAD_PARAMETER for data without blob or authorities, TSS_E_KEY_NOT_LOADED for a
   * parent that is not loaded; TPM_AUTHFAIL, TPM_MA_DESTINATION, TPM_MA_SOURCE and
   * TPM_MA_TICKET_SIGNATURE when no authority allows it, TPM_DECRYPT_ERROR for the blob of another
   * parent or another `random`.
   */
  async cmkConvertMigration(
    parentKey: Key,
    migrationData: MigData,
    { random }: Pick<MigrationBlob, "random">,
  ): Promise<void> {
    const { restrictTicket, sigTicket, msaComposite, arrivingBlob } = migrationData.opened();
    const migrated = keyOf(arrivingBlob);
    const { outData } = await this.opened().context.execute("TPM_CMK_ConvertMigration", {
      request: {
        parentHandle: parentKey.tcsHandle,
        restrictTicket,
        sigTicket,
        migratedKey: arrivingBlob,
        msaList: encode(MSA_LIST, msaComposite),
        random,
      },
      auth: [parentKey.boundAuthorizer()],
    });
    await this.#become(withEncData(migrated, outData));
    this.migrationAuthorityDigest = migrationData.authorityDigest.slice();
    migrationData.payloadType = TSS_MIGATTRIB_PT_MIGRATE_EXTERNAL;
  }

  /** Becomes another key, which is not loaded. */
  async #become(blob: Uint8Array): Promise<void> {
    if (this.isLoaded) await this.unloadKey();
    this.adoptBlob(blob);
  }
}

/** The TPM_MS_* that a ticket is for. */
function schemeOf(migTicket: Uint8Array): number {
  return decoded(() => decode(TPM_MIGRATIONKEYAUTH, migTicket)).migrationScheme;
}

function keyOf(blob: Uint8Array): AnyTpmKey {
  return decoded(() => decode(TPM_KEY_ANY, blob));
}

function withEncData(key: Readonly<AnyTpmKey>, encData: Uint8Array): Uint8Array {
  return encode(TPM_KEY_ANY, { ...key, encData });
}
