import { assertEquals, assertNotEquals } from "@std/assert";
import { decode } from "../../../lib/codec/mod.ts";
import {
  TPM_AUTH_ALWAYS,
  TPM_AUTH_NEVER,
  TPM_ET_KEYHANDLE,
  TPM_KH_SRK,
  TPM_MIGRATABLE,
  TPM_PT_ASYM,
} from "../../../lib/tpm12/constants/mod.ts";
import { TPM_KEY_ANY, TPM_PCR_INFO_LONG } from "../../../lib/tpm12/structures/mod.ts";
import { play } from "../../conformance/differential.ts";
import { ownedEmulator, tpmOf } from "../../conformance/owned_emulator.ts";
import { type Step, step } from "../../conformance/step.ts";
import { createWrapKey, loadKey, locality, osap } from "../../conformance/steps.ts";
import {
  keyTemplate,
  type KeyTemplateOptions,
  pcrInfoLong,
  secret,
  type Usage,
  ZEROS,
} from "../../conformance/templates.ts";
import { encDataOf } from "../../conformance/migration_steps.ts";
import { sensitiveOf } from "./two_tpms.ts";

function sign(key: string, code = "TPM_SUCCESS"): Step {
  return step({
    command: "TPM_Sign",
    request: (side) => ({ keyHandle: side.handle(key), areaToSign: ZEROS }),
    code,
  });
}

Deno.test("TPM_CreateWrapKey() puts in both secrets; tpmProof for a key that stays (action 14)", () => {
  const side = ownedEmulator();
  const secrets = { secret: secret("usage"), migrationSecret: secret("migration") };
  play(side, [
    createWrapKey("stays", { usage: "signing", bits: 512, ...secrets }),
    createWrapKey("migrates", {
      usage: "signing",
      bits: 512,
      keyFlags: TPM_MIGRATABLE,
      ...secrets,
    }),
  ]);
  const stays = sensitiveOf(side, "SRK", encDataOf(side, "stays"));
  assertEquals(stays.payload, TPM_PT_ASYM);
  assertEquals(stays.usageAuth, secret("usage"));
  assertEquals(stays.migrationAuth, tpmOf(side).permanent.tpmProof);
  assertEquals(
    sensitiveOf(side, "SRK", encDataOf(side, "migrates")).migrationAuth,
    secret("migration"),
  );
});

Deno.test("TPM_CreateWrapKey() makes another key each time, of the length asked for (action 13)", () => {
  const side = ownedEmulator();
  const modulus = (): Uint8Array => {
    play(side, [createWrapKey("key", { usage: "signing", bits: 528 })]);
    return decode(TPM_KEY_ANY, side.key("key").blob!).pubKey.key;
  };
  const first = modulus();
  assertEquals(first.length, 66);
  assertNotEquals(modulus(), first);
});

Deno.test("TPM_CreateWrapKey() writes down the locality at creation (action 15)", () => {
  const side = ownedEmulator();
  const PCRInfo = pcrInfoLong({ pcrs: [1] });
  play(side, [locality(3), createWrapKey("key", { usage: "signing", bits: 512, PCRInfo })]);
  const key = decode(TPM_KEY_ANY, side.key("key").blob!);
  assertEquals(decode(TPM_PCR_INFO_LONG, key.PCRInfo).localityAtCreation, 1 << 3);
});

Deno.test("a key is used with the secret it was created with", () => {
  const side = ownedEmulator();
  play(side, [
    createWrapKey("key", { usage: "signing", bits: 512, secret: secret("usage") }),
    loadKey("key"),
    sign("key"),
  ]);
  side.key("key").secret = secret("wrong");
  play(side, [sign("key", "TPM_AUTHFAIL")]);
});

/** Creates a key by a session that hides secrets with AES: FIPS mode has no XOR. */
function createByAes(usage: Usage, options: KeyTemplateOptions, code: string): Step[] {
  const session = {
    entityType: 0x600 | TPM_ET_KEYHANDLE,
    entityValue: TPM_KH_SRK,
    secret: ZEROS,
  };
  return [
    osap("aes", session),
    step({
      command: "TPM_CreateWrapKey",
      request: {
        parentHandle: TPM_KH_SRK,
        dataUsageAuth: ZEROS,
        dataMigrationAuth: ZEROS,
        keyInfo: keyTemplate(usage, options),
      },
      auths: [{ session: "aes" }],
      code,
    }),
  ];
}

Deno.test("FIPS mode neither creates nor loads weak, free or legacy keys (10.4, 7; 10.5, 7.f)", () => {
  const side = ownedEmulator();
  const kinds: readonly [usage: Usage, options: KeyTemplateOptions][] = [
    ["signing", { bits: 512 }],
    ["signing", { bits: 1024, authDataUsage: TPM_AUTH_NEVER }],
    ["legacy", { bits: 1024 }],
  ];
  kinds.forEach(([usage, options], i) =>
    play(side, [createWrapKey(`key ${i}`, { usage, ...options }), loadKey(`key ${i}`)])
  );
  tpmOf(side).permanent.flags.FIPS = true;
  kinds.forEach(([usage, options], i) =>
    play(side, [
      createByAes(usage, options, "TPM_NOTFIPS"),
      loadKey(`key ${i}`, { code: "TPM_NOTFIPS" }),
    ])
  );
  const good = { bits: 1024, authDataUsage: TPM_AUTH_ALWAYS };
  play(side, [createByAes("signing", good, "TPM_SUCCESS")]);
});

Deno.test("TPM_LoadKey2() answers TPM_INVALID_KEYUSAGE to a key that another TPM made (action 7.d)", () => {
  const side = ownedEmulator();
  play(side, [createWrapKey("key", { usage: "signing", bits: 512 })]);
  tpmOf(side).permanent.tpmProof = secret("another TPM");
  play(side, [loadKey("key", { code: "TPM_INVALID_KEYUSAGE" })]);
});

Deno.test("TPM_LoadKey() answers the handle inside the digest, TPM_LoadKey2() outside", () => {
  const side = ownedEmulator();
  play(side, [
    createWrapKey("key", { usage: "signing", bits: 512 }),
    step({
      command: "TPM_LoadKey",
      request: (side) => ({ parentHandle: TPM_KH_SRK, inKey: side.key("key").blob! }),
      keep: (side, { inkeyHandle }) => side.key("key").handle = inkeyHandle,
    }),
    sign("key"),
    loadKey("key"),
    sign("key"),
  ]);
  assertEquals(tpmOf(side).volatile.keys.size, 2);
});

Deno.test("TPM_GetPubKey() reads the SRK when the owner lets it (action 3)", () => {
  const side = ownedEmulator();
  const getPubKey = (code: string) =>
    step({ command: "TPM_GetPubKey", request: { keyHandle: TPM_KH_SRK }, code });
  play(side, [getPubKey("TPM_INVALID_KEYHANDLE")]);
  tpmOf(side).permanent.flags.readSRKPub = true;
  play(side, [getPubKey("TPM_SUCCESS")]);
});
