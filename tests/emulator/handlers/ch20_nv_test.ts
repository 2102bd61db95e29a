import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { encode } from "../../../lib/codec/mod.ts";
import { nvSpaceLeft } from "../../../lib/emulator/nv.ts";
import { PERMANENT_STATE } from "../../../lib/emulator/state/permanent.ts";
import {
  TPM_ET_NV,
  TPM_LOC_ONE,
  TPM_NV_INDEX0,
  TPM_NV_INDEX_DIR,
  TPM_NV_INDEX_TRIAL,
  TPM_NV_PER_AUTHREAD,
  TPM_NV_PER_AUTHWRITE,
  TPM_NV_PER_GLOBALLOCK,
  TPM_NV_PER_OWNERREAD,
  TPM_NV_PER_OWNERWRITE,
  TPM_NV_PER_PPWRITE,
  TPM_NV_PER_READ_STCLEAR,
  TPM_NV_PER_WRITE_STCLEAR,
  TPM_NV_PER_WRITEDEFINE,
  TPM_RT_AUTH,
  TPM_ST_STATE,
} from "../../../lib/tpm12/constants/mod.ts";
import { sessionHandle } from "../../conformance/context_steps.ts";
import { play } from "../../conformance/differential.ts";
import { EmulatorMachine } from "../../conformance/emulator_machine.ts";
import {
  defineNv,
  lockNv,
  NO_AUTH,
  readNv,
  readNvAuth,
  writeNv,
  writeNvAuth,
} from "../../conformance/nv_steps.ts";
import { freshEmulator, ownedEmulator, tpmOf } from "../../conformance/owned_emulator.ts";
import { Side } from "../../conformance/side.ts";
import { step } from "../../conformance/step.ts";
import { locality, osap, physicalPresence, powerCycle, startup } from "../../conformance/steps.ts";
import { secret } from "../../conformance/templates.ts";

const PP = { attributes: TPM_NV_PER_PPWRITE, dataSize: 4 };
const OWNER = { attributes: TPM_NV_PER_OWNERREAD | TPM_NV_PER_OWNERWRITE, dataSize: 4 };
const AREA = { attributes: TPM_NV_PER_AUTHREAD | TPM_NV_PER_AUTHWRITE, dataSize: 4 };

Deno.test("TPM_NV_DefineSpace() makes an area of 0xFF that nothing locks (10, 12)", () => {
  const side = freshEmulator();
  play(side, [startup(), defineNv(0x1000, PP)]);
  const [area] = tpmOf(side).permanent.nvAreas;
  assertEquals(area!.data, new Uint8Array(4).fill(0xff));
  assertEquals(area!.authValue, secret("area"));
  const { bReadSTClear, bWriteSTClear, bWriteDefine } = area!.pubInfo;
  assertEquals([bReadSTClear, bWriteSTClear, bWriteDefine], [false, false, false]);
});

Deno.test("TPM_NV_DefineSpace() wipes what it deletes and ends its sessions (6.d, 6.f)", () => {
  const side = ownedEmulator();
  play(side, [
    defineNv(0x1000, AREA),
    writeNvAuth(0x1000, 4),
    osap("area", { entityType: TPM_ET_NV, entityValue: 0x1000, secret: secret("area") }),
  ]);
  const [area] = tpmOf(side).permanent.nvAreas;
  play(side, [
    defineNv(0x1000, { ...AREA, dataSize: 0 }),
    step({
      command: "TPM_FlushSpecific",
      request: (side) => ({ handle: sessionHandle(side, "area"), resourceType: TPM_RT_AUTH }),
      code: "TPM_INVALID_AUTHHANDLE",
    }),
  ]);
  assertEquals(tpmOf(side).permanent.nvAreas, []);
  assertEquals(area!.data, new Uint8Array(4));
  assertEquals(area!.authValue, new Uint8Array(20));
});

