import { encode } from "../../lib/codec/mod.ts";
import { oaepEncode, seededRandom } from "../../lib/crypto/mod.ts";
import {
  TPM_ES_RSAESPKCSv15,
  TPM_KEY_MIGRATE,
  TPM_MIGRATABLE,
  TPM_PT_CMK_MIGRATE,
  TPM_PT_MAINT,
  TPM_PT_MIGRATE,
} from "../../lib/tpm12/constants/mod.ts";
import {
  TPM_MIGRATE_ASYMKEY,
  TPM_STORE_PRIVKEY,
  type TpmPubkey,
} from "../../lib/tpm12/structures/mod.ts";
import { encryptFor, flip, join, softwareKey, softwarePubkey } from "./crafted_keys.ts";
import { conformanceTest } from "./emulator_pair.ts";
import type { Script } from "./differential.ts";
import type { Side } from "./side.ts";
import { type Step, step } from "./step.ts";
import { createWrapKey, loadKey } from "./steps.ts";
import { keyTemplate, type KeyTemplateOptions, secret, ZEROS } from "./templates.ts";

import {
  authorizeKey,
  type Code,
  type Conversion,
  convert,
  createBlob,
  loadConverted,
  MIGRATABLE,
  MIGRATION,
  OUTSIDE,
  pubkeyOf,
  TARGET,
  TO_TARGET,
} from "./migration_steps.ts";
const outside = (options: KeyTemplateOptions): TpmPubkey =>
  softwarePubkey(OUTSIDE, "storage", options);
conformanceTest("a key migrates: blob, conversion, and loading under the new parent", [
  MIGRATABLE,
  TARGET,
  createBlob("blob", TO_TARGET),
  convert("convert"),
  loadConverted("convert"),
  createWrapKey("key", {
    usage: "signing",
    bits: 512,
    keyFlags: TPM_MIGRATABLE,
    migrationSecret: MIGRATION,
  }),
  createBlob("blob", TO_TARGET),
  convert("convert"),
  loadConverted("convert"),
]);

conformanceTest("TPM_ConvertMigrationBlob refuses what does not fit together", [
  MIGRATABLE,
  TARGET,
  createBlob("blob", TO_TARGET),
  convert("another random", {
    random: (side) => flip(side.bytes("blob, random")),
    code: "TPM_DECRYPT_ERROR",
  }),
  convert("random too short", {
    random: (side) => side.bytes("blob, random").slice(1),
    code: "TPM_BAD_PARAMETER",
  }),
  convert("random too long", {
    random: (side) => join(side.bytes("blob, random"), ZEROS),
    code: "TPM_BAD_PARAMETER",
  }),
  convert("no random", { random: () => new Uint8Array(), code: "TPM_BAD_PARAMETER" }),
  convert("a bit changed", {
    inData: (side) => flip(side.bytes("blob"), 9),
    code: "TPM_DECRYPT_ERROR",
  }),
  convert("cut short", {
    inData: (side) => side.bytes("blob").slice(0, -1),
    code: "TPM_DECRYPT_ERROR",
  }),
  convert("two blocks", { inData: () => new Uint8Array(512), code: "TPM_BAD_DATASIZE" }),
  convert("nothing", { inData: () => new Uint8Array(), code: "TPM_DECRYPT_ERROR" }),
  convert("another parent", { parent: "SRK", code: "TPM_DECRYPT_ERROR" }),
  convert("no session", { auths: [], code: "TPM_AUTHFAIL" }),
  convert("wrong secret", { auths: [secret("wrong")], code: "TPM_AUTHFAIL" }),
]);

const random = seededRandom(new TextEncoder().encode("travelling keys"));

/** A travelling key made outside for the key "target". */
function travelling(
  payload: number,
  change: (message: Uint8Array) => Uint8Array = (message) => message,
  { length }: { length?: number } = {},
): Conversion {
  const privKey = encode(TPM_STORE_PRIVKEY, { key: softwareKey(512).prime });
  const message = change(encode(TPM_MIGRATE_ASYMKEY, {
    payload,
    usageAuth: ZEROS,
    pubDataDigest: ZEROS,
    partPrivKey: privKey.slice(20),
  }));
  const seed = privKey.slice(0, 20);
  if (length !== undefined) new DataView(seed.buffer).setUint32(0, length);
  const o1 = oaepEncode({ seed, pHash: MIGRATION, message }, message.length + 41);
  const r1 = random(o1.length);
  const x1 = o1.map((byte, i) => byte ^ r1[i]!);
  return { inData: (side) => encryptFor(side, "target", x1), random: () => r1 };
}

