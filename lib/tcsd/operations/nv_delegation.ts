import { type Operation, operation } from "../operation.ts";
import { authOr, bool, encAuth, sized, type Slot, u32 } from "../slot.ts";

/** Writes and reads have the same parameters whoever authorises them. */
const WRITE_IN: readonly Slot[] = [
  u32("nvIndex"),
  u32("offset"),
  sized("data"),
  authOr("omitted", 0),
];
const READ_IN: readonly Slot[] = [
  u32("nvIndex"),
  u32("offset"),
  u32("dataSize"),
  authOr("omitted", 0),
];
const READ_OUT: readonly Slot[] = [authOr("omitted", 0), sized("data")];

/** libtspi keeps places for two parameters that it never sends. */
const EIGHT_PLACES = { in: 8 } as const;

/** Non-volatile storage and delegation. */
export const NV_DELEGATION_OPERATIONS: readonly Operation[] = [
  operation({
    ordinal: 87,
    name: "NVDEFINEORRELEASESPACE",
    method: "nvDefineOrReleaseSpace",
    command: "TPM_NV_DefineSpace",
    in: [sized("pubInfo"), encAuth("encAuth"), authOr("omitted", 0)],
    out: [authOr("omitted", 0)],
  }),
  operation({
    ordinal: 88,
    name: "NVWRITEVALUE",
    method: "nvWriteValue",
    command: "TPM_NV_WriteValue",
    in: WRITE_IN,
    out: [authOr("omitted", 0)],
  }),
  operation({
    ordinal: 89,
    name: "NVWRITEVALUEAUTH",
    method: "nvWriteValueAuth",
    command: "TPM_NV_WriteValueAuth",
    in: WRITE_IN,
    out: [authOr("omitted", 0)],
  }),
  operation({
    ordinal: 90,
    name: "NVREADVALUE",
    method: "nvReadValue",
    command: "TPM_NV_ReadValue",
    in: READ_IN,
    out: READ_OUT,
  }),
  operation({
    ordinal: 91,
    name: "NVREADVALUEAUTH",
    method: "nvReadValueAuth",
    command: "TPM_NV_ReadValueAuth",
    in: READ_IN,
    out: READ_OUT,
  }),
  operation({
    ordinal: 103,
    name: "DELEGATE_MANAGE",
    method: "delegateManage",
    command: "TPM_Delegate_Manage",
    in: [u32("familyID"), u32("opCode"), sized("opData"), authOr("zeros", 0)],
    out: [authOr("omitted", 0), sized("retData")],
  }),
  operation({
    ordinal: 104,
    name: "DELEGATE_CREATEKEYDELEGATION",
    method: "delegateCreateKeyDelegation",
    command: "TPM_Delegate_CreateKeyDelegation",
    declared: EIGHT_PLACES,
    in: [u32("keyHandle"), sized("publicInfo"), encAuth("delAuth"), authOr("zeros", 0)],
    out: [authOr("omitted", 0), sized("blob", { lengthInside: true })],
  }),
  operation({
    ordinal: 105,
    name: "DELEGATE_CREATEOWNERDELEGATION",
    method: "delegateCreateOwnerDelegation",
    command: "TPM_Delegate_CreateOwnerDelegation",
    declared: EIGHT_PLACES,
    in: [bool("increment"), sized("publicInfo"), encAuth("delAuth"), authOr("zeros", 0)],
    out: [authOr("omitted", 0), sized("blob", { lengthInside: true })],
  }),
  operation({
    ordinal: 106,
    name: "DELEGATE_LOADOWNERDELEGATION",
    method: "delegateLoadOwnerDelegation",
    command: "TPM_Delegate_LoadOwnerDelegation",
    in: [u32("index"), sized("blob", { lengthInside: true }), authOr("zeros", 0)],
    out: [authOr("omitted", 0)],
  }),
  operation({
    ordinal: 107,
    name: "DELEGATE_READTABLE",
    method: "delegateReadTable",
    command: "TPM_Delegate_ReadTable",
    out: [sized("familyTable"), sized("delegateTable")],
  }),
  operation({
    ordinal: 108,
    name: "DELEGATE_UPDATEVERIFICATIONCOUNT",
    method: "delegateUpdateVerificationCount",
    command: "TPM_Delegate_UpdateVerification",
    in: [sized("inputData"), authOr("zeros", 0)],
    out: [authOr("omitted", 0), sized("outputData")],
  }),
  operation({
    ordinal: 109,
    name: "DELEGATE_VERIFYDELEGATION",
    method: "delegateVerifyDelegation",
    command: "TPM_Delegate_VerifyDelegation",
    in: [sized("delegation")],
  }),
];