Deno.test("TPM_NV_DefineSpace() that is refused leaves the old area alone", () => {
  const side = freshEmulator();
  play(side, [startup(), defineNv(0x1000, PP), writeNv(0x1000, 4)]);
  const before = encode(PERMANENT_STATE, tpmOf(side).permanent);
  play(side, [
    defineNv(0x1000, { ...PP, dataSize: 30_000, code: "TPM_NOSPACE" }),
    defineNv(0x1000, { ...PP, dataSize: 0xffffffff, code: "TPM_NOSPACE" }),
    defineNv(0x1000, { ...PP, attributes: 0, code: "TPM_PER_NOWRITE" }),
    defineNv(0x1000, { ...PP, attributes: 6, code: "TPM_AUTH_CONFLICT" }),
  ]);
  assertEquals(encode(PERMANENT_STATE, tpmOf(side).permanent), before);
});

Deno.test("TPM_NV_DefineSpace() of the trial index checks and keeps nothing (12)", () => {
  const side = freshEmulator();
  play(side, [startup()]);
  const before = encode(PERMANENT_STATE, tpmOf(side).permanent);
  play(side, [
    defineNv(TPM_NV_INDEX_TRIAL, { ...PP, dataSize: 28_613 }),
    defineNv(TPM_NV_INDEX_TRIAL, { ...PP, dataSize: 28_614, code: "TPM_NOSPACE" }),
  ]);
  assertEquals(encode(PERMANENT_STATE, tpmOf(side).permanent), before);
});

Deno.test("an area takes 53 bytes besides its data, and 20 for each digest of PCRs", () => {
  const side = freshEmulator();
  play(side, [startup()]);
  assertEquals(nvSpaceLeft(tpmOf(side)), 28_666);
  play(side, [defineNv(0x1000, PP)]);
  assertEquals(nvSpaceLeft(tpmOf(side)), 28_666 - 57);
  play(side, [defineNv(0x1001, { ...PP, read: { pcrs: [1] }, write: { pcrs: [23] } })]);
  assertEquals(nvSpaceLeft(tpmOf(side)), 28_666 - 57 - 97);
});

Deno.test("areas and the lock that lasts until they are defined anew outlive power off", () => {
  const side = freshEmulator();
  play(side, [
    startup(),
    defineNv(0x1000, { ...PP, attributes: TPM_NV_PER_WRITEDEFINE }),
    writeNv(0x1000, 4),
    writeNv(0x1000, 0),
    lockNv(),
    powerCycle(),
    readNv(0x1000, 4),
    writeNv(0x1000, 4, { code: "TPM_AREA_LOCKED" }),
  ]);
  assertEquals(tpmOf(side).permanent.flags.nvLocked, true);
});

Deno.test("locks until the next start outlive power off with TPM_SaveState alone", () => {
  const attributes = (TPM_NV_PER_PPWRITE | TPM_NV_PER_WRITE_STCLEAR | TPM_NV_PER_READ_STCLEAR) >>>
    0;
  const side = freshEmulator();
  play(side, [
    startup(),
    defineNv(0x1000, { ...PP, attributes }),
    lockNv(),
    physicalPresence(true),
    writeNv(0x1000, 0),
    readNv(0x1000, 0),
    step({ command: "TPM_SaveState" }),
    powerCycle(TPM_ST_STATE),
    readNv(0x1000, 4, { code: "TPM_DISABLED_CMD" }),
    writeNv(0x1000, 4, { code: "TPM_AREA_LOCKED" }),
    powerCycle(),
    readNv(0x1000, 4),
    physicalPresence(true),
    writeNv(0x1000, 4),
  ]);
});

Deno.test("writing index 0 locks areas with TPM_NV_PER_GLOBALLOCK without owner or count", () => {
  const side = freshEmulator();
  play(side, [
    startup(),
    defineNv(0x1000, { ...PP, attributes: TPM_NV_PER_PPWRITE | TPM_NV_PER_GLOBALLOCK }),
    defineNv(0x1001, PP),
    lockNv(),
    physicalPresence(true),
  ]);
  const { permanent } = tpmOf(side);
  permanent.noOwnerNVWrite = 64;
  play(side, [writeNv(TPM_NV_INDEX0, 0)]);
  permanent.noOwnerNVWrite = 0;
  play(side, [writeNv(0x1000, 4, { code: "TPM_AREA_LOCKED" }), writeNv(0x1001, 4)]);
});

