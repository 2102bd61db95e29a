import { decode, encode } from "../../lib/codec/mod.ts";
import { rsaOaepDecrypt } from "../../lib/crypto/mod.ts";
import { assertEquals } from "@std/assert";
import {
  TPM_AUTH_NEVER,
  TPM_ES_RSAESOAEP_SHA1_MGF1,
  TPM_MIGRATABLE,
  TPM_MS_REWRAP,
  TPM_PT_ASYM,
  TPM_PT_MIGRATE_EXTERNAL,
  TPM_PT_MIGRATE_RESTRICTED,
} from "../../lib/tpm12/constants/mod.ts";
import {
  TPM_RSA_KEY_PARMS,
  TPM_STORE_ASYMKEY,
  type TpmPubkey,
} from "../../lib/tpm12/structures/mod.ts";
import {
  craftedSensitive,
  encryptFor,
  flip,
  join,
  softwareKey,
  softwarePubkey,
} from "./crafted_keys.ts";
import { conformanceTest } from "./emulator_pair.ts";
import type { Side } from "./side.ts";
import { action, step } from "./step.ts";
import { createWrapKey, loadKey } from "./steps.ts";
import { type KeyTemplateOptions, pcrInfoLong, rsaParms, secret, ZEROS } from "./templates.ts";

import {
  authorizeKey,
  createBlob,
  encDataOf,
  MIGRATABLE,
  MIGRATION,
  OUTSIDE,
  OUTSIDE_PUB,
} from "./migration_steps.ts";
const outside = (options: KeyTemplateOptions): TpmPubkey =>
  softwarePubkey(OUTSIDE, "storage", options);
const threePrimes = encode(TPM_RSA_KEY_PARMS, {
  keyLength: 2048,
  numPrimes: 3,
  exponent: new Uint8Array(),
});

conformanceTest("TPM_AuthorizeMigrationKey wants 2048 bits, exponent 65537 and OAEP", [
  [0, 1, 2, 3, 4, 5, 6, 255].map((scheme) =>
    authorizeKey(`scheme ${scheme}`, OUTSIDE_PUB, { scheme })
  ),
  authorizeKey("1024 bits", softwarePubkey(softwareKey(1024), "storage"), {
    code: "TPM_BAD_KEY_PROPERTY",
  }),
  authorizeKey("1024 bits and no OAEP", outside({ bits: 1024, encScheme: 1 }), {
    code: "TPM_BAD_KEY_PROPERTY",
  }),
  authorizeKey("1024 bits that say 2048", {
    ...softwarePubkey(softwareKey(1024), "storage", { bits: 2048 }),
  }, { code: { emulator: "TPM_BAD_KEY_PROPERTY", libtpms: "TPM_SUCCESS" } }),
  authorizeKey("exponent 65537 in full", outside({ exponent: Uint8Array.of(1, 0, 1) })),
  authorizeKey("exponent 3", outside({ exponent: Uint8Array.of(3) }), {
    code: "TPM_BAD_KEY_PROPERTY",
  }),
  [0, 1, 2, 3, 4].map((encScheme) =>
    authorizeKey(`encryption scheme ${encScheme}`, outside({ encScheme }), {
      code: encScheme === TPM_ES_RSAESOAEP_SHA1_MGF1 ? "TPM_SUCCESS" : "TPM_INAPPROPRIATE_ENC",
    })
  ),
  [0, 1, 2, 3, 4].map((sigScheme) =>
    authorizeKey(`signature scheme ${sigScheme}`, outside({ sigScheme }))
  ),
  authorizeKey("three primes", {
    ...OUTSIDE_PUB,
    algorithmParms: { ...rsaParms("storage"), parms: threePrimes },
  }),
  authorizeKey("3072 bits", {
    ...outside({ bits: 3072 }),
    pubKey: { key: new Uint8Array(384).fill(255) },
  }),
]);

conformanceTest("TPM_CreateMigrationBlob takes types, schemes and secrets as libtpms does", [
  MIGRATABLE,
  createBlob("migrate"),
  createBlob("rewrap", { type: TPM_MS_REWRAP }),
  action("the rewrapped key is the key", (side) => {
    const plain = rsaOaepDecrypt(OUTSIDE, side.bytes("rewrap"));
    const { payload, migrationAuth } = decode(TPM_STORE_ASYMKEY, plain);
    assertEquals([payload, migrationAuth], [TPM_PT_ASYM, MIGRATION]);
  }),
  [0, 3, 4, 5, 6, 255].map((type) =>
    createBlob(`type ${type}`, { type, code: "TPM_BAD_PARAMETER" })
  ),
  createBlob("wrong secret", { auths: ["SRK", secret("wrong")], code: "TPM_AUTH2FAIL" }),
  createBlob("wrong secret of the parent", {
    auths: [ZEROS.with(0, 1), MIGRATION],
    code: "TPM_AUTHFAIL",
  }),
  createBlob("no session of the parent", { auths: [MIGRATION], code: "TPM_AUTHFAIL" }),
  createBlob("OSAP", {
    auths: ["SRK", { entity: "SRK", kind: "OSAP" }],
    code: "TPM_BAD_MODE",
  }),
  createBlob("another digest", {
    migrationKeyAuth: (side) => flip(side.bytes("outside")),
    code: "TPM_AUTHFAIL",
  }),
  createBlob("another scheme", {
    migrationKeyAuth: (side) => side.bytes("outside").with(-21, TPM_MS_REWRAP),
    code: "TPM_AUTHFAIL",
  }),
]);

