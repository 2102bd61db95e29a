import { assertEquals } from "@std/assert";
import { ClientSession } from "../../../lib/auth/mod.ts";
import { hmacSha1 } from "../../../lib/crypto/mod.ts";
import { openSession } from "../../../lib/emulator/handlers/ch18_sessions.ts";
import {
  TPM_CMK_DELEGATE_SIGNING,
  TPM_DEL_KEY_BITS,
  TPM_DEL_OWNER_BITS,
  TPM_ET_DEL_KEY_BLOB,
  TPM_ET_DEL_OWNER_BLOB,
  TPM_FAMFLAG_ENABLED,
  TPM_KEY_DELEGATE_Sign,
  TPM_PID_DSAP,
  TPM_PT_MIGRATE_EXTERNAL,
  TPM_PT_MIGRATE_RESTRICTED,
  TPM_TAG_FAMILY_TABLE_ENTRY,
} from "../../../lib/tpm12/constants/mod.ts";
import {
  BY_TICKET,
  CERTIFIED,
  createCmkBlob,
  msaDigest,
  msaOf,
  restriction,
  ticketFor,
  travelling,
} from "../../conformance/cmk_steps.ts";
import { digestOf } from "../../conformance/crafted_keys.ts";
import { play } from "../../conformance/differential.ts";
import { encDataOf, pubkeyOf } from "../../conformance/migration_steps.ts";
import { ownedEmulator, tpmOf } from "../../conformance/owned_emulator.ts";
import type { Side } from "../../conformance/side.ts";
import { action, type Step, step } from "../../conformance/step.ts";
import { loadKey, powerCycle } from "../../conformance/steps.ts";
import { delegatePublic, secret, ZEROS } from "../../conformance/templates.ts";
import { destination, pass, sensitiveOf } from "./two_tpms.ts";

Deno.test("a key that TPM_CMK_CreateKey() made is tied to its authorities (11.7, action 17)", () => {
  const side = ownedEmulator();
  play(side, [CERTIFIED]);
  const { payload, migrationAuth } = sensitiveOf(side, "SRK", encDataOf(side, "cmk"));
  assertEquals(payload, TPM_PT_MIGRATE_RESTRICTED);
  const pubKeyDigest = digestOf(pubkeyOf(side, "cmk"));
  const migAuth = Uint8Array.of(0x00, 0x33, ...msaDigest(msaOf(side)), ...pubKeyDigest);
  assertEquals(migrationAuth, hmacSha1(tpmOf(side).permanent.tpmProof, migAuth));
});

Deno.test("a certified key that migrates to another TPM is tied to its authorities there (11.10)", () => {
  const [from, to] = [ownedEmulator(), destination()];
  // The tickets are of each TPM; the restriction is the same.
  from.keys.set("target", { ...to.key("target") });
  play(from, [
    CERTIFIED.slice(2),
    ticketFor("restriction", restriction),
    createCmkBlob("blob", BY_TICKET),
  ]);
  pass(from, to, "blob", "blob, random");
  to.keys.set("cmk", { ...from.key("cmk"), parent: "target" });
  play(to, [
    ticketFor("restriction", restriction),
    step({
      command: "TPM_CMK_ConvertMigration",
      request: (side) => ({
        parentHandle: side.handle("target"),
        restrictTicket: side.bytes("restriction"),
        sigTicket: side.bytes("restriction, ticket"),
        migratedKey: travelling(side, "blob"),
        msaList: msaOf(side),
        random: side.bytes("blob, random"),
      }),
      keep: (side, { outData }) => side.values.set("converted", outData.slice()),
    }),
    step({
      command: "TPM_LoadKey2",
      request: (side) => ({
        parentHandle: side.handle("target"),
        inKey: travelling(side, "converted"),
      }),
    }),
  ]);
  const { payload, migrationAuth } = sensitiveOf(to, "target", to.bytes("converted"));
  assertEquals(payload, TPM_PT_MIGRATE_EXTERNAL);
  const pubKeyDigest = digestOf(pubkeyOf(to, "cmk"));
  const migAuth = Uint8Array.of(0x00, 0x33, ...msaDigest(msaOf(to)), ...pubKeyDigest);
  assertEquals(migrationAuth, hmacSha1(tpmOf(to).permanent.tpmProof, migAuth));
});

