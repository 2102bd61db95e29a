import { encode, U32 } from "../codec/mod.ts";
import {
  TPM_CAP_PROP_OWNER,
  TPM_CAP_PROPERTY,
  TPM_ET_OPERATOR,
  TPM_ET_OWNER,
  TPM_KH_OPERATOR,
  TPM_KH_OWNER,
} from "../tpm12/constants/mod.ts";
import type { Attribute } from "./attributes.ts";
import type { Authorizer } from "./authorizer.ts";
import type { ActivateIdentity, CollateIdentity, TssCallback } from "./callbacks.ts";
import type { Context } from "./context.ts";
import { TSS_POLICY_OPERATOR, TSS_POLICY_USAGE } from "./constants/policy.ts";
import { TPM_ATTRIBUTES } from "./tpm_attributes.ts";
import { TspObject } from "./tsp_object.ts";

/** Credentials of the platform, for identity requests; empty where there is none. */
export interface TpmCredentials {
  /** Of the endorsement key. */
  endorsement: Uint8Array;
  /** Conformance of the TPM. */
  tpmConformance: Uint8Array;
  /** Of the platform. */
  platform: Uint8Array;
  /** Conformance of the platform. */
  platformConformance: Uint8Array;
}

/** The callbacks of the TPM object, each with what it is given back; `null` where there is none. */
export interface TpmCallbacks {
  /** Encrypts the proof of a new identity for its privacy CA. */
  collateIdentity: TssCallback<CollateIdentity> | null;
  /** Decrypts the credential that comes back. */
  activateIdentity: TssCallback<ActivateIdentity> | null;
}

/** What the TPM object holds: the owner's and the operator's policy. */
export abstract class TpmBase extends TspObject {
  /** 0: the TPM object is not created, but comes with the connection. */
  override readonly objectType: number = 0;
  /** The context it belongs to. */
  override readonly context: Context;
  /** Credentials that were set. */
  readonly credentials: TpmCredentials = {
    endorsement: new Uint8Array(0),
    tpmConformance: new Uint8Array(0),
    platform: new Uint8Array(0),
    platformConformance: new Uint8Array(0),
  };
  /** Its callbacks. */
  readonly callbacks: TpmCallbacks = { collateIdentity: null, activateIdentity: null };

  /** Made by `context.connect()`. */
  constructor(context: Context) {
    super();
    this.context = context;
  }

  /** Its attributes. */
  protected override get attributes(): readonly Attribute<TpmBase>[] {
    return TPM_ATTRIBUTES;
  }

  /** The usage policy is the owner's. */
  protected override get policyTypes(): readonly number[] {
    return [TSS_POLICY_USAGE, TSS_POLICY_OPERATOR];
  }

  /** Who authorises as the owner: the usage policy. */
  ownerAuthorizer(): Authorizer {
    return {
      object: this,
      policy: this.usagePolicy,
      entityType: TPM_ET_OWNER,
      entityValue: TPM_KH_OWNER,
    };
  }

  /** Who authorises as the operator; `null` without operator policy. */
  operatorAuthorizer(): Authorizer | null {
    const policy = this.operatorPolicy;
    if (policy === undefined) return null;
    return { object: this, policy, entityType: TPM_ET_OPERATOR, entityValue: TPM_KH_OPERATOR };
  }

  /** Whether the TPM has an owner. */
  async isOwned(): Promise<boolean> {
    const { resp } = await this.context.execute("TPM_GetCapability", {
      request: { capArea: TPM_CAP_PROPERTY, subCap: encode(U32, TPM_CAP_PROP_OWNER) },
    });
    return resp[0] === 1;
  }
}
