import { decode } from "../../lib/codec/mod.ts";
import type { RsaPrivateKey } from "../../lib/crypto/mod.ts";
import { TPM_MIGRATABLE, TPM_MS_MIGRATE } from "../../lib/tpm12/constants/mod.ts";
import { TPM_KEY_ANY, type TpmPubkey } from "../../lib/tpm12/structures/mod.ts";
import { softwareKey, softwarePubkey } from "./crafted_keys.ts";
import type { Script } from "./differential.ts";
import type { Side } from "./side.ts";
import { type Authorization, type Step, step } from "./step.ts";
import { createWrapKey, loadKey } from "./steps.ts";
import { secret } from "./templates.ts";

/** A return code, or one for each side. */
export type Code = string | Readonly<Record<string, string>>;
/** The sessions of a step. */
export type Auths = readonly (Authorization | string | Uint8Array)[];

/** The migration secret of "key". */
export const MIGRATION: Uint8Array = secret("migration");
/** A key outside the TPMs that keys migrate to. */
export const OUTSIDE: RsaPrivateKey = softwareKey(2048);
/** Its public half. */
export const OUTSIDE_PUB: TpmPubkey = softwarePubkey(OUTSIDE, "storage");

/** The TPM_PUBKEY of a key kept under a label. */
export function pubkeyOf(side: Side, label: string): TpmPubkey {
  const { algorithmParms, pubKey } = decode(TPM_KEY_ANY, side.key(label).blob!);
  return { algorithmParms, pubKey };
}

/** The encrypted private part of a key kept under a label. */
export function encDataOf(side: Side, label: string): Uint8Array {
  return decode(TPM_KEY_ANY, side.key(label).blob!).encData;
}

/** TPM_AuthorizeMigrationKey; what it answers is kept under a label. */
export function authorizeKey(
  label: string,
  migrationKey: TpmPubkey | string,
  { scheme = TPM_MS_MIGRATE as number, code = "TPM_SUCCESS" as Code } = {},
): Step {
  return step({
    command: "TPM_AuthorizeMigrationKey",
    title: label,
    request: (side) => ({
      migrationScheme: scheme,
      migrationKey: typeof migrationKey === "string" ? pubkeyOf(side, migrationKey) : migrationKey,
    }),
    code,
    mask: typeof migrationKey === "string" ? ["outData.migrationKey.pubKey"] : [],
    keep: (side, _response, { outData }) => side.values.set(label, outData.slice()),
  });
}

/** What {@linkcode createBlob} sends, where it is not the key "key" to the key outside. */
export interface Blob {
  parent?: string;
  type?: number;
  migrationKeyAuth?: (side: Side) => Uint8Array;
  encData?: (side: Side) => Uint8Array;
  auths?: Auths;
  code?: Code;
}

/** TPM_CreateMigrationBlob; blob and random are kept under the label. */
export function createBlob(label: string, blob: Blob = {}): Step {
  const { parent = "SRK", type = TPM_MS_MIGRATE, auths = [parent, MIGRATION] } = blob;
  const {
    migrationKeyAuth = (side) => side.bytes("outside"),
    encData = (side) => encDataOf(side, "key"),
    code = "TPM_SUCCESS",
  } = blob;
  return step({
    command: "TPM_CreateMigrationBlob",
    title: label,
    request: (side) => ({
      parentHandle: side.handle(parent),
      migrationType: type,
      migrationKeyAuth: migrationKeyAuth(side),
      encData: encData(side),
    }),
    auths,
    code,
    keep: (side, { random, outData }) => {
      side.values.set(label, outData.slice());
      side.values.set(`${label}, random`, random.slice());
    },
  });
}

/** A migratable key "key", and the key outside authorised. */
export const MIGRATABLE: Script = [
  createWrapKey("key", {
    usage: "signing",
    keyFlags: TPM_MIGRATABLE,
    migrationSecret: MIGRATION,
  }),
  authorizeKey("outside", OUTSIDE_PUB),
];

/** What {@linkcode convert} sends, where it is not the blob "blob". */
export interface Conversion {
  parent?: string;
  inData?: (side: Side) => Uint8Array;
  random?: (side: Side) => Uint8Array;
  auths?: Auths;
  code?: Code;
}

/** TPM_ConvertMigrationBlob, by default of the blob "blob" under the key "target". */
export function convert(label: string, conversion: Conversion = {}): Step {
  const { parent = "target", auths = [parent], code = "TPM_SUCCESS" } = conversion;
  const {
    inData = (side) => side.bytes("blob"),
    random = (side) => side.bytes("blob, random"),
  } = conversion;
  return step({
    command: "TPM_ConvertMigrationBlob",
    title: label,
    request: (side) => ({
      parentHandle: side.handle(parent),
      inData: inData(side),
      random: random(side),
    }),
    auths,
    code,
    keep: (side, { outData }) => side.values.set(label, outData.slice()),
  });
}

/** Loads "key" with what a conversion gave under "target". */
export function loadConverted(label: string): Step {
  return step({
    command: "TPM_LoadKey2",
    title: `after ${label}`,
    request: (side) => ({
      parentHandle: side.handle("target"),
      inKey: { ...decode(TPM_KEY_ANY, side.key("key").blob!), encData: side.bytes(label) },
    }),
  });
}

/** A storage key "target", authorised. */
export const TARGET: Script = [
  createWrapKey("target", { usage: "storage" }),
  loadKey("target"),
  authorizeKey("to target", "target"),
];
/** Sends a blob there. */
export const TO_TARGET: Blob = { migrationKeyAuth: (side) => side.bytes("to target") };
