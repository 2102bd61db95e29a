import { decode, encode, SIZED32, U32 } from "../codec/mod.ts";
import {
  TPM_DEL_KEY_BITS,
  TPM_DEL_OWNER_BITS,
  TPM_FAMILY_CREATE,
  TPM_FAMILY_INVALIDATE,
  TPM_TAG_DELEGATE_PUBLIC,
  TPM_TAG_DELEGATIONS,
} from "../tpm12/constants/mod.ts";
import { TPM_DELEGATE_PUBLIC } from "../tpm12/structures/mod.ts";
import { anyPcrs } from "./any_pcrs.ts";
import {
  TSS_DELEGATE_CACHEOWNERDELEGATION_OVERWRITEEXISTING,
  TSS_DELEGATE_INCREMENTVERIFICATIONCOUNT,
} from "./constants/delegation.ts";
import {
  TSS_DELEGATIONTYPE_KEY,
  TSS_DELEGATIONTYPE_NONE,
  TSS_DELEGATIONTYPE_OWNER,
} from "./constants/policy.ts";
import { DelFamily } from "./del_family.ts";
import { type DelegationTables, readDelegationTables } from "./delegation_tables.ts";
import type { Key } from "./key.ts";
import type { PcrComposite } from "./pcr_composite.ts";
import type { Policy } from "./policy.ts";
import { TpmBase } from "./tpm_base.ts";
import { TpmMaintenance } from "./tpm_maintenance.ts";
import { tspError } from "./tsp_error.ts";

/** What is delegated besides the permissions that the policy names. */
export interface CreateDelegationOptions {
  /** Label of the owner's choice, a byte. */
  readonly label: number;
  /** The family it is to belong to. */
  readonly family: DelFamily;
  /** TSS_DELEGATE_INCREMENTVERIFICATIONCOUNT makes all others of the family void. */
  readonly flags?: number;
  /** The PCRs and localities at which it may be used; any, when there is none. */
  readonly pcrComposite?: PcrComposite | null;
}

/** Giving others some of what the owner may do, or what can be done with a key. */
export abstract class TpmDelegation extends TpmMaintenance {
  /**
   * `Tspi_TPM_Delegate_AddFamily`: makes a family of delegations, which is not enabled yet, as the
   * owner, or as anybody while there is none. Throws TSS_E_BAD_PARAMETER for a label that is no
   * byte, TPM_AUTHFAIL, TPM_RESOURCES when the TPM has no room for another.
   */
  async delegateAddFamily(label: number): Promise<DelFamily> {
    requireByte(label);
    const creation = { opCode: TPM_FAMILY_CREATE, opData: label };
    const familyID = await new DelFamily(this.opened().context).manage(creation);
    return this.context.delFamilyOf(decode(U32, familyID));
  }

  /**
   * `Tspi_TPM_Delegate_GetFamily`: the family with an identifier. Throws TSS_E_BAD_PARAMETER when
   * the TPM has none.
   */
  async delegateGetFamily(familyID: number): Promise<DelFamily> {
    const { familyTable } = await readDelegationTables(this.opened().context);
    if (familyTable.some((family) => family.familyID === familyID)) {
      return this.context.delFamilyOf(familyID);
    }
    throw tspError("TSS_E_BAD_PARAMETER", `the TPM has no family ${familyID}`);
  }

  /**
   * `Tspi_TPM_Delegate_InvalidateFamily`: takes a family away, and with it all its delegations; the
   * object is closed. Throws TPM_BADINDEX when the TPM has it no longer, TPM_AUTHFAIL.
   */
  async delegateInvalidateFamily(family: DelFamily): Promise<void> {
    this.#requireOwn(family);
    await family.manage({ opCode: TPM_FAMILY_INVALIDATE });
    await this.context.closeObject(family);
  }