/** Keeps a DSAP session as a delegation with such permissions gives it. */
function openDelegation(
  side: Side,
  { entityDigest, delegateType, per1 }: {
    entityDigest: Uint8Array;
    delegateType: number;
    per1: number;
  },
): void {
  const tpm = tpmOf(side);
  tpm.permanent.familyTable = [{
    tag: TPM_TAG_FAMILY_TABLE_ENTRY,
    familyLabel: 0,
    familyID: 1,
    verificationCount: 1,
    flags: TPM_FAMFLAG_ENABLED,
  }];
  const sharedSecret = secret("shared");
  const { handle: authHandle, nonceEven } = openSession(tpm, {
    protocolID: TPM_PID_DSAP,
    entityType: delegateType === TPM_DEL_KEY_BITS ? TPM_ET_DEL_KEY_BLOB : TPM_ET_DEL_OWNER_BLOB,
    adipScheme: 0,
    sharedSecret,
    entityDigest,
    delegation: delegatePublic({ familyID: 1, per1, delegateType }),
  });
  const bound = { scheme: "XOR", sharedSecret } as const;
  side.sessions.set(
    "delegated",
    new ClientSession({ authHandle, nonceEven, bound, random: side.random }),
  );
}

/** A delegation of the key "cmk" that allows TPM_Sign. */
function delegateKey(side: Side): void {
  const { key } = tpmOf(side).loadedKey(side.handle("cmk"));
  openDelegation(side, {
    entityDigest: key.sensitive.pubDataDigest,
    delegateType: TPM_DEL_KEY_BITS,
    per1: TPM_KEY_DELEGATE_Sign,
  });
}

/** TPM_Sign by the key "cmk" in a delegation, under a restriction of the owner. */
function signDelegated(restriction: number, code: string): Step[] {
  return [
    step({ command: "TPM_CMK_SetRestrictions", request: { restriction } }),
    action("delegate the key", delegateKey),
    step({
      command: "TPM_Sign",
      title: `restriction ${restriction}`,
      request: (side) => ({ keyHandle: side.handle("cmk"), areaToSign: ZEROS }),
      auths: [{ session: "delegated" }],
      code,
    }),
  ];
}

Deno.test("a delegation uses certified keys of the kinds that the owner allows (11.5)", () => {
  const side = ownedEmulator();
  play(side, [
    CERTIFIED,
    loadKey("cmk"),
    signDelegated(0, "TPM_INVALID_KEYUSAGE"),
    signDelegated(0xffffffff & ~TPM_CMK_DELEGATE_SIGNING, "TPM_INVALID_KEYUSAGE"),
    signDelegated(TPM_CMK_DELEGATE_SIGNING, "TPM_SUCCESS"),
  ]);
});

Deno.test("TPM_CMK_SetRestrictions() lasts beyond power off", () => {
  const side = ownedEmulator();
  const restriction = TPM_CMK_DELEGATE_SIGNING;
  play(side, [
    step({ command: "TPM_CMK_SetRestrictions", request: { restriction } }),
    powerCycle(),
  ]);
  assertEquals(tpmOf(side).permanent.restrictDelegate, restriction);
});

Deno.test("TPM_CMK_SetRestrictions() cannot be delegated, with every permission (11.5)", () => {
  const side = ownedEmulator();
  play(side, [
    action("delegate everything", (side) =>
      openDelegation(side, {
        entityDigest: ZEROS,
        delegateType: TPM_DEL_OWNER_BITS,
        per1: 0xffffffff,
      })),
    step({
      command: "TPM_CMK_SetRestrictions",
      request: { restriction: 0 },
      auths: [{ session: "delegated" }],
      code: "TPM_AUTHFAIL",
    }),
  ]);
});
