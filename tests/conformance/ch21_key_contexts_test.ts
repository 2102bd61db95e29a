import {
  TPM_ISVOLATILE,
  TPM_KH_EK,
  TPM_KH_SRK,
  TPM_RT_AUTH,
  TPM_RT_CONTEXT,
  TPM_RT_DAA_TPM,
  TPM_RT_DAA_V1,
  TPM_RT_KEY,
  TPM_RT_TRANS,
  TPM_ST_STATE,
} from "../../lib/tpm12/constants/mod.ts";
import { loadContext, saveContext, saveKeyContext, saveSessionContext } from "./context_steps.ts";
import { flip } from "./crafted_keys.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { step } from "./step.ts";
import { closeSession, createWrapKey, flushKey, loadKey, oiap, powerCycle } from "./steps.ts";
import { secret, ZEROS } from "./templates.ts";

const PLAIN = createWrapKey("key", { usage: "signing", bits: 512, secret: secret("key") });
const VOLATILE = createWrapKey("volatile", {
  usage: "signing",
  bits: 512,
  keyFlags: TPM_ISVOLATILE,
});

const PUBLIC_HALF = step({
  command: "TPM_GetPubKey",
  request: (side) => ({ keyHandle: side.handle("key") }),
});

conformanceTest("a key's context comes back, under its handle if that is free", [
  PLAIN,
  loadKey("key"),
  saveKeyContext("key"),
  flushKey("key"),
  loadContext("key"),
  PUBLIC_HALF,
  loadContext("key", { keepHandle: false, title: "beside it" }),
  PUBLIC_HALF,
  loadContext("key", { title: "under the same handle", code: "TPM_BAD_HANDLE" }),
]);

conformanceTest("a context that was changed is none", [
  PLAIN,
  loadKey("key"),
  saveKeyContext("key"),
  flushKey("key"),
  ...([
    ["label", () => ({ label: new Uint8Array(16) })],
    ["handle", () => ({ handle: 5 })],
    ["count", () => ({ contextCount: 5 })],
    ["integrityDigest", () => ({ integrityDigest: ZEROS })],
    ["additionalData", () => ({ additionalData: new Uint8Array(17) })],
  ] as const).map(([title, change]) =>
    loadContext("key", { title, change, code: "TPM_BADCONTEXT" })
  ),
  ...[TPM_RT_DAA_V1, 99].map((resourceType) =>
    loadContext("key", {
      title: `type ${resourceType}`,
      change: () => ({ resourceType }),
      code: "TPM_INVALID_RESOURCE",
    })
  ),
  ...([
    [0, "TPM_INVALID_STRUCTURE"],
    [30, "TPM_SIZE"],
    [undefined, "TPM_DECRYPT_ERROR"],
  ] as const).map(([at, libtpms]) =>
    loadContext("key", {
      title: `sensitiveData at ${at ?? "its end"}: libtpms tells what it finds there`,
      change: ({ sensitiveData }) => ({ sensitiveData: flip(sensitiveData, at) }),
      code: { emulator: "TPM_BADCONTEXT", libtpms },
    })
  ),
  loadContext("key"),
]);

conformanceTest("what is not there or not of that type cannot be saved", [
  oiap("session"),
  ...([
    [TPM_RT_KEY, TPM_KH_SRK],
    [TPM_RT_KEY, TPM_KH_EK],
    [TPM_RT_KEY, 0x1234],
    [TPM_RT_AUTH, 0x1234],
    [TPM_RT_TRANS, 0x1234],
    [TPM_RT_DAA_TPM, 0x1234],
    [TPM_RT_CONTEXT, 1],
    [99, 1],
  ] as const).map(([resourceType, handle]) =>
    saveContext("nothing", {
      handle: () => handle,
      resourceType,
      title: `type ${resourceType}, handle ${handle}`,
      code: "TPM_INVALID_RESOURCE",
    })
  ),
  saveContext("nothing", {
    handle: (side) => side.sessions.get("session")!.authHandle,
    resourceType: TPM_RT_KEY,
    title: "a session as a key",
    code: "TPM_INVALID_RESOURCE",
  }),
]);

conformanceTest("a key that is volatile comes back until TPM_Startup(ST_CLEAR), others after it", [
  PLAIN,
  VOLATILE,
  loadKey("key"),
  loadKey("volatile"),
  saveKeyContext("key"),
  saveKeyContext("volatile"),
  flushKey("volatile"),
  loadContext("volatile"),
  step({ command: "TPM_SaveState" }),
  ...powerCycle(TPM_ST_STATE),
  loadContext("volatile", { keepHandle: false }),
  ...powerCycle(),
  loadContext("key"),
  loadContext("volatile", { code: "TPM_BADCONTEXT" }),
]);

conformanceTest("what is refused changes nothing, but with libtpms", [
  PLAIN,
  loadKey("key"),
  saveKeyContext("key"),
  loadContext("key", { code: "TPM_BAD_HANDLE" }),
  step({
    command: "TPM_GetPubKey",
    request: (side) => ({ keyHandle: side.handle("key") }),
    code: { emulator: "TPM_SUCCESS", libtpms: "TPM_INVALID_KEYHANDLE" },
  }),
  oiap("saved"),
  saveSessionContext("saved"),
  ...Array.from({ length: 16 }, (_, i) => oiap(`${i}`)),
  loadContext("saved", { code: "TPM_RESOURCES" }),
  closeSession("3"),
  loadContext("saved", { code: { emulator: "TPM_SUCCESS", libtpms: "TPM_BADCONTEXT" } }),
]);