Deno.test("writes count while there is no owner, those that change nothing and refused ones not", () => {
  const side = freshEmulator();
  const count = (): number => tpmOf(side).permanent.noOwnerNVWrite;
  play(side, [startup(), defineNv(0x1000, PP)]);
  assertEquals(count(), 1);
  play(side, [writeNv(0x1000, 4), writeNv(0x1000, 4), writeNv(0x1000, 5, { code: "TPM_NOSPACE" })]);
  assertEquals(count(), 2);
  play(side, [writeNv(0x1000, 0), writeNv(0x1000, 0), readNv(0x1000, 4)]);
  assertEquals(count(), 3);
  const owned = ownedEmulator();
  play(owned, [defineNv(0x1000, PP)]);
  for (let i = 0; i < 70; i++) play(owned, [writeNv(0x1000, Uint8Array.of(i), NO_AUTH)]);
  assertEquals(tpmOf(owned).permanent.noOwnerNVWrite, 0);
});

Deno.test("offset and size are added without losing a bit (15.a)", () => {
  const side = ownedEmulator();
  const refused = { code: "TPM_NOSPACE" };
  play(side, [
    defineNv(0x1000, OWNER),
    defineNv(0x1001, AREA),
    readNv(0x1000, 0xffffffff, { offset: 2, ...refused }),
    readNv(0x1000, 2, { offset: 0xffffffff, ...refused }),
    writeNv(0x1000, 2, { offset: 0xffffffff, ...refused }),
    readNvAuth(0x1001, 0xfffffffe, { offset: 3, ...refused }),
    writeNvAuth(0x1001, 2, { offset: 0xffffffff, ...refused }),
  ]);
});

Deno.test("the locality is checked before presence and PCRs (20.2, 8 to 13; 20.4, 6 to 9)", () => {
  const bound = { pcrs: [1], localityAtRelease: TPM_LOC_ONE };
  const side = freshEmulator();
  play(side, [
    startup(),
    defineNv(0x1000, { ...PP, read: bound, write: bound }),
    lockNv(),
    readNv(0x1000, 1, { code: "TPM_BAD_LOCALITY" }),
    writeNv(0x1000, 1, { code: "TPM_BAD_LOCALITY" }),
    locality(1),
    readNv(0x1000, 1, { code: "TPM_WRONGPCRVAL" }),
    writeNv(0x1000, 1, { code: "TPM_BAD_PRESENCE" }),
    physicalPresence(true),
    writeNv(0x1000, 1, { code: "TPM_WRONGPCRVAL" }),
  ]);
});

Deno.test("the DIR is one and the same by NV commands and by its own", () => {
  const side = ownedEmulator();
  const contents = secret("contents");
  play(side, [
    writeNv(TPM_NV_INDEX_DIR, contents),
    step({
      command: "TPM_DirRead",
      request: { dirIndex: 0 },
      keep: (_side, { dirContents }) => assertEquals(dirContents, contents),
    }),
    step({ command: "TPM_DirWriteAuth", request: { dirIndex: 0, newContents: secret("other") } }),
    step({
      command: "TPM_NV_ReadValue",
      request: { nvIndex: TPM_NV_INDEX_DIR, offset: 0, dataSize: 20 },
      keep: (_side, { data }) => assertEquals(data, secret("other")),
    }),
  ]);
});

Deno.test("there is as much space as the limits say", () => {
  const side = new Side("small", new EmulatorMachine({ limits: { nvSpace: 100 } }));
  play(side, [
    startup(),
    defineNv(0x1000, { ...PP, dataSize: 42, code: "TPM_NOSPACE" }),
    defineNv(0x1000, { ...PP, dataSize: 41 }),
  ]);
  assertEquals(nvSpaceLeft(tpmOf(side)), 0);
  assert(tpmOf(side).permanent.nvAreas.length === 1);
  assertNotEquals(tpmOf(side).permanent.noOwnerNVWrite, 0);
});
