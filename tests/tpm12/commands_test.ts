import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import {
  type Command,
  commandByName,
  commandByOrdinal,
  type CommandName,
  commandRows,
  COMMANDS,
  TPM_KEY_HANDLE,
} from "../../lib/tpm12/commands/mod.ts";
import * as constants from "../../lib/tpm12/constants/mod.ts";
import { TPM_ENCAUTH } from "../../lib/tpm12/structures/mod.ts";

const ROWS = commandRows();

/** The names of the rows for which `test` holds. */
function namesWhere(test: (row: Command) => boolean): string[] {
  return ROWS.filter(test).map((row) => row.name).sort();
}

/** Names of commands without `TPM_`. */
function names(text: string): string[] {
  return text.trim().split(/\s+/).map((name) => name.startsWith("TSC_") ? name : `TPM_${name}`)
    .sort();
}

Deno.test("there is a row for each of the 125 ordinals, and rows know their names", () => {
  assertEquals(ROWS.length, 125);
  assertEquals(new Set(ROWS.map((row) => row.ordinal)).size, 125);
  assertEquals(new Set(ROWS.map((row) => row.name)).size, 125);
  for (const [name, row] of Object.entries(COMMANDS)) assertEquals(row.name, name);
});

Deno.test("rows are found by ordinal and by name", () => {
  for (const row of ROWS) {
    assertStrictEquals(commandByOrdinal(row.ordinal), row);
    assertStrictEquals(commandByName(row.name), row);
  }
  assertEquals(commandByOrdinal(0xd9), undefined);
  assertEquals(commandByOrdinal(0x20001000), undefined);
  assertEquals(commandByName("TPM_PcrRead"), undefined);
  assertEquals(commandByName("toString"), undefined);
});

Deno.test("the rows stand in the order of Part 3", () => {
  const sections = ROWS.filter((row) => row.spec.startsWith("Part 3, "))
    .map((row) => row.spec.slice("Part 3, ".length).split(".").map(Number));
  const rank = (section: number[]) =>
    [0, 1, 2].reduce((sum, i) => sum * 100 + (section[i] ?? 0), 0);
  const ranks = sections.map(rank);
  assertEquals(ranks, [...new Set(ranks)].sort((a, b) => a - b));
  assertEquals(
    namesWhere((row) => !row.spec.startsWith("Part 3, ")),
    names("GetAuditEvent GetAuditEventSigned"),
  );
});

Deno.test("ordinals have the numbers of Part 2", () => {
  const expected: Partial<Record<CommandName, number>> = {
    TPM_OIAP: 10,
    TPM_TakeOwnership: 13,
    TPM_Extend: 20,
    TPM_CreateWrapKey: 31,
    TPM_LoadKey2: 65,
    TPM_GetCapability: 101,
    TPM_Startup: 153,
    TPM_NV_DefineSpace: 204,
    TPM_ReleaseTransportSigned: 232,
    TPM_TickStampBlob: 242,
    TSC_PhysicalPresence: 0x4000000a,
  };
  for (const [name, ordinal] of Object.entries(expected)) {
    assertEquals(commandByName(name)?.ordinal, ordinal, name);
  }
});

Deno.test("each delegation bit belongs to the command of its name, and to no other", () => {
  const bits = (prefix: string) =>
    Object.entries(constants)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, bit]) => `TPM_${name.slice(prefix.length)} ${bit}`).sort();
  const column = (who: "owner" | "key") =>
    ROWS.filter((row) => row.delegate[who] !== undefined)
      .map((row) => `${row.name} ${row.delegate[who]}`).sort();
  assertEquals(column("owner").length, 32);
  assertEquals(column("owner"), bits("TPM_DELEGATE_"));
  assertEquals(column("key").length, 29);
  assertEquals(column("key"), bits("TPM_KEY_DELEGATE_"));
});

Deno.test("only what a session of the owner or of a key authorises can be delegated", () => {
  for (const { name, auth, delegate } of ROWS) {
    const whose = auth.map((role) => role.for);
    if (delegate.owner !== undefined) assert(whose.includes("owner"), name);
    if (delegate.key !== undefined) {
      assert(whose.some((who) => who === "srk" || who.endsWith("Handle")), name);
    }
  }
});

