import { assertEquals, assertNotEquals } from "@std/assert";
import { decode, U32 } from "../../../lib/codec/mod.ts";
import * as C from "../../../lib/tpm12/constants/mod.ts";
import { TPM_CAP_VERSION_INFO, TPM_KEY_HANDLE_LIST } from "../../../lib/tpm12/structures/mod.ts";
import { play } from "../../conformance/differential.ts";
import { EmulatorMachine } from "../../conformance/emulator_machine.ts";
import { freshEmulator, ownedEmulator, tpmOf } from "../../conformance/owned_emulator.ts";
import { Side } from "../../conformance/side.ts";
import { type Step, step } from "../../conformance/step.ts";
import {
  createWrapKey,
  loadKey,
  locality,
  oiap,
  physicalPresence,
  startup,
} from "../../conformance/steps.ts";
import { u32 } from "../../bytes.ts";

const NONE = new Uint8Array();
/** The answer of TPM_GetCapability. */
function ask(side: Side, capArea: number, subCap: Uint8Array = NONE): Uint8Array {
  let answer: Uint8Array = NONE;
  play(side, [step({
    command: "TPM_GetCapability",
    request: { capArea, subCap },
    keep: (_side, { resp }) => answer = resp,
  })]);
  return answer;
}
const property = (side: Side, which: number): number =>
  decode(U32, ask(side, C.TPM_CAP_PROPERTY, u32(which)));

function started(side: Side = freshEmulator()): Side {
  play(side, [startup()]);
  return side;
}

Deno.test("the TPM tells its version, its maker and the level of the specification", () => {
  const side = started();
  const info = decode(TPM_CAP_VERSION_INFO, ask(side, C.TPM_CAP_VERSION_VAL));
  assertEquals([info.version.major, info.version.minor, info.specLevel], [1, 2, 2]);
  const maker = ask(side, C.TPM_CAP_PROPERTY, u32(C.TPM_CAP_PROP_MANUFACTURER));
  assertEquals(new TextDecoder().decode(maker), "DENO");
  assertEquals(info.tpmVendorID, maker);
});

Deno.test("limits are told as they were given", () => {
  const limits = { keys: 3, authSessions: 5, counters: 2, buffer: 2048, nvSpace: 1000 };
  const side = started(new Side("emulator", new EmulatorMachine({ limits })));
  assertEquals(property(side, C.TPM_CAP_PROP_MAX_KEYS), 3);
  assertEquals(property(side, C.TPM_CAP_PROP_MAX_AUTHSESS), 5);
  assertEquals(property(side, C.TPM_CAP_PROP_MAX_COUNTERS), 2);
  assertEquals(property(side, C.TPM_CAP_PROP_INPUT_BUFFER), 2048);
});

Deno.test("free places grow fewer as they are taken", () => {
  const side = ownedEmulator();
  play(side, [createWrapKey("key", { usage: "signing", bits: 512 }), loadKey("key"), oiap("one")]);
  assertEquals(property(side, C.TPM_CAP_PROP_KEYS), 19);
  assertEquals(property(side, C.TPM_CAP_PROP_AUTHSESS), 15);
  const handles = ask(side, C.TPM_CAP_KEY_HANDLE);
  assertEquals(decode(TPM_KEY_HANDLE_LIST, handles).handle, [side.handle("key")]);
  assertEquals(ask(side, C.TPM_CAP_HANDLE, u32(C.TPM_RT_KEY)), handles);
});

Deno.test("a deleted command is told of once it is served", () => {
  const ordinal = u32(0x52);
  assertEquals(ask(started(), C.TPM_CAP_ORD, ordinal), Uint8Array.of(0));
  const machine = new EmulatorMachine({ deletedCommands: true });
  assertEquals(
    ask(started(new Side("emulator", machine)), C.TPM_CAP_ORD, ordinal),
    Uint8Array.of(1),
  );
});

Deno.test("failure mode still tells who the TPM is and how long it takes (7.1, action 3)", () => {
  const side = freshEmulator();
  play(side, [startup(C.TPM_ST_STATE, { code: "TPM_FAILEDSELFTEST" })]);
  assertEquals(ask(side, C.TPM_CAP_VERSION).length, 4);
  assertEquals(ask(side, C.TPM_CAP_VERSION_VAL).length, 15);
  assertEquals(ask(side, C.TPM_CAP_PROPERTY, u32(C.TPM_CAP_PROP_DURATION)).length, 12);
  assertEquals(ask(side, C.TPM_CAP_PROPERTY, u32(C.TPM_CAP_PROP_TIS_TIMEOUT)).length, 16);
  play(side, [step({
    command: "TPM_GetCapability",
    request: { capArea: C.TPM_CAP_PROPERTY, subCap: u32(C.TPM_CAP_PROP_PCR) },
    code: "TPM_FAILEDSELFTEST",
  })]);
});

