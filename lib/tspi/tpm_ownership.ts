import { rsaOaepEncrypt, SHA1_SIZE } from "../crypto/mod.ts";
import { uuidToString } from "../formats/mod.ts";
import {
  TPM_ET_OWNER,
  TPM_KEY_CONTROL_OWNER_EVICT,
  TPM_PID_OWNER,
} from "../tpm12/constants/mod.ts";
import { changeAuthAsOwner } from "./change_auth.ts";
import { TSS_TSPATTRIB_KEYCONTROL_OWNEREVICT } from "./constants/key_attributes.ts";
import { TSS_POLICY_OPERATOR } from "./constants/policy.ts";
import { TSS_PS_TYPE_SYSTEM } from "./constants/storage.ts";
import { TSS_UUID_SRK } from "./constants/well_known.ts";
import type { Key } from "./key.ts";
import type { Policy } from "./policy.ts";
import { TpmEndorsement } from "./tpm_endorsement.ts";
import { tspError } from "./tsp_error.ts";
import type { TspObject } from "./tsp_object.ts";

/** Owner, operator and their secrets. */
export abstract class TpmOwnership extends TpmEndorsement {
  /**
   * `Tspi_TPM_TakeOwnership`: installs an owner, whose secret is that of the usage policy, and
   * makes the storage root key, whose secret is that of its usage policy; the SRK is loaded from
   * then on. The secrets travel encrypted with the endorsement key, which is read from the TPM when
   * it is not given.
   *
   * Throws TPM_OWNER_SET when there is an owner, TPM_NO_ENDORSEMENT without endorsement key,
   * TPM_DISABLED and TPM_INSTALL_DISABLED when the TPM does not let it, TSS_E_BAD_PARAMETER when
   * only one of the two policies has callbacks.
   */
  async takeOwnership(srk: Key, endorsementPubKey: Key | null = null): Promise<void> {
    const owner = this.usagePolicy;
    if (owner.inCallbackMode !== srk.usagePolicy.inCallbackMode) {
      throw tspError("TSS_E_BAD_PARAMETER", "one policy has callbacks, the other a secret");
    }
    const endorsement = endorsementPubKey ?? (await this.getPubEndorsementKey()).endorsementPubKey;
    const srkPolicy = srk.newUsageSecret().policy;
    const { srkPub } = await this.context.execute("TPM_TakeOwnership", {
      request: {
        protocolID: TPM_PID_OWNER,
        encOwnerAuth: await this.#encryptSecret(owner, { object: this, endorsement }),
        encSrkAuth: await this.#encryptSecret(srkPolicy, { object: srk, endorsement }),
        srkParams: srk.blob,
      },
      auth: [this.ownerAuthorizer()],
    });
    srk.adoptBlob(srkPub);
    srk.adoptHandle(await this.context.srkHandle());
    srk.uuid = TSS_UUID_SRK;
    srk.storageType = TSS_PS_TYPE_SYSTEM;
  }

  /**
   * `Tspi_TPM_ClearOwner`: takes the owner away, and with it every key, as the owner; or forced, by
   * physical presence. Throws TPM_AUTHFAIL, TPM_CLEAR_DISABLED, TPM_BAD_PRESENCE.
   */
  async clearOwner({ forced = false }: {
    /** By physical presence. */
    readonly forced?: boolean;
  } = {}): Promise<void> {
    if (forced) await this.context.execute("TPM_ForceClear", { request: {} });
    else {
      await this.context.execute("TPM_OwnerClear", {
        request: {},
        auth: [this.ownerAuthorizer()],
      });
    }
    this.context.forgetKeys();
  }

  /**
   * `Tspi_TPM_SetOperatorAuth`: sets the operator's secret, by physical presence: that of an
   * operator policy, which is then assigned to the TPM object. The secret travels in clear. Throws
   * TSS_E_BAD_PARAMETER for another policy, TPM_BAD_PRESENCE.
   */
  async setOperatorAuth(operatorPolicy: Policy): Promise<void> {
    if (operatorPolicy.policyType !== TSS_POLICY_OPERATOR) {
      throw tspError("TSS_E_BAD_PARAMETER", "the policy is not an operator's");
    }
    const operatorAuth = await operatorPolicy.getSecret({ confirm: true });
    try {
      await this.context.execute("TPM_SetOperatorAuth", { request: { operatorAuth } });
    } finally {
      operatorAuth.fill(0);
    }
    operatorPolicy.assignToObject(this);
  }

  /**
   * `Tspi_TPM_KeyControlOwner`: the owner makes a loaded key stay in the TPM, or go with the others
   * (TSS_TSPATTRIB_KEYCONTROL_OWNEREVICT). Gives the UUID by which the key is known while it stays;
   * the core services do not tell it in a transport session, where it is all zeros.
   * Throws TSS_E_BAD_PARAMETER for another attribute, TSS_E_KEY_NOT_LOADED, TPM_NOSPACE.
   */
  async keyControlOwner(
    key: Key,
    attribName: number,
    { attribValue }: {
      /** Whether it stays. */
      readonly attribValue: boolean;
    },
  ): Promise<string> {
    if (attribName !== TSS_TSPATTRIB_KEYCONTROL_OWNEREVICT) {
      throw tspError("TSS_E_BAD_PARAMETER", "a key has no such control bit");
    }
    const answer = await this.context.execute("TPM_KeyControlOwner", {
      request: {
        keyHandle: key.tcsHandle,
        pubKey: key.publicBlob,
        bitName: TPM_KEY_CONTROL_OWNER_EVICT,
        bitValue: attribValue,
      },
      auth: [this.ownerAuthorizer()],
    });
    // The core services name the key besides what the TPM answers.
    const { uuidData } = answer as typeof answer & { readonly uuidData?: Uint8Array };
    return uuidToString(uuidData ?? new Uint8Array(16));
  }

  /**
   * `Tspi_ChangeAuth`: gives the owner the secret of a new policy, which becomes the usage policy.
   * There is no parent. Throws TSS_E_BAD_PARAMETER when one is given, TPM_AUTHFAIL when the old
   * secret is wrong.
   */
  override async changeAuth(parentObject: TspObject | null, newPolicy: Policy): Promise<void> {
    if (parentObject !== null) {
      throw tspError("TSS_E_BAD_PARAMETER", "the TPM object has no parent");
    }
    await changeAuthAsOwner(this, newPolicy, { entityType: TPM_ET_OWNER });
  }

  /** A secret for TPM_TakeOwnership: OAEP with the endorsement key. */
  async #encryptSecret(
    policy: Policy | null,
    { object, endorsement }: { readonly object: TspObject; readonly endorsement: Key },
  ): Promise<Uint8Array> {
    if (policy?.inCallbackMode) {
      const { takeOwnership } = policy.callbacks;
      if (takeOwnership === null) {
        throw tspError("TSS_E_INTERNAL_ERROR", "the policy has no callback to take ownership");
      }
      const { callback, appData } = takeOwnership;
      return await callback({ appData, object, pubKey: endorsement });
    }
    const secret = await policy?.getSecret({ confirm: true }) ?? new Uint8Array(SHA1_SIZE);
    try {
      return rsaOaepEncrypt(endorsement.publicKey, secret, { random: this.context.random });
    } finally {
      secret.fill(0);
    }
  }
}