conformanceTest("TPM_CreateMigrationBlob takes keys that migrate and their storage key", [
  MIGRATABLE,
  createWrapKey("fixed", { usage: "signing", bits: 512 }),
  createBlob("a key that stays", {
    encData: (side) => encDataOf(side, "fixed"),
    code: "TPM_AUTH2FAIL",
  }),
  createWrapKey("signing", { usage: "signing", bits: 512 }),
  loadKey("signing"),
  createBlob("a parent that signs", { parent: "signing", code: "TPM_INVALID_KEYUSAGE" }),
  createWrapKey("open", { usage: "storage", authDataUsage: TPM_AUTH_NEVER }),
  loadKey("open"),
  createBlob("another parent", { parent: "open", auths: [MIGRATION], code: "TPM_DECRYPT_ERROR" }),
  [1024, 512].map((bits) => [
    createWrapKey("key", {
      usage: "signing",
      bits,
      keyFlags: TPM_MIGRATABLE,
      migrationSecret: MIGRATION,
      PCRInfo: pcrInfoLong({ pcrs: [3], digestAtRelease: secret("x") }),
    }),
    createBlob(`${bits} bits, bound to PCRs`),
  ]),
]);

/** Private parts made outside, of no key that there is. */
const PRIVATE_PARTS: readonly [what: string, encData: (side: Side) => Uint8Array, code: string][] =
  [
    ["no encData", () => new Uint8Array(), "TPM_DECRYPT_ERROR"],
    ["two blocks", () => new Uint8Array(512), "TPM_BAD_DATASIZE"],
    ["zeros", () => new Uint8Array(256), "TPM_DECRYPT_ERROR"],
    [
      "cut short",
      (side) => encryptFor(side, "SRK", craftedSensitive({}).slice(0, -1)),
      "TPM_BAD_PARAM_SIZE",
    ],
    [
      "bytes left over",
      (side) => encryptFor(side, "SRK", join(craftedSensitive({}), ZEROS)),
      "TPM_SUCCESS",
    ],
    ["a prime of 16 bytes", (side) => encryptFor(side, "SRK", privateOf(16)), "TPM_SUCCESS"],
    ["a prime of 140 bytes", (side) => encryptFor(side, "SRK", privateOf(140)), "TPM_SUCCESS"],
    [
      "a prime of 149 bytes",
      (side) => encryptFor(side, "SRK", privateOf(149)),
      "TPM_ENCRYPT_ERROR",
    ],
  ];

function privateOf(bytes: number): Uint8Array {
  return craftedSensitive({ sensitive: { privKey: { key: new Uint8Array(bytes).fill(3) } } });
}

conformanceTest("TPM_CreateMigrationBlob reads private parts as libtpms does", [
  MIGRATABLE,
  PRIVATE_PARTS.map(([what, encData, code]) => createBlob(what, { encData, code })),
  [0, 2, 3, 4, 5, 8, 9].map((payload) =>
    createBlob(`payload ${payload}`, {
      encData: (side) => encryptFor(side, "SRK", craftedSensitive({ sensitive: { payload } })),
      code: "TPM_INVALID_STRUCTURE",
    })
  ),
  [TPM_PT_MIGRATE_RESTRICTED, TPM_PT_MIGRATE_EXTERNAL].map((payload) =>
    createBlob(`payload ${payload}`, {
      encData: (side) => encryptFor(side, "SRK", craftedSensitive({ sensitive: { payload } })),
      code: "TPM_BAD_MIGRATION",
    })
  ),
]);

conformanceTest("a prime too short to travel is refused, and does no harm here", [
  MIGRATABLE,
  createBlob("ten bytes", {
    encData: (side) => encryptFor(side, "SRK", privateOf(10)),
    code: { emulator: "TPM_INVALID_STRUCTURE", libtpms: "TPM_FAIL" },
  }),
  step({
    command: "TPM_OIAP",
    title: "libtpms is in failure mode",
    code: { emulator: "TPM_SUCCESS", libtpms: "TPM_FAILEDSELFTEST" },
  }),
]);
