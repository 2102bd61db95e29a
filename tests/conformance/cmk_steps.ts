import { decode, encode } from "../../lib/codec/mod.ts";
import { type RsaPrivateKey, sha1, signPkcs1Sha1 } from "../../lib/crypto/mod.ts";
import {
  TPM_MIGRATABLE,
  TPM_MIGRATEAUTHORITY,
  TPM_MS_RESTRICT_APPROVE,
  TPM_MS_RESTRICT_MIGRATE,
} from "../../lib/tpm12/constants/mod.ts";
import {
  TPM_CMK_AUTH,
  TPM_KEY_ANY,
  TPM_MSA_COMPOSITE,
  type TpmCmkAuth,
  type TpmKey12,
  type TpmMsaComposite,
  type TpmPubkey,
} from "../../lib/tpm12/structures/mod.ts";
import { digestOf, softwareKey, softwarePubkey } from "./crafted_keys.ts";
import type { Script } from "./differential.ts";
import { authorizeKey, type Code, encDataOf, pubkeyOf } from "./migration_steps.ts";
import type { Side } from "./side.ts";
import { type Authorization, type Step, step } from "./step.ts";
import { createWrapKey, loadKey } from "./steps.ts";
import { keyTemplate, type KeyTemplateOptions, secret, type Usage, ZEROS } from "./templates.ts";

/** Flags of a certified migratable key. */
export const CMK_FLAGS: number = TPM_MIGRATABLE | TPM_MIGRATEAUTHORITY;

/** The key with which the migration authority signs, outside the TPMs. */
export const SIGNER: RsaPrivateKey = softwareKey(2048);
/** Its public half. */
export const SIGNER_PUB: TpmPubkey = softwarePubkey(SIGNER, "signing");

/** The template of a certified migratable key, by default one of 512 bits that signs. */
export function cmkTemplate(usage: Usage = "signing", options: KeyTemplateOptions = {}): TpmKey12 {
  return keyTemplate(usage, { bits: 512, keyFlags: CMK_FLAGS, ...options }) as TpmKey12;
}

/** The authorities of the keys: one unknown, the signer, and the storage key "target". */
export function msaOf(side: Side): TpmMsaComposite {
  return {
    migAuthDigest: [secret("unknown"), digestOf(SIGNER_PUB), digestOf(pubkeyOf(side, "target"))],
  };
}

/** SHA-1 of a list of authorities, 20 bytes. */
export function msaDigest(msaList: TpmMsaComposite): Uint8Array {
  return sha1(encode(TPM_MSA_COMPOSITE, msaList));
}

/** TPM_CMK_ApproveMA for a list; the ticket is kept under a label. */
export function approve(label: string, list: (side: Side) => TpmMsaComposite): Step {
  return step({
    command: "TPM_CMK_ApproveMA",
    title: label,
    request: (side) => ({ migrationAuthorityDigest: msaDigest(list(side)) }),
    keep: (side, { outData }) => side.values.set(label, outData.slice()),
  });
}

/** What {@linkcode createCmk} sends, where it is not a good key under the SRK. */
export interface CmkOptions {
  /** The template. */
  keyInfo?: TpmKey12 | Uint8Array;
  /** Label of the parent. */
  parent?: string;
  /** The owner's ticket. */
  approval?: (side: Side) => Uint8Array;
  /** The list that the ticket is said to be for. */
  list?: (side: Side) => TpmMsaComposite;
  /** Its sessions. */
  auths?: readonly Authorization[];
  /** The return code. */
  code?: Code;
}

/** TPM_CMK_CreateKey; the key is kept under a label. */
export function createCmk(label: string, options: CmkOptions = {}): Step {
  const { keyInfo = cmkTemplate(), parent = "SRK", list = msaOf, code = "TPM_SUCCESS" } = options;
  const { approval = (side) => side.bytes("approval"), auths } = options;
  return step({
    command: "TPM_CMK_CreateKey",
    title: label,
    request: (side) => ({
      parentHandle: side.handle(parent),
      dataUsageAuth: ZEROS,
      keyInfo,
      migrationAuthorityApproval: approval(side),
      migrationAuthorityDigest: msaDigest(list(side)),
    }),
    ...(auths && { auths }),
    code,
    keep: (side, _response, { wrappedKey }) =>
      side.keys.set(label, { secret: ZEROS, parent, blob: wrappedKey.slice() }),
  });
}

/** TPM_CMK_CreateTicket for what {@linkcode SIGNER} signed; kept under a label. */
export function createTicket(label: string, signed: (side: Side) => Uint8Array): Step {
  return step({
    command: "TPM_CMK_CreateTicket",
    title: label,
    request: (side) => {
      const signedData = signed(side);
      const signatureValue = signPkcs1Sha1(SIGNER, signedData);
      return { verificationKey: SIGNER_PUB, signedData, signatureValue };
    },
    keep: (side, { sigTicket }) => side.values.set(label, sigTicket.slice()),
  });
}