Deno.test("the commands audited by default, and never, are those of libtpms", () => {
  assertEquals(
    namesWhere((row) => row.audit === "default"),
    names(`
      ActivateIdentity AuthorizeMigrationKey ChangeAuthOwner ConvertMigrationBlob
      CreateMigrationBlob CreateWrapKey DisableForceClear DisableOwnerClear DisablePubekRead
      ForceClear MakeIdentity OwnerClear OwnerReadPubek OwnerSetDisable PhysicalDisable
      PhysicalEnable PhysicalSetDeactivated ReadPubek SetOrdinalAuditStatus SetOwnerInstall
      SetTempDeactivated TakeOwnership
    `),
  );
  assertEquals(
    namesWhere((row) => row.audit === "never"),
    names(`
      GetAuditDigest GetAuditDigestSigned GetAuditEvent GetAuditEventSigned GetOrdinalAuditStatus
    `),
  );
});

Deno.test("sessions that may be left out stand before those that may not", () => {
  for (const { name, auth } of ROWS) {
    assert(auth.length <= 2, name);
    const optional = auth.map((role) => role.optional === true);
    assertEquals(optional, [...optional].sort().reverse(), name);
  }
});

Deno.test("as many commands take no, one or two sessions as in libtpms", () => {
  const absent = names(`
    Init FieldUpgrade SetRedirection CreateMaintenanceArchive LoadMaintenanceArchive
    KillMaintenanceFeature LoadManuMaintPub ReadManuMaintPub
  `);
  const counts: Record<string, number> = {};
  for (const { name, auth, deletedBy12 } of ROWS) {
    if (deletedBy12 || absent.includes(name)) continue;
    const shape = auth.map((role) => role.optional ? "optional" : "needed").join(" ") || "none";
    counts[shape] = (counts[shape] ?? 0) + 1;
  }
  assertEquals(counts, {
    "none": 48,
    "needed": 35,
    "optional": 21,
    "optional needed": 5,
    "optional optional": 2,
    "needed needed": 1,
  });
});

Deno.test("sessions prove the secrets of key handles and of entities that the request names", () => {
  for (const { name, auth, handles, in: parameters } of ROWS) {
    for (const { for: whose } of auth) {
      if (whose.endsWith("Handle")) assertStrictEquals(handles[whose], TPM_KEY_HANDLE, name);
      if (whose === "nv") assert("nvIndex" in parameters, name);
      if (whose === "counter") assert("countID" in parameters, name);
    }
  }
});

Deno.test("every TPM_ENCAUTH is hidden by one session, which has a shared secret and ends", () => {
  for (const { name, auth, in: parameters } of ROWS) {
    const hidden = auth.flatMap((role) => Object.keys(role.adip ?? {}));
    const encrypted = Object.entries(parameters).filter(([, codec]) => codec === TPM_ENCAUTH);
    assertEquals(hidden, encrypted.map(([parameter]) => parameter), name);
    for (const { adip, sessions, ends } of auth) {
      if (adip === undefined) continue;
      assert(sessions !== undefined && !sessions.includes("OIAP"), name);
      assertEquals(ends, "always", name);
      assertEquals<unknown>(Object.values(adip), ["even", "odd"].slice(0, hidden.length), name);
    }
  }
});

Deno.test("the sessions that end unasked are those of Part 3", () => {
  const ending = (ends: string) => namesWhere((row) => row.auth.some((role) => role.ends === ends));
  assertEquals(
    ending("always"),
    names(`
      CMK_CreateKey ChangeAuth ChangeAuthOwner CreateCounter CreateWrapKey
      Delegate_CreateKeyDelegation Delegate_CreateOwnerDelegation MakeIdentity NV_DefineSpace
      OwnerClear ReleaseTransportSigned Seal Sealx
    `),
  );
  assertEquals(ending("DSAP"), names("Delegate_LoadOwnerDelegation Delegate_Manage"));
  assertEquals(ending("encryptedOutput"), names("Unseal"));
});

