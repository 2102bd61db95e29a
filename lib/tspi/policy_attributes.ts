import { encode } from "../codec/mod.ts";
import { fromUtf16le, utf16le } from "../tcs/unicode.ts";
import { TPM_PCR_SELECTION } from "../tpm12/mod.ts";
import { type Attribute, requireBytes } from "./attributes.ts";
import { callbackAttribute } from "./callback_attribute.ts";
import {
  TSS_TSPATTRIB_HASH_MODE_NULL,
  TSS_TSPATTRIB_SECRET_HASH_MODE,
} from "./constants/context.ts";
import {
  TSS_SECRET_LIFETIME_ALWAYS,
  TSS_SECRET_LIFETIME_COUNTER,
  TSS_SECRET_LIFETIME_TIMER,
  TSS_TSPATTRIB_POLDEL_FAMILYID,
  TSS_TSPATTRIB_POLDEL_INDEX,
  TSS_TSPATTRIB_POLDEL_KEYBLOB,
  TSS_TSPATTRIB_POLDEL_LABEL,
  TSS_TSPATTRIB_POLDEL_OWNERBLOB,
  TSS_TSPATTRIB_POLDEL_PER1,
  TSS_TSPATTRIB_POLDEL_PER2,
  TSS_TSPATTRIB_POLDEL_TYPE,
  TSS_TSPATTRIB_POLDEL_VERCOUNT,
  TSS_TSPATTRIB_POLDELPCR_DIGESTATRELEASE,
  TSS_TSPATTRIB_POLDELPCR_LOCALITY,
  TSS_TSPATTRIB_POLDELPCR_SELECTION,
  TSS_TSPATTRIB_POLICY_CALLBACK_CHANGEAUTHASYM,
  TSS_TSPATTRIB_POLICY_CALLBACK_HMAC,
  TSS_TSPATTRIB_POLICY_CALLBACK_SEALX_MASK,
  TSS_TSPATTRIB_POLICY_CALLBACK_TAKEOWNERSHIP,
  TSS_TSPATTRIB_POLICY_CALLBACK_XOR_ENC,
  TSS_TSPATTRIB_POLICY_DELEGATION_INFO,
  TSS_TSPATTRIB_POLICY_DELEGATION_PCR,
  TSS_TSPATTRIB_POLICY_POPUPSTRING,
  TSS_TSPATTRIB_POLICY_SECRET_LIFETIME,
} from "./constants/policy.ts";
import { delegationOf } from "./delegation_tables.ts";
import type { Policy } from "./policy.ts";
import type { PolicyDelegation } from "./policy_delegation.ts";
import type { SecretLifetime } from "./policy_secret.ts";
import { tspError } from "./tsp_error.ts";

