import { TPM_ET_KEY, TPM_ET_SRK, TPM_KH_SRK } from "../tpm12/constants/mod.ts";
import { changeAuthAsOwner, changeAuthUnderParent } from "./change_auth.ts";
import { changeAuthAsymUnderParent } from "./change_auth_asym.ts";
import { KeyBase } from "./key_base.ts";
import { KeyMigration } from "./key_migration.ts";
import type { Policy } from "./policy.ts";
import { tspError } from "./tsp_error.ts";
import type { NewPolicyOptions, TspObject } from "./tsp_object.ts";

/**
 * An RSA key: one of the TPM's, or the public key of somebody else. Made by
 * `context.createRsaKey()`, or loaded by the context.
 */
export class Key extends KeyMigration {
  /**
   * `Tspi_ChangeAuth`: gives the key the secret of a new policy, which becomes its usage policy;
   * blobs made before keep the old secret. The parent is the loaded key above it, or the TPM object
   * for the SRK. A loaded key must be loaded anew.
   *
   * Throws TSS_E_BAD_PARAMETER for another parent, TPM_AUTHFAIL when a secret is wrong.
   */
  override async changeAuth(parentObject: TspObject | null, newPolicy: Policy): Promise<void> {
    this.opened();
    if (this.handle === TPM_KH_SRK) {
      if (parentObject !== this.context.tpm) {
        throw tspError("TSS_E_BAD_PARAMETER", "the parent of the SRK is the TPM object");
      }
      return await changeAuthAsOwner(this, newPolicy, { entityType: TPM_ET_SRK });
    }
    if (!(parentObject instanceof KeyBase)) {
      throw tspError("TSS_E_BAD_PARAMETER", "the parent of a key is a key");
    }
    const encData = await changeAuthUnderParent(this, parentObject, {
      newPolicy,
      entityType: TPM_ET_KEY,
      encData: this.fields.encData,
    });
    this.adoptEncData(encData);
  }

  /**
   * `Tspi_ChangeAuthAsym`: gives the key the secret of a new policy, so that whoever knows the parent's
   * secret does not learn it. The parent is the loaded key above it; under the SRK the owner
   * authorises. The identity key is loaded, too. A policy in callback mode has its callback
   * (TSS_TSPATTRIB_POLICY_CALLBACK_CHANGEAUTHASYM) hide the secret.
   *
   * Throws TSS_E_BAD_PARAMETER for another parent and for the SRK, TSS_E_KEY_NOT_LOADED,
   * TSS_E_VERIFICATION_FAILED when the TPM's answer is not certified by the identity key or does not
   * prove the new secret, TPM_INVALID_KEYUSAGE unless it is an identity key, TPM_AUTHFAIL when a
   * secret is wrong, and what the callback throws.
   */
  override async changeAuthAsym(
    parentObject: TspObject | null,
    identKey: Key,
    { newPolicy }: NewPolicyOptions,
  ): Promise<void> {
    if (this.opened().handle === TPM_KH_SRK || !(parentObject instanceof KeyBase)) {
      throw tspError("TSS_E_BAD_PARAMETER", "the parent of a key is a key; the SRK has none");
    }
    const encData = await changeAuthAsymUnderParent(this, {
      parentKey: parentObject,
      identKey,
      newPolicy,
      entityType: TPM_ET_KEY,
      encData: this.fields.encData,
    });
    this.adoptEncData(encData);
  }
}