Deno.test("the state each command needs is that of libtpms' table of ordinals", () => {
  const letter = (need: boolean | "nvLocked", free: string) =>
    need === "nvLocked" ? free.toLowerCase() : need ? "-" : free;
  const state = ({ needs }: Command) =>
    letter(needs.enabled, "D") + letter(needs.activated, "X") + letter(needs.owner, "N");
  const inState = (letters: string) => namesWhere((row) => state(row) === letters);
  assertEquals(
    inState("DXN"),
    names(`
      ContinueSelfTest Extend FieldUpgrade FlushSpecific GetCapability GetTestResult Init
      NV_ReadValue NV_WriteValue OIAP PCR_Reset PhysicalEnable Reset SHA1Complete
      SHA1CompleteExtend SHA1Start SHA1Update SaveState SelfTestFull SetCapability Startup
      TSC_PhysicalPresence TSC_ResetEstablishmentBit Terminate_Handle
    `),
  );
  assertEquals(inState("dxN"), names("NV_DefineSpace"));
  assertEquals(inState("DX-"), names("DSAP OSAP OwnerSetDisable"));
  assertEquals(inState("D-N"), names("SetTempDeactivated"));
  assertEquals(inState("-XN"), names("PhysicalDisable PhysicalSetDeactivated TakeOwnership"));
  assertEquals(
    inState("--N"),
    names(`
      CreateEndorsementKeyPair CreateRevocableEK Delegate_LoadOwnerDelegation Delegate_Manage
      Delegate_ReadTable DirRead DirWriteAuth DisableForceClear ForceClear GetAuditDigest
      GetAuditEvent GetOrdinalAuditStatus GetRandom GetTicks LoadAuthContext LoadKeyContext
      LoadManuMaintPub PCRRead ReadCounter ReadManuMaintPub ReadPubek ReleaseCounter RevokeTrust
      SaveAuthContext SaveKeyContext SetOperatorAuth SetOwnerInstall StirRandom
    `),
  );
  assertEquals(inState("---").length, 125 - 24 - 1 - 3 - 1 - 3 - 28);
});

Deno.test("the exceptions of the protocol are in their columns", () => {
  assertEquals(namesWhere((row) => !row.needs.startup), names("Init Startup"));
  assertEquals(
    namesWhere((row) => !row.needs.selfTest),
    names("GetCapability GetTestResult Init Startup"),
  );
  assertEquals(
    namesWhere((row) => row.transport === "refused"),
    names("EstablishTransport ExecuteTransport ReleaseTransportSigned SaveState"),
  );
  assertEquals(namesWhere((row) => row.ignoresLockout === true), names("ResetLockValue"));
  assertEquals(
    namesWhere((row) => row.auth.some((role) => role.readsPublic === true)),
    names("CertifyKey CertifyKey2 GetPubKey"),
  );
  assertEquals(
    namesWhere((row) => row.keepsSha1Thread === true),
    names("ExecuteTransport SHA1Complete SHA1CompleteExtend SHA1Update"),
  );
  assertEquals(namesWhere((row) => row.keepsSavedState === true), names("SaveState Startup"));
  assertEquals(namesWhere((row) => row.powerSignal === true), names("Init"));
  assertEquals(namesWhere((row) => row.wraps !== undefined), names("ExecuteTransport"));
  assertEquals(namesWhere((row) => row.inTransport !== undefined), names("DSAP"));
  assertEquals(
    namesWhere((row) => row.deletedBy12 === true),
    names(`
      CertifySelfTest GetAuditEvent GetAuditEventSigned GetCapabilitySigned GetOrdinalAuditStatus
    `),
  );
});

Deno.test("what an answer carries outside its digest is what makes or loads a resource", () => {
  assertEquals(
    namesWhere((row) => Object.keys(row.outHandles).length > 0),
    names(`
      DSAP EstablishTransport LoadAuthContext LoadContext LoadKey2 LoadKeyContext OIAP OSAP
    `),
  );
  assertEquals(Object.keys(COMMANDS.TPM_LoadKey.out), ["inkeyHandle"]);
  assertEquals(Object.keys(COMMANDS.TPM_OwnerReadInternalPub.in), ["keyHandle"]);
  assertEquals(Object.keys(COMMANDS.TPM_DSAP.in), ["entityValue"]);
  assertEquals(Object.keys(COMMANDS.TPM_OSAP.in), []);
});

Deno.test("key generation takes long, and no name occurs twice in a request or an answer", () => {
  assertEquals(
    namesWhere((row) => row.duration === "long"),
    names(`
      CMK_CreateKey ChangeAuthAsymStart ContinueSelfTest CreateEndorsementKeyPair
      CreateRevocableEK CreateWrapKey DAA_Join DAA_Sign ExecuteTransport FieldUpgrade
      MakeIdentity SelfTestFull TakeOwnership
    `),
  );
  for (const { name, handles, in: parameters, outHandles, out } of ROWS) {
    for (const [first, second] of [[handles, parameters], [outHandles, out]] as const) {
      assertEquals(Object.keys(first).filter((parameter) => parameter in second), [], name);
    }
  }
});
