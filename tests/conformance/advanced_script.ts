import { encode } from "../../lib/codec/mod.ts";
import {
  TPM_ALG_AES128,
  TPM_DELEGATE_OwnerReadInternalPub,
  TPM_ES_SYM_CTR,
  TPM_ES_SYM_OFB,
  TPM_ET_DEL_OWNER_BLOB,
  TPM_FAMILY_CREATE,
  TPM_FAMILY_ENABLE,
  TPM_KH_EK,
  TPM_TRANSPORT_ENCRYPT,
  TPM_TRANSPORT_LOG,
} from "../../lib/tpm12/constants/mod.ts";
import { TPM_DELEGATE_OWNER_BLOB } from "../../lib/tpm12/structures/mod.ts";
import type { Script } from "./differential.ts";
import { step } from "./step.ts";
import { createWrapKey, dsap, flushKey, loadKey, seal, unseal } from "./steps.ts";
import { delegatePublic, secret } from "./templates.ts";
import { closeTransport, openTransport } from "./transport.ts";

const DATA = new TextEncoder().encode("what is sealed");

/** Commands of an owned TPM through transport sessions: in the clear, and by each cipher. */
export const TRANSPORT: Script = [
  createWrapKey("wrapped", { usage: "bind", bits: 512 }),
  ...[
    {},
    { transAttributes: TPM_TRANSPORT_LOG },
    { key: "SRK", transAttributes: TPM_TRANSPORT_ENCRYPT },
    ...[TPM_ES_SYM_CTR, TPM_ES_SYM_OFB].map((encScheme) => ({
      key: "SRK",
      transAttributes: TPM_TRANSPORT_ENCRYPT | TPM_TRANSPORT_LOG,
      algId: TPM_ALG_AES128,
      encScheme,
    })),
  ].map((options) => [
    openTransport(options),
    step({ command: "TPM_Extend", request: { pcrNum: 16, inDigest: secret("event") } }),
    seal("in transport", { data: DATA, secret: secret("blob") }),
    unseal("in transport", { secret: secret("blob") }),
    step({ command: "TPM_PCRRead", request: { pcrIndex: 24 }, code: "TPM_BADINDEX" }),
    loadKey("wrapped"),
    flushKey("wrapped"),
    closeTransport(),
  ]),
];

/** A family and an owner delegation in it, used in a DSAP session. */
export const DELEGATION: Script = [
  step({
    command: "TPM_Delegate_Manage",
    title: "creates a family",
    request: { familyID: 0, opCode: TPM_FAMILY_CREATE, opData: Uint8Array.of(7) },
    keep: (side, { retData }) => {
      side.values.set("family", new DataView(retData.slice().buffer).getUint32(0));
    },
  }),
  step({
    command: "TPM_Delegate_Manage",
    title: "enables it",
    request: (side) => ({
      familyID: side.number("family"),
      opCode: TPM_FAMILY_ENABLE,
      opData: Uint8Array.of(1),
    }),
  }),
  step({
    command: "TPM_Delegate_CreateOwnerDelegation",
    request: (side) => ({
      increment: false,
      publicInfo: delegatePublic({
        familyID: side.number("family"),
        per1: TPM_DELEGATE_OwnerReadInternalPub,
      }),
      delAuth: secret("delegate"),
    }),
    keep: (side, { blob }) => {
      side.values.set("delegation", encode(TPM_DELEGATE_OWNER_BLOB, blob));
    },
  }),
  dsap("delegated", (side) => ({
    entityType: TPM_ET_DEL_OWNER_BLOB,
    keyHandle: 0,
    entityValue: side.bytes("delegation"),
    secret: secret("delegate"),
  })),
  step({
    command: "TPM_OwnerReadInternalPub",
    title: "is delegated",
    request: { keyHandle: TPM_KH_EK },
    auths: [{ session: "delegated" }],
  }),
  step({
    command: "TPM_OwnerSetDisable",
    title: "is not delegated",
    request: { disableState: false },
    auths: [{ session: "delegated" }],
    code: "TPM_AUTHFAIL",
  }),
];
