import { encode } from "../../../lib/codec/mod.ts";
import { commandRows } from "../../../lib/tpm12/commands/mod.ts";
import {
  TPM_AUTH_NEVER,
  TPM_DEL_KEY_BITS,
  TPM_KEY_MIGRATE,
  TPM_MS_MIGRATE,
  TPM_NV_PER_AUTHREAD,
  TPM_NV_PER_AUTHWRITE,
  TPM_NV_PER_OWNERREAD,
  TPM_NV_PER_OWNERWRITE,
  TPM_NV_PER_PPWRITE,
  TPM_SS_RSASSAPKCS1v15_DER,
  TPM_SS_RSASSAPKCS1v15_INFO,
} from "../../../lib/tpm12/constants/mod.ts";
import { TPM_KEY_ANY } from "../../../lib/tpm12/structures/mod.ts";
import { makeIdentity } from "../change_auth_asym.ts";
import { approve, BY_TICKET, createCmkBlob, msaOf, TICKETS } from "../cmk_steps.ts";
import { saveKeyContext } from "../context_steps.ts";
import { begin, credentials, JOINED, joinUpTo, stageRequest, stages } from "../daa_steps.ts";
import {
  createFamily,
  delegateKey,
  delegateOwner,
  enableFamily,
  loadDelegation,
} from "../delegation_steps.ts";
import type { Script } from "../differential.ts";
import { authorizeKey, createBlob, MIGRATABLE } from "../migration_steps.ts";
import { defineNv, writeNv } from "../nv_steps.ts";
import { daaSign } from "../../../lib/tspi/daa/mod.ts";
import { action, type Step, step } from "../step.ts";
import {
  createEk,
  createWrapKey,
  loadKey,
  physicalPresence,
  seal,
  startup,
  takeOwnership,
  type WrapKeyOptions,
} from "../steps.ts";
import { keyTemplate, secret, ZEROS } from "../templates.ts";

/** A TPM as a sequence finds it. It is made once on each side, and put back for each sequence. */
export interface World {
  /** In a word. */
  readonly name: string;
  /** What it is made of, by default a TPM as it leaves the factory. */
  readonly base?: World;
  /** How it is made of that. */
  readonly script: Script;
}

const PRESENT = [startup(), physicalPresence(true)];

/** Power on, nothing else. */
export const POWERED: World = { name: "powered", script: [] };
/** Started, and physical presence asserted, as in all those below. */
export const STARTED: World = { name: "started", script: PRESENT };
/** With an endorsement key. */
export const ENDORSED: World = { name: "endorsed", script: [PRESENT, createEk()] };
/** Owned, and the SRK loaded, all secrets well known. */
export const OWNED: World = { name: "owned", base: ENDORSED, script: [takeOwnership()] };
/** With an endorsement key that can be revoked, by the bytes kept as `EKReset`. */
export const REVOCABLE: World = {
  name: "revocable",
  script: [
    PRESENT,
    step({
      command: "TPM_CreateRevocableEK",
      request: {
        antiReplay: ZEROS,
        keyInfo: keyTemplate("storage").algorithmParms,
        generateReset: false,
        inputEKreset: secret("EKReset"),
      },
    }),
  ],
};

/** All that a delegation can allow, of one kind. */
const everyBit = (kind: "owner" | "key"): number =>
  commandRows().reduce((bits, row) => bits | (row.delegate[kind] ?? 0), 0) >>> 0;

/** A key of 512 bits with a secret of its own, loaded; both go by the label. */
function key(label: string, options: WrapKeyOptions): Step[] {
  return [
    createWrapKey(label, { bits: 512, secret: secret(label), ...options }),
    loadKey(label),
  ];
}

const KEYS: Script = [
  key("storage", { usage: "storage", bits: 2048 }),
  key("signing", { usage: "signing" }),
  key("der", { usage: "signing", sigScheme: TPM_SS_RSASSAPKCS1v15_DER, form: "TPM_KEY" }),
  key("info", { usage: "signing", sigScheme: TPM_SS_RSASSAPKCS1v15_INFO }),
  key("bind", { usage: "bind", bits: 1024 }),
  key("legacy", { usage: "legacy", bits: 1024 }),
  key("free", { usage: "signing", authDataUsage: TPM_AUTH_NEVER }),
  makeIdentity(encode(TPM_KEY_ANY, keyTemplate("identity"))),
  createWrapKey("child", { usage: "signing", bits: 512, parent: "storage" }),
];