const TRAVELLERS: readonly (readonly [what: string, conversion: Conversion, code: string])[] = [
  ["a good one", travelling(TPM_PT_MIGRATE), "TPM_SUCCESS"],
  ["bytes left over", travelling(TPM_PT_MIGRATE, (message) => join(message, ZEROS)), "TPM_SUCCESS"],
  [
    "cut short",
    travelling(TPM_PT_MIGRATE, (message) => message.slice(0, -1)),
    "TPM_BAD_PARAM_SIZE",
  ],
  ["one of a CMK", travelling(TPM_PT_CMK_MIGRATE), "TPM_BAD_MIGRATION"],
  ["one of maintenance", travelling(TPM_PT_MAINT), "TPM_BAD_MIGRATION"],
  ...[0, 1, 2, 5, 6, 7, 9].map((payload) =>
    [`payload ${payload}`, travelling(payload), "TPM_INVALID_STRUCTURE"] as const
  ),
];

conformanceTest("TPM_ConvertMigrationBlob reads travelling keys as libtpms does", [
  TARGET,
  [0xffff, 0x20000, 0x20001, 0xffffffff].map((length) =>
    convert(`a prime of ${length} bytes`, {
      ...travelling(TPM_PT_MIGRATE, (message) => message, { length }),
      code: length <= 0x20000
        ? "TPM_BAD_PARAM_SIZE"
        : { emulator: "TPM_BAD_PARAM_SIZE", libtpms: "TPM_SIZE" },
    })
  ),
  TRAVELLERS.map(([what, conversion, code]) => convert(what, { ...conversion, code })),
]);

/** TPM_MigrateKey with the key "authority", by default of the blob "blob" to "target". */
function migrate(
  label: string,
  { key = "authority", pubKey, inData, auths = [key], code = "TPM_SUCCESS" }: {
    key?: string;
    pubKey?: TpmPubkey;
    inData?: (side: Side) => Uint8Array;
    auths?: string[];
    code?: Code;
  } = {},
): Step {
  return step({
    command: "TPM_MigrateKey",
    title: label,
    request: (side) => ({
      maKeyHandle: side.handle(key),
      pubKey: pubKey ?? pubkeyOf(side, "target"),
      inData: inData?.(side) ?? side.bytes("blob"),
    }),
    auths,
    code,
    keep: (side, { outData }) => side.values.set(label, outData.slice()),
  });
}

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
  authorizeKey("to authority", "authority"),
  createBlob("blob", { migrationKeyAuth: (side) => side.bytes("to authority") }),
];

const PUBKEYS: readonly [what: string, pubKey: TpmPubkey, code: string][] = [
  ["1024 bits", softwarePubkey(softwareKey(1024), "storage"), "TPM_BAD_DATASIZE"],
  ["512 bits", softwarePubkey(softwareKey(512), "storage"), "TPM_BAD_DATASIZE"],
  ["2048 bits that say 1024", outside({ bits: 1024 }), "TPM_SUCCESS"],
  ["PKCS#1", outside({ encScheme: TPM_ES_RSAESPKCSv15 }), "TPM_SUCCESS"],
  ["no encryption", outside({ encScheme: 1 }), "TPM_INAPPROPRIATE_ENC"],
  ["an unknown scheme", outside({ encScheme: 4 }), "TPM_INAPPROPRIATE_ENC"],
  ["a signature scheme", outside({ sigScheme: 2 }), "TPM_SUCCESS"],
  ["exponent 3", outside({ exponent: Uint8Array.of(3) }), "TPM_SUCCESS"],
];

conformanceTest("TPM_MigrateKey passes a blob on to another key", [
  MIGRATABLE,
  TARGET,
  AUTHORITY,
  migrate("passed on"),
  convert("convert", { inData: (side) => side.bytes("passed on") }),
  loadConverted("convert"),
  PUBKEYS.map(([what, pubKey, code]) => migrate(what, { pubKey, code })),
  migrate("by a storage key", { key: "target", code: "TPM_INVALID_KEYUSAGE" }),
  migrate("without a session", { auths: [], code: "TPM_AUTHFAIL" }),
  migrate("a bit changed", {
    inData: (side) => flip(side.bytes("blob"), 9),
    code: "TPM_DECRYPT_ERROR",
  }),
  migrate("nothing", { inData: () => new Uint8Array(), code: "TPM_DECRYPT_ERROR" }),
  migrate("a byte more", {
    inData: (side) => join(side.bytes("blob"), Uint8Array.of(0)),
    code: "TPM_BAD_DATASIZE",
  }),
  [0, 1, 198, 214].map((length) =>
    migrate(`${length} bytes that no TPM made`, {
      inData: (side) => encryptFor(side, "authority", new Uint8Array(length)),
    })
  ),
]);