/** A restriction that lets the key "cmk" migrate to "target", with some fields changed. */
export function restriction(side: Side, changes: Partial<TpmCmkAuth> = {}): Uint8Array {
  return encode(TPM_CMK_AUTH, {
    migrationAuthorityDigest: msaDigest(msaOf(side)),
    destinationKeyDigest: digestOf(pubkeyOf(side, "target")),
    sourceKeyDigest: digestOf(pubkeyOf(side, "cmk")),
    ...changes,
  });
}

/** A restriction, kept as `label`, and the ticket for it, kept as `label, ticket`. */
export function ticketFor(label: string, restrict: (side: Side) => Uint8Array): Step {
  return createTicket(`${label}, ticket`, (side) => {
    side.values.set(label, restrict(side));
    return sha1(side.bytes(label));
  });
}

/** The key "cmk" with encData of the blob kept under a label. */
export function travelling(side: Side, label: string): TpmKey12 {
  const key = decode(TPM_KEY_ANY, side.key("cmk").blob!) as TpmKey12;
  return { ...key, encData: side.bytes(label) };
}

/** What {@linkcode createCmkBlob} sends, where it is not "cmk" to "target" as an authority. */
export interface CmkBlobOptions {
  /** Label of the parent. */
  parent?: string;
  /** migrationType. */
  type?: number;
  /** Label of the authorisation. */
  destination?: string;
  /** The authorisation, where it is not kept. */
  migrationKeyAuth?: (side: Side) => Uint8Array;
  /** pubSourceKeyDigest. */
  source?: (side: Side) => Uint8Array;
  /** The authorities. */
  list?: (side: Side) => TpmMsaComposite | Uint8Array;
  /** restrictTicket. */
  restrictTicket?: (side: Side) => Uint8Array;
  /** sigTicket. */
  sigTicket?: (side: Side) => Uint8Array;
  /** encData. */
  encData?: (side: Side) => Uint8Array;
  /** Its sessions. */
  auths?: readonly Authorization[];
  /** The return code. */
  code?: Code;
}

const NOTHING = new Uint8Array();

/** TPM_CMK_CreateBlob; blob and random are kept under the label. */
export function createCmkBlob(label: string, options: CmkBlobOptions = {}): Step {
  const { parent = "SRK", type = TPM_MS_RESTRICT_MIGRATE, list = msaOf, auths } = options;
  const {
    destination = "to authority",
    migrationKeyAuth = (side) => side.bytes(destination),
    source = (side) => digestOf(pubkeyOf(side, "cmk")),
    restrictTicket = () => NOTHING,
    sigTicket = () => NOTHING,
    encData = (side) => encDataOf(side, "cmk"),
    code = "TPM_SUCCESS",
  } = options;
  return step({
    command: "TPM_CMK_CreateBlob",
    title: label,
    request: (side) => ({
      parentHandle: side.handle(parent),
      migrationType: type,
      migrationKeyAuth: migrationKeyAuth(side),
      pubSourceKeyDigest: source(side),
      msaList: list(side),
      restrictTicket: restrictTicket(side),
      sigTicket: sigTicket(side),
      encData: encData(side),
    }),
    ...(auths && { auths }),
    code,
    keep: (side, { random, outData }) => {
      side.values.set(label, outData.slice());
      side.values.set(`${label}, random`, random.slice());
    },
  });
}

/**
 * A storage key "target" that is a migration authority, the approval of the list, a key "cmk", and
 * authorisations of "target" as authority ("to authority") and by a ticket ("by ticket").
 */
export const CERTIFIED: Script = [
  createWrapKey("target", { usage: "storage" }),
  loadKey("target"),
  approve("approval", msaOf),
  createCmk("cmk"),
  authorizeKey("to authority", "target", { scheme: TPM_MS_RESTRICT_MIGRATE }),
  authorizeKey("by ticket", "target", { scheme: TPM_MS_RESTRICT_APPROVE }),
];

/** Sends the blob by the ticket for the restriction "restriction". */
export const BY_TICKET: CmkBlobOptions = {
  type: TPM_MS_RESTRICT_APPROVE,
  destination: "by ticket",
  restrictTicket: (side) => side.bytes("restriction"),
  sigTicket: (side) => side.bytes("restriction, ticket"),
};

/** The key "cmk", a restriction for it and its ticket, and some for other keys. */
export const TICKETS: Script = [
  CERTIFIED,
  ticketFor("restriction", restriction),
  ticketFor("other destination", (side) => restriction(side, { destinationKeyDigest: ZEROS })),
  ticketFor("other source", (side) => restriction(side, { sourceKeyDigest: ZEROS })),
  ticketFor(
    "other keys",
    (side) => restriction(side, { destinationKeyDigest: ZEROS, sourceKeyDigest: ZEROS }),
  ),
];
