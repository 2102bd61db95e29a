import { decode, encode } from "../../lib/codec/mod.ts";
import {
  TPM_CMK_DELEGATE_BIND,
  TPM_CMK_DELEGATE_SIGNING,
  TPM_DEL_KEY_BITS,
  TPM_ET_DEL_KEY_BLOB,
  TPM_FAMILY_CREATE,
  TPM_FAMILY_ENABLE,
  TPM_KEY_DELEGATE_CMK_ConvertMigration,
  TPM_KEY_DELEGATE_Sign,
} from "../../lib/tpm12/constants/mod.ts";
import { TPM_DELEGATE_KEY_BLOB, TPM_KEY12 } from "../../lib/tpm12/structures/mod.ts";
import { BY_TICKET, CERTIFIED, createCmkBlob, msaOf, restriction, ticketFor } from "./cmk_steps.ts";
import type { Script } from "./differential.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { type Step, step } from "./step.ts";
import { dsap, loadKey } from "./steps.ts";
import { delegatePublic, secret, ZEROS } from "./templates.ts";

/** An enabled family. */
const FAMILY: Script = [
  step({
    command: "TPM_Delegate_Manage",
    request: { familyID: 0, opCode: TPM_FAMILY_CREATE, opData: Uint8Array.of(7) },
    keep: (side, { retData }) => {
      side.values.set("family", new DataView(retData.slice().buffer).getUint32(0));
    },
  }),
  step({
    command: "TPM_Delegate_Manage",
    request: (side) => ({
      familyID: side.number("family"),
      opCode: TPM_FAMILY_ENABLE,
      opData: Uint8Array.of(1),
    }),
  }),
];

/** A delegation of a loaded key with such permissions. */
function delegateKey(key: string, per1: number): Step {
  return step({
    command: "TPM_Delegate_CreateKeyDelegation",
    request: (side) => ({
      keyHandle: side.handle(key),
      publicInfo: delegatePublic({
        familyID: side.number("family"),
        per1,
        delegateType: TPM_DEL_KEY_BITS,
      }),
      delAuth: secret("delegate"),
    }),
    keep: (side, { blob }) => side.values.set("delegation", encode(TPM_DELEGATE_KEY_BLOB, blob)),
  });
}

function open(key: string): Step {
  return dsap("delegated", (side) => ({
    entityType: TPM_ET_DEL_KEY_BLOB,
    keyHandle: side.handle(key),
    entityValue: side.bytes("delegation"),
    secret: secret("delegate"),
  }));
}

function signRestricted(restriction: number, code: string): Step[] {
  return [
    step({ command: "TPM_CMK_SetRestrictions", request: { restriction } }),
    open("cmk"),
    step({
      command: "TPM_Sign",
      title: `under restriction ${restriction}`,
      request: (side) => ({ keyHandle: side.handle("cmk"), areaToSign: ZEROS }),
      auths: [{ session: "delegated" }],
      code,
    }),
  ];
}

conformanceTest("delegations use certified keys as TPM_CMK_SetRestrictions lets them", [
  CERTIFIED,
  FAMILY,
  loadKey("cmk"),
  delegateKey("cmk", TPM_KEY_DELEGATE_Sign),
  signRestricted(0, "TPM_INVALID_KEYUSAGE"),
  signRestricted(TPM_CMK_DELEGATE_BIND, "TPM_INVALID_KEYUSAGE"),
  signRestricted(TPM_CMK_DELEGATE_SIGNING, "TPM_SUCCESS"),
]);

conformanceTest("libtpms does not find the permission for TPM_CMK_ConvertMigration", [
  CERTIFIED,
  FAMILY,
  ticketFor("restriction", restriction),
  createCmkBlob("blob", BY_TICKET),
  delegateKey("target", TPM_KEY_DELEGATE_CMK_ConvertMigration),
  open("target"),
  step({
    command: "TPM_CMK_ConvertMigration",
    request: (side) => ({
      parentHandle: side.handle("target"),
      restrictTicket: side.bytes("restriction"),
      sigTicket: side.bytes("restriction, ticket"),
      migratedKey: {
        ...decode(TPM_KEY12, side.key("cmk").blob!),
        encData: side.bytes("blob"),
      },
      msaList: msaOf(side),
      random: side.bytes("blob, random"),
    }),
    auths: [{ session: "delegated" }],
    code: { emulator: "TPM_SUCCESS", libtpms: "TPM_AUTHFAIL" },
  }),
]);
