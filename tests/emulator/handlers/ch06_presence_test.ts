import { assertEquals } from "@std/assert";
import * as C from "../../../lib/tpm12/constants/mod.ts";
import { play } from "../../conformance/differential.ts";
import type { EmulatorMachine } from "../../conformance/emulator_machine.ts";
import { freshEmulator, tpmOf } from "../../conformance/owned_emulator.ts";
import type { Side } from "../../conformance/side.ts";
import { type Step, step } from "../../conformance/step.ts";
import { locality, physicalPresence, powerCycle, startup } from "../../conformance/steps.ts";

const presence = (physicalPresence: number, code = "TPM_SUCCESS"): Step =>
  step({ command: "TSC_PhysicalPresence", request: { physicalPresence }, code });

const FORCE_CLEAR = (code = "TPM_SUCCESS"): Step => step({ command: "TPM_ForceClear", code });

function started(): Side {
  const side = freshEmulator();
  play(side, [startup()]);
  return side;
}

Deno.test("presence by command counts once it is enabled (actions 2.g and 3.b)", () => {
  const side = started();
  play(side, [
    presence(C.TPM_PHYSICAL_PRESENCE_PRESENT, "TPM_BAD_PARAMETER"),
    presence(C.TPM_PHYSICAL_PRESENCE_CMD_ENABLE),
    presence(C.TPM_PHYSICAL_PRESENCE_PRESENT),
  ]);
  assertEquals(tpmOf(side).physicalPresence, true);
  play(side, [presence(C.TPM_PHYSICAL_PRESENCE_CMD_DISABLE)]);
  assertEquals(tpmOf(side).physicalPresence, false);
});

Deno.test("presence by hardware counts once it is enabled (action 2.e)", () => {
  const side = started();
  const { emulator } = side.machine as EmulatorMachine;
  emulator.physicalPresence = true;
  play(side, [
    FORCE_CLEAR("TPM_BAD_PRESENCE"),
    presence(C.TPM_PHYSICAL_PRESENCE_HW_ENABLE),
    FORCE_CLEAR(),
  ]);
  play(side, [presence(C.TPM_PHYSICAL_PRESENCE_HW_DISABLE)]);
  assertEquals(tpmOf(side).physicalPresence, false);
});

Deno.test("the lifetime lock fixes the ways to assert presence for ever (2.a and 2.i)", () => {
  const side = started();
  play(side, [
    presence(C.TPM_PHYSICAL_PRESENCE_CMD_ENABLE | C.TPM_PHYSICAL_PRESENCE_LIFETIME_LOCK),
    presence(C.TPM_PHYSICAL_PRESENCE_CMD_DISABLE, "TPM_BAD_PARAMETER"),
    powerCycle(),
    presence(C.TPM_PHYSICAL_PRESENCE_HW_ENABLE, "TPM_BAD_PARAMETER"),
    presence(C.TPM_PHYSICAL_PRESENCE_PRESENT),
  ]);
  assertEquals(tpmOf(side).permanent.flags.physicalPresenceLifetimeLock, true);
});

Deno.test("the lock withdraws presence until the next start (3.e and 3.f)", () => {
  const side = started();
  play(side, [physicalPresence(true), presence(C.TPM_PHYSICAL_PRESENCE_LOCK)]);
  assertEquals(tpmOf(side).physicalPresence, false);
  play(side, [
    presence(C.TPM_PHYSICAL_PRESENCE_PRESENT, "TPM_BAD_PARAMETER"),
    powerCycle(),
    presence(C.TPM_PHYSICAL_PRESENCE_PRESENT),
  ]);
  assertEquals(tpmOf(side).physicalPresence, true);
});

Deno.test("bits that contradict each other are refused, and change nothing (2.b to 2.d, 3.c, 3.d)", () => {
  const side = started();
  play(side, [physicalPresence(true)]);
  const flags = structuredClone(tpmOf(side).permanent.flags);
  const contradictions = [
    C.TPM_PHYSICAL_PRESENCE_CMD_ENABLE | C.TPM_PHYSICAL_PRESENCE_CMD_DISABLE,
    C.TPM_PHYSICAL_PRESENCE_HW_ENABLE | C.TPM_PHYSICAL_PRESENCE_HW_DISABLE,
    C.TPM_PHYSICAL_PRESENCE_LOCK | C.TPM_PHYSICAL_PRESENCE_PRESENT,
    C.TPM_PHYSICAL_PRESENCE_PRESENT | C.TPM_PHYSICAL_PRESENCE_NOTPRESENT,
    C.TPM_PHYSICAL_PRESENCE_LIFETIME_LOCK | C.TPM_PHYSICAL_PRESENCE_NOTPRESENT,
    0x0400,
    0,
  ];
  play(side, contradictions.map((bits) => presence(bits, "TPM_BAD_PARAMETER")));
  assertEquals(tpmOf(side).permanent.flags, flags);
  assertEquals(tpmOf(side).physicalPresence, true);
});

Deno.test("TSC_ResetEstablishmentBit() is for localities 3 and 4 (actions 1 and 2)", () => {
  const side = started();
  const { flags } = tpmOf(side).permanent;
  flags.tpmEstablished = true;
  const reset = (code = "TPM_SUCCESS"): Step =>
    step({ command: "TSC_ResetEstablishmentBit", code });
  play(side, [locality(2), reset("TPM_BAD_LOCALITY")]);
  assertEquals(flags.tpmEstablished, true);
  play(side, [locality(3), reset()]);
  assertEquals(flags.tpmEstablished, false);
});