/** The attributes of a policy. */
export const POLICY_ATTRIBUTES: readonly Attribute<Policy>[] = [
  callbackAttribute<Policy>(TSS_TSPATTRIB_POLICY_CALLBACK_HMAC, "hmac"),
  callbackAttribute<Policy>(TSS_TSPATTRIB_POLICY_CALLBACK_XOR_ENC, "xorEnc"),
  callbackAttribute<Policy>(TSS_TSPATTRIB_POLICY_CALLBACK_TAKEOWNERSHIP, "takeOwnership"),
  callbackAttribute<Policy>(TSS_TSPATTRIB_POLICY_CALLBACK_CHANGEAUTHASYM, "changeAuthAsym"),
  callbackAttribute<Policy>(TSS_TSPATTRIB_POLICY_CALLBACK_SEALX_MASK, "sealxMask"),
  {
    flag: TSS_TSPATTRIB_POLICY_POPUPSTRING,
    data: {
      get: (policy) => utf16le(policy.popupString),
      set: (policy, value) => {
        policy.popupString = fromUtf16le(requireBytes(value)).replace(/\0$/, "");
      },
    },
  },
  {
    flag: TSS_TSPATTRIB_SECRET_HASH_MODE,
    uint32: {
      get: (policy) => policy.hashMode,
      set: (policy, value) => {
        if (value > TSS_TSPATTRIB_HASH_MODE_NULL) throw tspError("TSS_E_INVALID_ATTRIB_DATA");
        policy.hashMode = value;
      },
    },
  },
  lifetime(TSS_SECRET_LIFETIME_ALWAYS, () => ({ kind: "always" })),
  lifetime(TSS_SECRET_LIFETIME_COUNTER, (uses) => ({ kind: "counter", uses })),
  lifetime(TSS_SECRET_LIFETIME_TIMER, (seconds) => ({ kind: "timer", seconds })),
  delegation(TSS_TSPATTRIB_POLDEL_TYPE, {
    get: ({ type }) => type,
    set: (delegation, value) => delegation.type = value,
  }),
  delegation(TSS_TSPATTRIB_POLDEL_INDEX, {
    get: ({ index }) => {
      if (index === null) throw tspError("TSS_E_INVALID_OBJ_ACCESS", "the policy names no row");
      return index;
    },
    set: (delegation, value) => delegation.index = value,
  }),
  permissions(TSS_TSPATTRIB_POLDEL_PER1, "per1"),
  permissions(TSS_TSPATTRIB_POLDEL_PER2, "per2"),
  part(TSS_TSPATTRIB_POLDEL_LABEL, "label"),
  part(TSS_TSPATTRIB_POLDEL_FAMILYID, "familyID"),
  part(TSS_TSPATTRIB_POLDEL_VERCOUNT, "verificationCount"),
  delegationBlob(TSS_TSPATTRIB_POLDEL_OWNERBLOB),
  delegationBlob(TSS_TSPATTRIB_POLDEL_KEYBLOB),
  {
    flag: TSS_TSPATTRIB_POLICY_DELEGATION_PCR,
    subFlag: TSS_TSPATTRIB_POLDELPCR_LOCALITY,
    uint32: { get: async (policy) => (await delegationOf(policy)).pcrInfo.localityAtRelease },
  },
  {
    flag: TSS_TSPATTRIB_POLICY_DELEGATION_PCR,
    subFlag: TSS_TSPATTRIB_POLDELPCR_DIGESTATRELEASE,
    data: { get: async (policy) => (await delegationOf(policy)).pcrInfo.digestAtRelease.slice() },
  },
  {
    flag: TSS_TSPATTRIB_POLICY_DELEGATION_PCR,
    subFlag: TSS_TSPATTRIB_POLDELPCR_SELECTION,
    data: {
      get: async (policy) =>
        encode(TPM_PCR_SELECTION, (await delegationOf(policy)).pcrInfo.pcrSelection),
    },
  },
];

function lifetime(subFlag: number, make: (amount: number) => SecretLifetime): Attribute<Policy> {
  return {
    flag: TSS_TSPATTRIB_POLICY_SECRET_LIFETIME,
    subFlag,
    uint32: {
      get: (policy) => {
        const { secretLifetime } = policy;
        if (secretLifetime.kind !== make(0).kind) {
          if (subFlag === TSS_SECRET_LIFETIME_ALWAYS) return 0;
          throw tspError("TSS_E_BAD_PARAMETER", "the secret has another kind of lifetime");
        }
        if (secretLifetime.kind === "counter") return secretLifetime.uses;
        return secretLifetime.kind === "timer" ? policy.secondsLeft : 1;
      },
      set: (policy, value) => {
        policy.secretLifetime = make(value);
      },
    },
  };
}

function delegation(subFlag: number, { get, set }: {
  get(delegation: PolicyDelegation): number;
  set(delegation: PolicyDelegation, value: number): void;
}): Attribute<Policy> {
  return {
    flag: TSS_TSPATTRIB_POLICY_DELEGATION_INFO,
    subFlag,
    uint32: {
      get: (policy) => get(policy.delegation),
      set: (policy, value) => set(policy.delegation, value),
    },
  };
}

/** What a delegation allows, or one to be made shall allow. */
function permissions(subFlag: number, name: "per1" | "per2"): Attribute<Policy> {
  return {
    flag: TSS_TSPATTRIB_POLICY_DELEGATION_INFO,
    subFlag,
    uint32: {
      get: async (policy) => {
        const { delegation } = policy;
        return (delegation.isSet ? await delegationOf(policy) : delegation)[name];
      },
      set: ({ delegation }, value) => void (delegation[name] = value),
    },
  };
}

/** What the delegation says of itself. */
function part(
  subFlag: number,
  name: "label" | "familyID" | "verificationCount",
): Attribute<Policy> {
  return {
    flag: TSS_TSPATTRIB_POLICY_DELEGATION_INFO,
    subFlag,
    uint32: { get: async (policy) => (await delegationOf(policy))[name] },
  };
}

function delegationBlob(subFlag: number): Attribute<Policy> {
  return {
    flag: TSS_TSPATTRIB_POLICY_DELEGATION_INFO,
    subFlag,
    data: {
      get: ({ delegation }) => delegation.blob.slice(),
      set: ({ delegation }, value) => {
        delegation.blob = requireBytes(value);
      },
    },
  };
}