  /**
   * `Tspi_TPM_Delegate_CreateDelegation`: makes a delegation of what the policy names (its
   * delegation's type and TPM_DELEGATE_* or TPM_KEY_DELEGATE_* bits): of the owner, for the TPM
   * object; or of a loaded key. The policy's secret becomes the delegation's, and the policy holds
   * the delegation: assigned to the object, it authorises what it allows.
   *
   * Throws TSS_E_BAD_PARAMETER when the type is not set or is not that of the object, for a label
   * that is no byte, and for flags that there are not, as there are none for keys;
   * TSS_E_KEY_NOT_LOADED; TPM_BADINDEX when there is no such family, TPM_AUTHFAIL.
   */
  async delegateCreateDelegation(
    object: TpmBase | Key,
    delegation: Policy,
    options: CreateDelegationOptions,
  ): Promise<void> {
    this.#requireOwn(options.family);
    const delegateType = delegateTypeOf(delegation, object);
    const ofOwner = delegateType === TPM_DEL_OWNER_BITS;
    const flags = options.flags ?? 0;
    requireFlags(flags, ofOwner ? TSS_DELEGATE_INCREMENTVERIFICATIONCOUNT : 0);
    const publicInfo = publicInfoOf(delegation, delegateType, options);
    const secrets = { delAuth: { policy: delegation, object } };
    const { blob } = object instanceof TpmBase
      ? await this.context.execute("TPM_Delegate_CreateOwnerDelegation", {
        request: { increment: flags === TSS_DELEGATE_INCREMENTVERIFICATIONCOUNT, publicInfo },
        auth: [object.ownerAuthorizer()],
        secrets,
      })
      : await this.context.execute("TPM_Delegate_CreateKeyDelegation", {
        request: { keyHandle: object.tcsHandle, publicInfo },
        auth: [object.boundAuthorizer()],
        secrets,
      });
    delegation.delegation.blob = decode(SIZED32, blob);
  }

  /**
   * `Tspi_TPM_Delegate_CacheOwnerDelegation`: puts the delegation of the owner that a policy holds
   * into a row of the TPM's table; the policy names the row from then on.
   *
   * Throws TSS_E_INVALID_OBJ_ACCESS when the policy holds no blob, TSS_E_BAD_PARAMETER for the
   * delegation of a key and for flags that there are not, TSS_E_DELFAMILY_ROWEXISTS for a row that
   * is occupied unless the flag TSS_DELEGATE_CACHEOWNERDELEGATION_OVERWRITEEXISTING is given,
   * TPM_BADINDEX for a row that there is not, TPM_DISABLED_CMD when the family is not enabled.
   */
  async delegateCacheOwnerDelegation(
    policy: Policy,
    index: number,
    { flags = 0 }: {
      /** TSS_DELEGATE_CACHEOWNERDELEGATION_OVERWRITEEXISTING. */
      readonly flags?: number;
    } = {},
  ): Promise<void> {
    requireFlags(flags, TSS_DELEGATE_CACHEOWNERDELEGATION_OVERWRITEEXISTING);
    const { delegation } = policy.opened();
    const { blob } = delegation;
    if (delegation.type !== TSS_DELEGATIONTYPE_OWNER) {
      throw tspError("TSS_E_BAD_PARAMETER", "only delegations of the owner go into the TPM");
    }
    if (flags === 0) await this.#requireFreeRow(index);
    await this.context.execute("TPM_Delegate_LoadOwnerDelegation", {
      request: { index, blob: encode(SIZED32, blob) },
      auth: [await this.isOwned() ? this.ownerAuthorizer() : null],
    });
    delegation.index = index;
  }