const AREAS: Script = [
  defineNv(0x1000, {
    attributes: TPM_NV_PER_AUTHREAD | TPM_NV_PER_AUTHWRITE,
    dataSize: 8,
  }),
  defineNv(0x1001, { attributes: TPM_NV_PER_OWNERREAD | TPM_NV_PER_OWNERWRITE, dataSize: 8 }),
  defineNv(0x1002, { attributes: TPM_NV_PER_PPWRITE, dataSize: 8 }),
  writeNv(0x1001, 8),
];

const COUNTER = step({
  command: "TPM_CreateCounter",
  request: { encAuth: secret("counter"), label: Uint8Array.of(1, 2, 3, 4) },
  keep: (side, { countID }) => side.values.set("counter", countID),
  mask: ["countID"],
});

const DELEGATIONS: Script = [
  createFamily("family"),
  enableFamily("family"),
  delegateOwner("owner delegation", { family: "family", per1: everyBit("owner") }),
  loadDelegation("owner delegation", 1),
  delegateKey("key delegation", {
    key: "signing",
    family: "family",
    per1: everyBit("key"),
    delegateType: TPM_DEL_KEY_BITS,
  }),
];

/** Owned, with keys of every kind, NV areas, a counter, delegations and blobs. */
export const FURNISHED: World = {
  name: "furnished",
  base: OWNED,
  script: [
    KEYS,
    AREAS,
    COUNTER,
    DELEGATIONS,
    seal("sealed", { key: "storage", data: Uint8Array.of(1, 2, 3), secret: secret("blob") }),
    createWrapKey("saved", { usage: "signing", bits: 512 }),
    loadKey("saved"),
    saveKeyContext("saved"),
  ],
};

const AUTHORITY: Script = [
  step({
    command: "TPM_CreateWrapKey",
    title: "a migration authority's key",
    request: (side) => ({
      parentHandle: side.handle("SRK"),
      dataUsageAuth: ZEROS,
      dataMigrationAuth: ZEROS,
      keyInfo: { ...keyTemplate("storage"), keyUsage: TPM_KEY_MIGRATE },
    }),
    keep: (side, _response, { wrappedKey }) =>
      side.keys.set("authority", { secret: ZEROS, blob: wrappedKey.slice() }),
  }),
  loadKey("authority"),
  authorizeKey("to the authority's key", "authority", { scheme: TPM_MS_MIGRATE }),
];

/** Owned, with keys that migrate, on their way and certified. */
export const MIGRATING: World = {
  name: "migrating",
  base: OWNED,
  script: [
    TICKETS,
    approve("approval", msaOf),
    MIGRATABLE,
    AUTHORITY,
    authorizeKey("to target", "target"),
    createBlob("blob", { migrationKeyAuth: (side) => side.bytes("to target") }),
    createBlob("for the authority", {
      migrationKeyAuth: (side) => side.bytes("to the authority's key"),
    }),
    createCmkBlob("certified blob", BY_TICKET),
  ],
};

/** Keeps what the next stage of the dialogue that runs is given, for all sequences to come. */
const KEEP_STAGE = action("the next stage", (side) => {
  const { daaHandle, stage, inputData0, inputData1 } = stageRequest(side);
  side.values.set("daaHandle", daaHandle);
  side.values.set("stage", stage);
  side.values.set("inputData0", inputData0);
  side.values.set("inputData1", inputData1);
});

/** Before a stage of TPM_DAA_Join. */
export function joining(stage: number): World {
  return { name: `join, stage ${stage}`, base: OWNED, script: [joinUpTo(stage), KEEP_STAGE] };
}

/** Before a stage of TPM_DAA_Sign. */
export function signing(stage: number): World {
  const sign = begin("TPM_DAA_Sign", (side) =>
    daaSign(credentials.get(side)!, {
      nonceVerifier: secret("verifier"),
      random: side.random,
      signed: { digest: secret("message") },
    }));
  const script = [JOINED, sign, stages("TPM_DAA_Sign", stage), KEEP_STAGE];
  return { name: `sign, stage ${stage}`, base: OWNED, script };
}
