import {
  TPM_MS_MAINT,
  TPM_MS_MIGRATE,
  TPM_MS_RESTRICT_APPROVE,
  TPM_MS_RESTRICT_MIGRATE,
  TPM_MS_REWRAP,
} from "../tpm12/constants/mod.ts";
import {
  TSS_MS_MAINT,
  TSS_MS_MIGRATE,
  TSS_MS_RESTRICT_APPROVE_DOUBLE,
  TSS_MS_RESTRICT_MIGRATE,
  TSS_MS_REWRAP,
} from "./constants/mig_data.ts";
import type { Key } from "./key.ts";
import type { MigData } from "./mig_data.ts";
import { TpmIdentity } from "./tpm_identity.ts";
import { tspError } from "./tsp_error.ts";

/** TSS_MS_* and the TPM's numbers. */
const SCHEMES: Readonly<Record<number, number | undefined>> = {
  [TSS_MS_MIGRATE]: TPM_MS_MIGRATE,
  [TSS_MS_REWRAP]: TPM_MS_REWRAP,
  [TSS_MS_MAINT]: TPM_MS_MAINT,
  [TSS_MS_RESTRICT_MIGRATE]: TPM_MS_RESTRICT_MIGRATE,
  [TSS_MS_RESTRICT_APPROVE_DOUBLE]: TPM_MS_RESTRICT_APPROVE,
};

/** What the owner says of migration. */
export abstract class TpmMigration extends TpmIdentity {
  /**
   * `Tspi_TPM_AuthorizeMigrationTicket`: the owner allows keys to migrate to a public key by a
   * scheme (TSS_MS_*): TSS_MS_REWRAP straight under it, TSS_MS_MIGRATE by way of whoever owns it;
   * the other schemes are for certified migratable keys and for maintenance. Gives the ticket, an
   * encoded TPM_MIGRATIONKEYAUTH.
   *
   * Throws TSS_E_KEY_NOT_SET when the public key is not known, TSS_E_BAD_PARAMETER for another
   * scheme, TPM_AUTHFAIL, and TPM_INAPPROPRIATE_ENC for a key that is not one for storage.
   */
  async authorizeMigrationTicket(migrationKey: Key, migrationScheme: number): Promise<Uint8Array> {
    const scheme = SCHEMES[migrationScheme];
    if (scheme === undefined) {
      throw tspError("TSS_E_BAD_PARAMETER", `0x${migrationScheme.toString(16)} is no TSS_MS_*`);
    }
    const { outData } = await this.context.execute("TPM_AuthorizeMigrationKey", {
      request: { migrationScheme: scheme, migrationKey: migrationKey.publicBlob },
      auth: [this.ownerAuthorizer()],
    });
    return outData;
  }

  /**
   * `Tspi_TPM_CMKSetRestrictions`: the owner says which certified migratable keys a delegation may
   * use, by their usage: TSS_CMK_DELEGATE_* bits. Throws TPM_AUTHFAIL.
   */
  async cmkSetRestrictions(cmkDelegate: number): Promise<void> {
    await this.context.execute("TPM_CMK_SetRestrictions", {
      request: { restriction: cmkDelegate },
      auth: [this.ownerAuthorizer()],
    });
  }

  /**
   * `Tspi_TPM_CMKApproveMA`: the owner approves the migration authorities of the data, which then
   * holds the approval that keys under these authorities are made with. Throws TPM_AUTHFAIL.
   */
  async cmkApproveMA(maAuthData: MigData): Promise<void> {
    const { outData } = await this.context.execute("TPM_CMK_ApproveMA", {
      request: { migrationAuthorityDigest: maAuthData.opened().authorityDigest },
      auth: [this.ownerAuthorizer()],
    });
    maAuthData.authorityApproval = outData;
  }

  /**
   * `Tspi_TPM_CMKCreateTicket`: has the TPM verify an authority's signature over the restriction in
   * the data, which then holds the ticket that says so to this TPM.
   *
   * Throws TSS_E_KEY_NOT_SET when the public key is not known, TPM_AUTHFAIL, TPM_BAD_SIGNATURE.
   */
  async cmkCreateTicket(verifyKey: Key, sigData: MigData): Promise<void> {
    const { sigTicket } = await this.context.execute("TPM_CMK_CreateTicket", {
      request: {
        verificationKey: verifyKey.publicBlob,
        signedData: sigData.opened().sigDigest,
        signatureValue: sigData.sigValue,
      },
      auth: [this.ownerAuthorizer()],
    });
    sigData.sigTicket = sigTicket;
  }
}
