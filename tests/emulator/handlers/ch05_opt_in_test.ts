import { assertEquals } from "@std/assert";
import { play, type Script } from "../../conformance/differential.ts";
import { freshEmulator, ownedEmulator, tpmOf } from "../../conformance/owned_emulator.ts";
import type { Side } from "../../conformance/side.ts";
import { step } from "../../conformance/step.ts";
import { physicalPresence, powerCycle, startup } from "../../conformance/steps.ts";
import { secret } from "../../conformance/templates.ts";

function started(script: Script = []): Side {
  const side = freshEmulator();
  play(side, [startup(), script]);
  return side;
}

const setOwnerInstall = (state: boolean, code = "TPM_SUCCESS") =>
  step({ command: "TPM_SetOwnerInstall", request: { state }, code });

Deno.test("TPM_SetOwnerInstall() sets the flag under presence (action 2)", () => {
  const side = started([setOwnerInstall(false, "TPM_BAD_PRESENCE")]);
  assertEquals(tpmOf(side).permanent.flags.ownership, true);
  play(side, [physicalPresence(true), setOwnerInstall(false)]);
  assertEquals(tpmOf(side).permanent.flags.ownership, false);
});

Deno.test("TPM_SetOwnerInstall() succeeds and does nothing once there is an owner (action 1)", () => {
  const side = ownedEmulator();
  play(side, [setOwnerInstall(false)]);
  assertEquals(tpmOf(side).permanent.flags.ownership, true);
});

Deno.test("TPM_OwnerSetDisable() sets the flag, and it outlives power off (action 2)", () => {
  const side = ownedEmulator();
  play(side, [
    step({ command: "TPM_OwnerSetDisable", request: { disableState: true } }),
    powerCycle(),
    step({ command: "TPM_PCRRead", request: { pcrIndex: 0 }, code: "TPM_DISABLED" }),
    step({ command: "TPM_OwnerSetDisable", request: { disableState: false } }),
    step({ command: "TPM_PCRRead", request: { pcrIndex: 0 } }),
  ]);
});

Deno.test("TPM_PhysicalDisable() and TPM_PhysicalEnable() want presence (actions 1 and 2)", () => {
  const side = started([
    step({ command: "TPM_PhysicalDisable", code: "TPM_BAD_PRESENCE" }),
    physicalPresence(true),
    step({ command: "TPM_PhysicalDisable" }),
  ]);
  assertEquals(tpmOf(side).permanent.flags.disable, true);
  play(side, [
    physicalPresence(false),
    step({ command: "TPM_PhysicalEnable", code: "TPM_BAD_PRESENCE" }),
    physicalPresence(true),
    step({ command: "TPM_PhysicalEnable" }),
  ]);
  assertEquals(tpmOf(side).permanent.flags.disable, false);
});

Deno.test("TPM_PhysicalSetDeactivated() counts from the next start (action 2)", () => {
  const side = started([
    physicalPresence(true),
    step({ command: "TPM_PhysicalSetDeactivated", request: { state: true } }),
    step({ command: "TPM_PCRRead", request: { pcrIndex: 0 } }),
    powerCycle(),
    step({ command: "TPM_PCRRead", request: { pcrIndex: 0 }, code: "TPM_DEACTIVATED" }),
  ]);
  assertEquals(tpmOf(side).volatile.flags.deactivated, true);
});

Deno.test("TPM_SetTempDeactivated() lasts until the next start (action 3)", () => {
  const side = started([
    physicalPresence(true),
    step({ command: "TPM_SetTempDeactivated", auths: [] }),
    step({ command: "TPM_PCRRead", request: { pcrIndex: 0 }, code: "TPM_DEACTIVATED" }),
    powerCycle(),
    step({ command: "TPM_PCRRead", request: { pcrIndex: 0 } }),
  ]);
  assertEquals(tpmOf(side).permanent.flags.deactivated, false);
});

Deno.test("TPM_SetOperatorAuth() keeps the secret, and the flag that there is one (2, 3)", () => {
  const side = started([physicalPresence(true)]);
  play(side, [
    step({ command: "TPM_SetOperatorAuth", request: { operatorAuth: secret("operator") } }),
  ]);
  const { operatorAuth, flags } = tpmOf(side).permanent;
  assertEquals(operatorAuth, secret("operator"));
  assertEquals(flags.operator, true);
  play(side, [
    powerCycle(),
    step({ command: "TPM_SetTempDeactivated", auths: [secret("operator")] }),
  ]);
});