  /**
   * `Tspi_TPM_Delegate_UpdateVerificationCount`: as the owner, makes a delegation valid again that
   * was made at another verification count of its family: the blob that a policy holds, or the row
   * that it names.
   *
   * Throws TSS_E_INVALID_OBJ_ACCESS when the policy has neither, TPM_AUTHFAIL, TPM_BADINDEX when
   * there is no such row or family.
   */
  async delegateUpdateVerificationCount(policy: Policy): Promise<void> {
    const { delegation } = policy.opened();
    const { index } = delegation;
    const { outputData } = await this.context.execute("TPM_Delegate_UpdateVerification", {
      request: { inputData: index === null ? delegation.blob : encode(U32, index) },
      auth: [this.ownerAuthorizer()],
    });
    if (index === null) delegation.blob = outputData;
  }

  /**
   * `Tspi_TPM_Delegate_VerifyDelegation`: whether the TPM would take the blob that a policy holds;
   * anybody may ask. Throws TSS_E_INVALID_OBJ_ACCESS when it holds none, TPM_BADINDEX when its
   * family is gone, TPM_DISABLED_CMD when that is not enabled, TPM_FAMILYCOUNT when it was made at
   * another verification count, TPM_AUTHFAIL when this TPM did not make it.
   */
  async delegateVerifyDelegation(policy: Policy): Promise<void> {
    await this.context.execute("TPM_Delegate_VerifyDelegation", {
      request: { delegation: policy.opened().delegation.blob },
    });
  }

  /**
   * `Tspi_TPM_Delegate_ReadTables`: the families and the delegations of the owner that are inside
   * the TPM; anybody may ask.
   */
  async delegateReadTables(): Promise<DelegationTables> {
    return await readDelegationTables(this.opened().context);
  }

  #requireOwn(family: DelFamily): void {
    if (family.opened().context === this.context) return;
    throw tspError("TSS_E_INVALID_HANDLE", "the family belongs to another context");
  }

  async #requireFreeRow(index: number): Promise<void> {
    const { delegateTable } = await readDelegationTables(this.context);
    if (!delegateTable.some(({ tableIndex }) => tableIndex === index)) return;
    throw tspError("TSS_E_DELFAMILY_ROWEXISTS", `row ${index} holds a delegation`);
  }
}

/** TPM_DEL_* of a delegation to be made, whose type must be that of the object. */
function delegateTypeOf({ delegation: { type } }: Policy, object: TpmBase | Key): number {
  const ofOwner = object instanceof TpmBase;
  if (type === (ofOwner ? TSS_DELEGATIONTYPE_OWNER : TSS_DELEGATIONTYPE_KEY)) {
    return ofOwner ? TPM_DEL_OWNER_BITS : TPM_DEL_KEY_BITS;
  }
  throw tspError(
    "TSS_E_BAD_PARAMETER",
    type === TSS_DELEGATIONTYPE_NONE
      ? "the policy does not say what is delegated"
      : "the policy delegates another kind of object",
  );
}

/** The encoded TPM_DELEGATE_PUBLIC of a delegation to be made. */
function publicInfoOf(
  policy: Policy,
  delegateType: number,
  { label, family, pcrComposite }: CreateDelegationOptions,
): Uint8Array {
  requireByte(label);
  const { per1, per2 } = policy.opened().delegation;
  return encode(TPM_DELEGATE_PUBLIC, {
    tag: TPM_TAG_DELEGATE_PUBLIC,
    rowLabel: label,
    pcrInfo: pcrComposite?.opened().toPcrInfoShort() ?? anyPcrs(),
    permissions: { tag: TPM_TAG_DELEGATIONS, delegateType, per1, per2 },
    familyID: family.familyID,
    // The TPM puts the family's in.
    verificationCount: 0,
  });
}

function requireFlags(flags: number, known: number): void {
  if ((flags & ~known) === 0) return;
  throw tspError("TSS_E_BAD_PARAMETER", `there are no flags 0x${flags.toString(16)}`);
}

function requireByte(label: number): void {
  if (Number.isInteger(label) && label >= 0 && label <= 0xff) return;
  throw tspError("TSS_E_BAD_PARAMETER", `a label is a byte, not ${label}`);
}
