import { assertEquals } from "@std/assert";
import { play } from "../../conformance/differential.ts";
import { EmulatorMachine } from "../../conformance/emulator_machine.ts";
import { freshEmulator, ownedEmulator, tpmOf } from "../../conformance/owned_emulator.ts";
import type { Side } from "../../conformance/side.ts";
import { type Step, step } from "../../conformance/step.ts";
import {
  createWrapKey,
  loadKey,
  physicalPresence,
  powerCycle,
  startup,
} from "../../conformance/steps.ts";
import { secret } from "../../conformance/templates.ts";
import * as C from "../../../lib/tpm12/constants/mod.ts";

/** An owned emulator whose clock stands still until it is moved. */
function timed(): { side: Side; wait: (seconds: number) => void } {
  const side = ownedEmulator();
  const state = (side.machine as EmulatorMachine).save();
  let now = 1_000_000n;
  const machine = new EmulatorMachine({ clock: () => now });
  machine.restore(state);
  side.machine = machine;
  return { side, wait: (seconds) => now += BigInt(Math.round(seconds * 1e6)) };
}

const guess = (code = "TPM_AUTHFAIL"): Step =>
  step({
    command: "TPM_OwnerSetDisable",
    request: { disableState: false },
    auths: [secret("wrong")],
    code,
  });
const use = (code = "TPM_SUCCESS"): Step =>
  step({ command: "TPM_OwnerSetDisable", request: { disableState: false }, code });
const reset = (code = "TPM_SUCCESS", owner?: Uint8Array): Step =>
  step({ command: "TPM_ResetLockValue", ...(owner && { auths: [owner] }), code });
const times = (count: number, step: Step): Step[] => Array.from({ length: count }, () => step);
const LOCKED = "TPM_DEFEND_LOCK_RUNNING";

Deno.test("each wrong guess after the fifth locks the TPM twice as long as the last", () => {
  const { side, wait } = timed();
  play(side, [times(5, guess()), use()]);
  for (const seconds of [1, 2, 4, 8]) {
    play(side, [guess(), use(LOCKED)]);
    wait(seconds - 0.01);
    play(side, [use(LOCKED)]);
    wait(0.01);
    play(side, [use()]);
  }
});

Deno.test("the count outlives power off, and a lockout begins anew", () => {
  const { side, wait } = timed();
  play(side, [times(6, guess()), use(LOCKED), powerCycle(), use(LOCKED)]);
  wait(1);
  play(side, [use(), powerCycle(), use(LOCKED)]);
  wait(1);
  play(side, [guess()]);
  assertEquals(tpmOf(side).permanent.authFailCount, 7);
  wait(1);
  play(side, [use(LOCKED)]);
});

Deno.test("TPM_ResetLockValue() ends lockout and count (action 3)", () => {
  const { side } = timed();
  play(side, [times(6, guess()), use(LOCKED), reset(), use(), times(5, guess()), use()]);
  assertEquals(tpmOf(side).permanent.authFailCount, 5);
});

Deno.test("TPM_ResetLockValue() may fail once in a lockout (actions 1 and 2)", () => {
  const { side, wait } = timed();
  play(side, [times(6, guess()), reset("TPM_AUTHFAIL", secret("wrong"))]);
  assertEquals(tpmOf(side).permanent.authFailCount, 7);
  assertEquals(tpmOf(side).volatile.disableResetLock, true);
  play(side, [reset("TPM_AUTHFAIL")]);
  // 2.b. The seventh failure made it two seconds.
  wait(1.5);
  play(side, [reset("TPM_AUTHFAIL")]);
  wait(0.5);
  play(side, [reset(), use()]);
  assertEquals(tpmOf(side).permanent.authFailCount, 0);
});

Deno.test("commands without a session run during a lockout", () => {
  const { side } = timed();
  play(side, [
    times(6, guess()),
    step({ command: "TPM_PCRRead", request: { pcrIndex: 0 } }),
    step({ command: "TPM_OIAP" }),
  ]);
});

const upgrade = (auths: readonly string[], code = "TPM_SUCCESS"): Step =>
  step({ command: "TPM_FieldUpgrade", auths, code });

Deno.test("TPM_FieldUpgrade() is up to the owner when there is one (action 1)", () => {
  const side = ownedEmulator();
  play(side, [
    upgrade(["owner"]),
    upgrade([], "TPM_AUTHFAIL"),
    step({ command: "TPM_FieldUpgrade", auths: [secret("wrong")], code: "TPM_AUTHFAIL" }),
  ]);
});

Deno.test("TPM_FieldUpgrade() without owner takes deferred presence (action 2)", () => {
  const side = freshEmulator();
  play(side, [
    startup(),
    upgrade([], "TPM_BAD_PRESENCE"),
    physicalPresence(true),
    upgrade([], "TPM_BAD_PRESENCE"),
    step({
      command: "TPM_SetCapability",
      request: {
        capArea: C.TPM_SET_STCLEAR_DATA,
        subCap: Uint8Array.of(0, 0, 0, C.TPM_SD_DEFERREDPHYSICALPRESENCE),
        setValue: Uint8Array.of(0, 0, 0, 1),
      },
    }),
    physicalPresence(false),
    upgrade([]),
  ]);
});

Deno.test("TPM_SetRedirection() finds no channel to send to (actions 2.a to 2.d)", () => {
  const side = ownedEmulator();
  const redirect = (
    { key, redirCmd = 1, size = 4 }: { key: string; redirCmd?: number; size?: number },
    code: string,
  ): Step =>
    step({
      command: "TPM_SetRedirection",
      request: (side) => ({
        keyHandle: side.key(key).handle ?? 1,
        redirCmd,
        inputData: new Uint8Array(size),
      }),
      auths: ["owner"],
      code,
    });
  play(side, [
    createWrapKey("bind", { usage: "bind", bits: 512 }),
    createWrapKey("redirected", { usage: "bind", bits: 512, keyFlags: C.TPM_REDIRECTION }),
    redirect({ key: "redirected" }, "TPM_INVALID_KEYHANDLE"),
    loadKey("bind"),
    loadKey("redirected"),
    redirect({ key: "bind" }, "TPM_BAD_TYPE"),
    redirect({ key: "redirected", size: 3 }, "TPM_BAD_PARAM_SIZE"),
    redirect({ key: "redirected" }, "TPM_BAD_PARAMETER"),
    redirect({ key: "redirected", redirCmd: 2 }, "TPM_BAD_PARAMETER"),
  ]);
});
