import type { Attribute } from "./attributes.ts";
import type {
  CallbackChangeAuthAsym,
  CallbackHMACAuth,
  CallbackSealxMask,
  CallbackTakeOwnership,
  CallbackXorEnc,
  TssCallback,
} from "./callbacks.ts";
import type { Context } from "./context.ts";
import { TSS_OBJECT_TYPE_POLICY } from "./constants/object_types.ts";
import { TSS_TSPATTRIB_HASH_MODE_NULL } from "./constants/context.ts";
import { TSS_SECRET_MODE_CALLBACK } from "./constants/policy.ts";
import { POLICY_ATTRIBUTES } from "./policy_attributes.ts";
import { PolicyDelegation } from "./policy_delegation.ts";
import { PolicySecret, type SecretLifetime } from "./policy_secret.ts";
import { tspError } from "./tsp_error.ts";
import { TspObject } from "./tsp_object.ts";

/** The callbacks of a policy, each with what it is given back; `null` where there is none. */
export interface PolicyCallbacks {
  /** Computes and checks HMACs. */
  hmac: TssCallback<CallbackHMACAuth> | null;
  /** Hides new secrets. */
  xorEnc: TssCallback<CallbackXorEnc> | null;
  /** Encrypts the secret for TPM_TakeOwnership. */
  takeOwnership: TssCallback<CallbackTakeOwnership> | null;
  /** Hides what TPM_Sealx seals. */
  sealxMask: TssCallback<CallbackSealxMask> | null;
  /** Encrypts the secret for TPM_ChangeAuthAsymFinish. */
  changeAuthAsym: TssCallback<CallbackChangeAuthAsym> | null;
}

/**
 * How an object is authorised: by a secret in one of five modes, by callbacks, or by a delegation.
 * Made by `context.createPolicy()`; it works once it is assigned to an object.
 */
export class Policy extends TspObject {
  /** TSS_OBJECT_TYPE_POLICY. */
  override readonly objectType: number = TSS_OBJECT_TYPE_POLICY;
  /** The context it belongs to. */
  override readonly context: Context;
  /** TSS_POLICY_USAGE, TSS_POLICY_MIGRATION or TSS_POLICY_OPERATOR. */
  readonly policyType: number;
  /** Its callbacks. */
  readonly callbacks: PolicyCallbacks = {
    hmac: null,
    xorEnc: null,
    takeOwnership: null,
    sealxMask: null,
    changeAuthAsym: null,
  };
  /** The delegation it holds, if any. */
  readonly delegation: PolicyDelegation = new PolicyDelegation();
  /** What the user is asked for the secret with. */
  popupString = "";
  /** TSS_TSPATTRIB_HASH_MODE_*: whether a typed secret is hashed with its NUL. */
  hashMode: number;
  readonly #secret = new PolicySecret();

  /** Made by `context.createPolicy()`. */
  constructor(context: Context, policyType: number) {
    super();
    this.context = context;
    this.policyType = policyType;
    this.hashMode = context.secretHashMode;
  }

  /** Its attributes. */
  protected override get attributes(): readonly Attribute<Policy>[] {
    return POLICY_ATTRIBUTES;
  }

  /** TSS_SECRET_MODE_*. */
  get secretMode(): number {
    return this.#secret.mode;
  }

  /** Whether the policy can authorise without asking the user. */
  get hasSecret(): boolean {
    return this.#secret.isSet || this.inCallbackMode;
  }

  /** Whether the HMACs are the program's to compute. */
  get inCallbackMode(): boolean {
    return this.#secret.mode === TSS_SECRET_MODE_CALLBACK;
  }

  /** How long the secret is good; setting it begins anew. */
  get secretLifetime(): SecretLifetime {
    return this.#secret.lifetime;
  }

  /** Sets the lifetime. */
  set secretLifetime(lifetime: SecretLifetime) {
    this.#secret.lifetime = lifetime;
  }

  /** Seconds that a secret with a timer is still good for. */
  get secondsLeft(): number {
    return this.#secret.secondsLeft;
  }

  /**
   * `Tspi_Policy_SetSecret`: sets the secret and its mode: TSS_SECRET_MODE_NONE (20 zero bytes),
   * TSS_SECRET_MODE_SHA1 (20 bytes as they are), TSS_SECRET_MODE_PLAIN (bytes of any length, which
   * are hashed; a text in UTF-8), TSS_SECRET_MODE_POPUP (the user is asked when it is needed), or
   * TSS_SECRET_MODE_CALLBACK (the HMAC callback knows it). The bytes are copied.
   *
   * Throws TSS_E_BAD_PARAMETER for another mode or a digest of another length, TSS_E_FAIL for
   * TSS_SECRET_MODE_CALLBACK while the HMAC callback is not set.
   */
  setSecret(secretMode: number, secret: Uint8Array | string = new Uint8Array(0)): void {
    this.opened();
    if (secretMode === TSS_SECRET_MODE_CALLBACK && this.callbacks.hmac === null) {
      throw tspError("TSS_E_FAIL", "the HMAC callback must be set before this secret mode");
    }
    this.#secret.set(secretMode, secret);
  }

  /** `Tspi_Policy_FlushSecret`: wipes the secret. It must be set, or typed, again. */
  flushSecret(): void {
    this.opened();
    this.#secret.flush();
  }

  /**
   * `Tspi_Policy_AssignToObject`: makes it the usage, migration or operator policy of an object,
   * as its type says. Throws TSS_E_BAD_PARAMETER when the object takes no policy of this type,
   * TSS_E_INVALID_HANDLE when it belongs to another context.
   */
  assignToObject(object: TspObject): void {
    this.opened();
    if (object.context !== this.context) {
      throw tspError("TSS_E_INVALID_HANDLE", "the object belongs to another context");
    }
    object.assignPolicy(this);
  }

  /**
   * Counts one use of the secret for a command. Throws TSS_E_INVALID_OBJ_ACCESS when its lifetime
   * is over.
   */
  use(): void {
    this.opened();
    this.#secret.use();
  }

  /**
   * A copy of the 20 bytes of the secret, for the caller to wipe. Asks the user in mode POPUP:
   * TSS_E_SILENT_CONTEXT when the context may not, TSS_E_POLICY_NO_SECRET when it cannot or there
   * is no secret, TSS_E_BAD_PARAMETER when only a callback knows it.
   */
  getSecret({ confirm = false }: {
    /** The secret is a new one: the user may be asked twice. */
    readonly confirm?: boolean;
  } = {}): Promise<Uint8Array> {
    this.opened();
    if (this.inCallbackMode) {
      throw tspError("TSS_E_BAD_PARAMETER", "only the callback of the policy knows its secret");
    }
    const { prompt } = this.context;
    const ask = () => {
      if (this.context.silent) throw tspError("TSS_E_SILENT_CONTEXT");
      if (prompt === null) throw tspError("TSS_E_POLICY_NO_SECRET");
      return prompt({ policy: this, message: this.popupString, confirm });
    };
    return this.#secret.get(ask, { withNul: this.hashMode === TSS_TSPATTRIB_HASH_MODE_NULL });
  }

  /** Wipes the secret. */
  protected override releaseResources(): void {
    this.#secret.flush();
  }
}
