import { TPM_KH_EK, TPM_KH_SRK } from "../../lib/tpm12/constants/mod.ts";
import { keyControlOwner, sessionHandle } from "./context_steps.ts";
import { conformanceTest } from "./emulator_pair.ts";
import type { Side } from "./side.ts";
import { type Step, step } from "./step.ts";
import {
  createEk,
  createWrapKey,
  type Expectation,
  loadKey,
  oiap,
  osap,
  startup,
  takeOwnership,
} from "./steps.ts";
import { secret, ZEROS } from "./templates.ts";

function evictKey(handle: (side: Side) => number, expectation: Expectation = {}): Step {
  return step({
    command: "TPM_EvictKey",
    request: (side) => ({ evictHandle: handle(side) }),
    ...expectation,
  });
}

function terminate(handle: (side: Side) => number, expectation: Expectation = {}): Step {
  return step({
    command: "TPM_Terminate_Handle",
    request: (side) => ({ authHandle: handle(side) }),
    ...expectation,
  });
}

const KEY = (side: Side): number => side.handle("key");

conformanceTest("TPM_EvictKey evicts what is in a slot, unless the owner made it stay", [
  createWrapKey("key", { usage: "signing", bits: 512 }),
  loadKey("key"),
  osap("session", "key"),
  keyControlOwner("key", true),
  evictKey(KEY, { title: "the owner's", code: "TPM_KEY_OWNER_CONTROL" }),
  keyControlOwner("key", false),
  evictKey(KEY),
  evictKey(KEY, { title: "a second time", code: "TPM_INVALID_KEYHANDLE" }),
  terminate((side) => sessionHandle(side, "session"), {
    title: "of the key's session",
    code: "TPM_INVALID_AUTHHANDLE",
  }),
  ...[TPM_KH_SRK, TPM_KH_EK, 0x1234].map((handle) =>
    evictKey(() => handle, { title: `handle ${handle}`, code: "TPM_INVALID_KEYHANDLE" })
  ),
]);

conformanceTest("TPM_Terminate_Handle ends a session, and works before there is an owner", [
  startup(),
  oiap("session"),
  terminate((side) => sessionHandle(side, "session")),
  terminate((side) => sessionHandle(side, "session"), { code: "TPM_INVALID_AUTHHANDLE" }),
  terminate(() => 5, { code: "TPM_INVALID_AUTHHANDLE" }),
], { fresh: true });

function dirRead(dirIndex: number, expectation: Expectation = {}): Step {
  return step({ command: "TPM_DirRead", request: { dirIndex }, ...expectation });
}

function dirWrite(dirIndex: number, expectation: Expectation & { secret?: Uint8Array } = {}): Step {
  const { secret: ownerSecret, ...rest } = expectation;
  return step({
    command: "TPM_DirWriteAuth",
    request: { dirIndex, newContents: secret("DIR") },
    ...(ownerSecret && { auths: [ownerSecret] }),
    ...rest,
  });
}

conformanceTest("there is one DIR; anybody reads it, the owner writes it", [
  startup(),
  dirRead(0),
  dirRead(1, { code: "TPM_BADINDEX" }),
  dirWrite(0, { secret: ZEROS, code: "TPM_AUTHFAIL" }),
  createEk(),
  takeOwnership({ owner: secret("owner") }),
  dirWrite(0),
  dirRead(0),
  dirWrite(1, { code: "TPM_BADINDEX" }),
  dirWrite(1, { secret: ZEROS, title: "wrong secret", code: "TPM_AUTHFAIL" }),
], { fresh: true });
