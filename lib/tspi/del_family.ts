import { TPM_FAMILY_ADMIN, TPM_FAMILY_ENABLE } from "../tpm12/constants/mod.ts";
import type { Attribute } from "./attributes.ts";
import { TSS_OBJECT_TYPE_DELFAMILY } from "./constants/object_types.ts";
import type { Context } from "./context.ts";
import { DEL_FAMILY_ATTRIBUTES } from "./del_family_attributes.ts";
import { readDelegationTables, type TssFamilyTableEntry } from "./delegation_tables.ts";
import { tspError } from "./tsp_error.ts";
import { TspObject } from "./tsp_object.ts";

/** What may be done with a family. */
export interface FamilyOperation {
  /** TPM_FAMILY_*. */
  readonly opCode: number;
  /** What the operation takes, a byte; absent for nothing. */
  readonly opData?: number;
}

/**
 * A family of delegations, which the TPM counts, enables and invalidates together. Given by
 * `tpm.delegateAddFamily()` and `tpm.delegateGetFamily()`.
 */
export class DelFamily extends TspObject {
  /** TSS_OBJECT_TYPE_DELFAMILY. */
  override readonly objectType: number = TSS_OBJECT_TYPE_DELFAMILY;
  /** The context it belongs to. */
  override readonly context: Context;
  /** Identifier, which the TPM gave; 0 for an object that stands for no family. */
  readonly familyID: number;

  /** Made by the TPM object. */
  constructor(context: Context, familyID: number = 0) {
    super();
    this.context = context;
    this.familyID = familyID;
  }

  /** Its attributes. */
  protected override get attributes(): readonly Attribute<DelFamily>[] {
    return DEL_FAMILY_ATTRIBUTES;
  }

  /**
   * What the TPM says of the family now; all zero for no family. Throws TSS_E_DELFAMILY_NOTFOUND
   * when the TPM no longer has it.
   */
  async state(): Promise<TssFamilyTableEntry> {
    const { familyID } = this.opened();
    if (familyID === 0) {
      return { familyID, label: 0, verificationCount: 0, enabled: false, locked: false };
    }
    const { familyTable } = await readDelegationTables(this.context);
    const entry = familyTable.find((family) => family.familyID === familyID);
    if (entry !== undefined) return entry;
    throw tspError("TSS_E_DELFAMILY_NOTFOUND", `the TPM has no family ${familyID}`);
  }

  /**
   * Lets its delegations be used, or not, as the owner, or as anybody while there is none. Throws
   * TPM_BADINDEX when there is no such family, TPM_AUTHFAIL, TPM_DELEGATE_LOCK.
   */
  async enable(enabled: boolean): Promise<void> {
    await this.manage({ opCode: TPM_FAMILY_ENABLE, opData: Number(enabled) });
  }

  /** Forbids managing the family while there is no owner, or allows it. Throws as {@linkcode enable}. */
  async lock(locked: boolean): Promise<void> {
    await this.manage({ opCode: TPM_FAMILY_ADMIN, opData: Number(locked) });
  }

  /**
   * Has the TPM do something with the family, and gives its answer.
   *
   * @internal
   */
  async manage({ opCode, opData }: FamilyOperation): Promise<Uint8Array> {
    const { context: { tpm }, context, familyID } = this.opened();
    const bytes = opData === undefined ? [] : [opData];
    const { retData } = await context.execute("TPM_Delegate_Manage", {
      request: { familyID, opCode, opData: Uint8Array.from(bytes) },
      auth: [await tpm.isOwned() ? tpm.ownerAuthorizer() : null],
    });
    return retData;
  }
}