interface Setting {
  area: number;
  which: number;
  value: Uint8Array;
  owner?: boolean;
  code?: string;
}

const set = ({ area, which, value, owner = true, code = "TPM_SUCCESS" }: Setting): Step =>
  step({
    command: "TPM_SetCapability",
    request: { capArea: area, subCap: u32(which), setValue: value },
    auths: owner ? ["owner"] : [],
    code,
  });

const FALSE = Uint8Array.of(0);
const TRUE = Uint8Array.of(1);

Deno.test("TPM_SetCapability() sets flags for the owner (7.2, action 3.a)", () => {
  const side = ownedEmulator();
  const area = C.TPM_SET_PERM_FLAGS;
  play(side, [
    set({ area, which: C.TPM_PF_READSRKPUB, value: TRUE }),
    set({ area, which: C.TPM_PF_READPUBEK, value: TRUE, owner: false, code: "TPM_AUTHFAIL" }),
    set({ area, which: C.TPM_PF_NV_LOCKED, value: TRUE, code: "TPM_BAD_PARAMETER" }),
  ]);
  const { readSRKPub, readPubek, nvLocked } = tpmOf(side).permanent.flags;
  assertEquals([readSRKPub, readPubek, nvLocked], [true, false, false]);
});

Deno.test("new DAA secrets are drawn for the owner alone", () => {
  const side = ownedEmulator();
  const { daaProof, tpmDAASeed, daaBlobKey } = tpmOf(side).permanent;
  const daa = { area: C.TPM_SET_PERM_DATA, which: C.TPM_PD_DAAPROOF, value: NONE };
  play(side, [set({ ...daa, owner: false, code: "TPM_AUTHFAIL" })]);
  assertEquals(tpmOf(side).permanent.daaProof, daaProof);
  play(side, [set(daa)]);
  const { permanent } = tpmOf(side);
  assertNotEquals(permanent.daaProof, daaProof);
  assertNotEquals(permanent.tpmDAASeed, tpmDAASeed);
  assertNotEquals(permanent.daaBlobKey, daaBlobKey);
  const stored = tpmOf(side).store.loadPermanent();
  assertEquals(stored!.daaProof, permanent.daaProof);
});

Deno.test("deferred presence outlives presence, but only presence defers it", () => {
  const side = started();
  const deferred = (value: number, code = "TPM_SUCCESS"): Step =>
    set({
      area: C.TPM_SET_STCLEAR_DATA,
      which: C.TPM_SD_DEFERREDPHYSICALPRESENCE,
      value: u32(value),
      owner: false,
      code,
    });
  play(side, [
    deferred(1, "TPM_BAD_PRESENCE"),
    physicalPresence(true),
    deferred(1),
    physicalPresence(false),
    deferred(1),
    deferred(3, "TPM_BAD_PRESENCE"),
  ]);
  assertEquals(tpmOf(side).volatile.deferredPhysicalPresence, 1);
  play(side, [deferred(0), deferred(1, "TPM_BAD_PRESENCE")]);
});

Deno.test("localities 3 and 4 take back that a trusted system was started", () => {
  const side = ownedEmulator();
  tpmOf(side).volatile.TOSPresent = true;
  const which = C.TPM_AF_TOSPRESENT;
  const tos = { area: C.TPM_SET_STANY_FLAGS, which, value: FALSE };
  play(side, [set({ ...tos, code: "TPM_BAD_LOCALITY" }), locality(3), set(tos)]);
  assertEquals(tpmOf(side).volatile.TOSPresent, false);
});

Deno.test("TPM_GetCapabilityOwner() numbers flags from the first of each structure (7.3)", () => {
  const side = ownedEmulator();
  const { permanent, volatile } = tpmOf(side);
  for (const flags of [permanent.flags, volatile.flags]) {
    for (const name of Object.keys(flags)) {
      if (name !== "tag") Object.assign(flags, { [name]: false });
    }
  }
  permanent.flags.ownership = true;
  permanent.flags.disableFullDALogicInfo = true;
  volatile.flags.bGlobalLock = true;
  play(side, [step({
    command: "TPM_GetCapabilityOwner",
    keep: (_side, { non_volatile_flags, volatile_flags, version }) => {
      assertEquals(non_volatile_flags, 1 << 1 | 1 << 19);
      assertEquals(volatile_flags, 1 << 4);
      assertEquals([version.major, version.minor], [1, 2]);
    },
  })]);
});
