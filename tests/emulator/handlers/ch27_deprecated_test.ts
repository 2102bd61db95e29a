import { assertEquals } from "@std/assert";
import { sessionHandle } from "../../conformance/context_steps.ts";
import { play } from "../../conformance/differential.ts";
import { freshEmulator, ownedEmulator, tpmOf } from "../../conformance/owned_emulator.ts";
import { type Step, step } from "../../conformance/step.ts";
import {
  createWrapKey,
  loadKey,
  oiap,
  osap,
  powerCycle,
  startup,
} from "../../conformance/steps.ts";
import { secret } from "../../conformance/templates.ts";

const KEY = [createWrapKey("key", { usage: "signing", bits: 512 }), loadKey("key")];
const SAVE_KEY = step({
  command: "TPM_SaveKeyContext",
  request: (side) => ({ keyHandle: side.handle("key") }),
  keep: (side, { keyContextBlob }) => side.values.set("key context", keyContextBlob.slice()),
});

function loadSavedKey(code = "TPM_SUCCESS"): Step {
  return step({
    command: "TPM_LoadKeyContext",
    request: (side) => ({ keyContextBlob: side.bytes("key context") }),
    code,
  });
}

const SAVE_SESSION = step({
  command: "TPM_SaveAuthContext",
  request: (side) => ({ authHandle: sessionHandle(side, "session") }),
  keep: (side, { authContextBlob }) => side.values.set("session context", authContextBlob.slice()),
});

function loadSavedSession(code = "TPM_SUCCESS"): Step {
  return step({
    command: "TPM_LoadAuthContext",
    request: (side) => ({ authContextBlob: side.bytes("session context") }),
    code,
  });
}

Deno.test("TPM_EvictKey() frees the slot, wipes the key and ends its sessions", () => {
  const side = ownedEmulator();
  play(side, [KEY, osap("session", "key")]);
  const { volatile } = tpmOf(side);
  const { key } = volatile.keys.get(side.handle("key"))!;
  play(side, [
    step({ command: "TPM_EvictKey", request: (side) => ({ evictHandle: side.handle("key") }) }),
  ]);
  assertEquals(volatile.keys.size, 0);
  assertEquals(volatile.authSessions.size, 0);
  assertEquals(key.sensitive.privKey.key, new Uint8Array(32));
});

Deno.test("TPM_SaveKeyContext() frees the slot (27.2.1, 1)", () => {
  const side = ownedEmulator();
  play(side, [KEY, SAVE_KEY]);
  assertEquals(tpmOf(side).volatile.keys.size, 0);
  play(side, [loadSavedKey(), loadSavedKey()]);
  assertEquals(tpmOf(side).volatile.keys.size, 2);
});

Deno.test("what was saved before power was lost is void (27.2.1, 4)", () => {
  const side = ownedEmulator();
  play(side, [KEY, SAVE_KEY, oiap("session"), SAVE_SESSION, powerCycle()]);
  play(side, [loadSavedKey("TPM_BADCONTEXT"), loadSavedSession("TPM_BADCONTEXT")]);
});

Deno.test("sessions are saved before there is an owner too", () => {
  const side = freshEmulator();
  play(side, [startup(), oiap("session"), SAVE_SESSION, loadSavedSession()]);
  assertEquals(tpmOf(side).volatile.authSessions.size, 1);
});

Deno.test("TPM_DirWriteAuth() outlives power off", () => {
  const side = ownedEmulator();
  play(side, [
    step({ command: "TPM_DirWriteAuth", request: { dirIndex: 0, newContents: secret("DIR") } }),
    powerCycle(),
  ]);
  assertEquals(tpmOf(side).permanent.authDIR, secret("DIR"));
});
