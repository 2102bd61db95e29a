import { type AttribData, type Attribute, findAttribute } from "./attributes.ts";
import type { TssCallback } from "./callbacks.ts";
import type { Context } from "./context.ts";
import type { Key } from "./key.ts";
import type { Policy } from "./policy.ts";
import { TSS_POLICY_MIGRATION, TSS_POLICY_OPERATOR, TSS_POLICY_USAGE } from "./constants/policy.ts";
import { tspError } from "./tsp_error.ts";

/** What {@linkcode TspObject.changeAuthAsym} takes besides. */
export interface NewPolicyOptions {
  /** Has the new secret; it becomes the usage policy. */
  readonly newPolicy: Policy;
}

/** What every object of the service provider has: its context, policies and attributes. */
export abstract class TspObject {
  /** TSS_OBJECT_TYPE_*; 0 for the context and the TPM, which are not created. */
  abstract readonly objectType: number;
  /** The policies assigned to it, by TSS_POLICY_*. */
  readonly #policies = new Map<number, Policy>();
  #closed = false;

  /** The context it belongs to. */
  abstract readonly context: Context;

  /** The types of policy that it takes, TSS_POLICY_*. */
  protected get policyTypes(): readonly number[] {
    return [];
  }

  /** Its attributes, from the table of its class. */
  // deno-lint-ignore no-explicit-any
  protected get attributes(): readonly Attribute<any>[] {
    return [];
  }

  /**
   * `Tspi_GetAttribUint32`: an attribute that is a number. Throws TSS_E_INVALID_ATTRIB_FLAG and
   * TSS_E_INVALID_ATTRIB_SUBFLAG for what the object does not have.
   */
  async getAttribUint32(attribFlag: number, subFlag: number = 0): Promise<number> {
    const wanted = { attribFlag, subFlag, kind: "uint32", access: "get" } as const;
    return await findAttribute(this.attributes, wanted).uint32!.get!(this.opened());
  }

  /**
   * `Tspi_SetAttribUint32`: sets an attribute that is a number. Throws TSS_E_INVALID_ATTRIB_FLAG
   * and TSS_E_INVALID_ATTRIB_SUBFLAG for what the object does not have, TSS_E_INVALID_ATTRIB_DATA
   * for a value it cannot have.
   */
  async setAttribUint32(
    attribFlag: number,
    subFlag: number,
    { value }: {
      /** The new value. */
      readonly value: number;
    },
  ): Promise<void> {
    const wanted = { attribFlag, subFlag, kind: "uint32", access: "set" } as const;
    await findAttribute(this.attributes, wanted).uint32!.set!(this.opened(), value, subFlag);
  }

  /**
   * `Tspi_GetAttribData`: an attribute that is bytes, or a callback. Throws as
   * {@linkcode getAttribUint32} does.
   */
  async getAttribData<T extends Uint8Array | TssCallback = Uint8Array>(
    attribFlag: number,
    subFlag: number = 0,
  ): Promise<T> {
    const wanted = { attribFlag, subFlag, kind: "data", access: "get" } as const;
    return await findAttribute(this.attributes, wanted).data!.get!(this.opened()) as T;
  }

  /**
   * `Tspi_SetAttribData`: sets an attribute that is bytes or a callback, which `null` takes away.
   * Throws as {@linkcode setAttribUint32} does.
   */
  async setAttribData(
    attribFlag: number,
    subFlag: number,
    { value }: {
      /** The new value. */
      readonly value: AttribData;
    },
  ): Promise<void> {
    const wanted = { attribFlag, subFlag, kind: "data", access: "set" } as const;
    await findAttribute(this.attributes, wanted).data!.set!(this.opened(), value, subFlag);
  }

  /**
   * `Tspi_GetPolicyObject`: the policy assigned to the object. Throws TSS_E_BAD_PARAMETER for a
   * type of policy it does not take, TSS_E_KEY_NO_MIGRATION_POLICY for a key without one.
   */
  getPolicyObject(policyType: number): Policy {
    this.#requirePolicyType(policyType);
    const policy = this.policyOf(policyType);
    if (policy !== undefined) return policy;
    throw policyType === TSS_POLICY_MIGRATION
      ? tspError("TSS_E_KEY_NO_MIGRATION_POLICY")
      : tspError("TSS_E_BAD_PARAMETER", "no policy of this type is assigned to the object");
  }

  /**
   * `Tspi_ChangeAuth`: gives the object the secret of a new policy, which is then assigned to it.
   * The TPM object, keys and sealed data can have theirs changed; any other object throws
   * TSS_E_BAD_PARAMETER, as does any other policy than a usage policy.
   */
  changeAuth(_parentObject: TspObject | null, _newPolicy: Policy): Promise<void> {
    return Promise.reject(
      tspError("TSS_E_BAD_PARAMETER", "the secret of such an object cannot be changed"),
    );
  }

  /**
   * `Tspi_ChangeAuthAsym`: as {@linkcode changeAuth}, so that whoever knows the parent's secret does
   * not learn the new one: it travels encrypted with a key that the TPM makes, and that a loaded
   * identity key certifies. Keys and sealed data can have theirs changed so; any other object throws
   * TSS_E_BAD_PARAMETER.
   */
  changeAuthAsym(
    _parentObject: TspObject | null,
    _identKey: Key,
    _options: NewPolicyOptions,
  ): Promise<void> {
    return Promise.reject(
      tspError("TSS_E_BAD_PARAMETER", "the secret of such an object cannot be changed so"),
    );
  }

  /** The policy of a type, if one is assigned. */
  policyOf(policyType: number): Policy | undefined {
    return this.#policies.get(policyType);
  }

  /** The usage policy: the one assigned, or the default policy of the context. */
  get usagePolicy(): Policy {
    return this.#policies.get(TSS_POLICY_USAGE) ?? this.context.getDefaultPolicy();
  }

  /** The migration policy, if one is assigned. */
  get migrationPolicy(): Policy | undefined {
    return this.#policies.get(TSS_POLICY_MIGRATION);
  }

  /** The operator policy, if one is assigned. */
  get operatorPolicy(): Policy | undefined {
    return this.#policies.get(TSS_POLICY_OPERATOR);
  }

  /** What `policy.assignToObject()` does; throws TSS_E_BAD_PARAMETER for a type it does not take. */
  assignPolicy(policy: Policy): void {
    this.#requirePolicyType(policy.policyType);
    this.#policies.set(policy.policyType, policy);
  }

  /** Whether the object was closed. */
  get closed(): boolean {
    return this.#closed;
  }

  /** The object itself; throws TSS_E_INVALID_HANDLE once it was closed. */
  opened(): this {
    if (this.#closed) throw tspError("TSS_E_INVALID_HANDLE", "the object was closed");
    return this;
  }

  /** Lets the object go: what `context.closeObject()` does with it. */
  async release(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#policies.clear();
    await this.releaseResources();
  }

  /** Lets go of what only this class holds. */
  protected releaseResources(): void | Promise<void> {}

  #requirePolicyType(policyType: number): void {
    if (this.opened().policyTypes.includes(policyType)) return;
    throw tspError("TSS_E_BAD_PARAMETER", "the object takes no policy of this type");
  }
}
