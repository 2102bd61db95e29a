import {
  TPM_CAP_HANDLE,
  TPM_ISVOLATILE,
  TPM_KH_EK,
  TPM_KH_OWNER,
  TPM_KH_SRK,
  TPM_RT_KEY,
} from "../../lib/tpm12/constants/mod.ts";
import { keyControlOwner, saveKeyContext } from "./context_steps.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { action, type Step, step } from "./step.ts";
import { createWrapKey, flushKey, loadKey, powerCycle, startup } from "./steps.ts";
import { compositeOfZeros, pcrInfoLong, secret } from "./templates.ts";

const KEY = createWrapKey("key", { usage: "signing", bits: 512, secret: secret("key") });
const USE = step({
  command: "TPM_GetPubKey",
  request: (side) => ({ keyHandle: side.handle("key") }),
});

/** Power off and on; what the user knows of handles stays. */
function restart(): Step[] {
  return [action("power off and on", (side) => side.machine.reset()), startup()];
}

/** How many keys are loaded. */
const COUNT = step({
  command: "TPM_GetCapability",
  title: "loaded keys",
  request: { capArea: TPM_CAP_HANDLE, subCap: Uint8Array.of(0, 0, 0, TPM_RT_KEY) },
  mask: ["resp"],
});

conformanceTest("a key that the owner made stay outlives power off and is evicted by none", [
  KEY,
  loadKey("key"),
  keyControlOwner("key", true),
  keyControlOwner("key", true, { title: "again" }),
  flushKey("key", { code: "TPM_KEY_OWNER_CONTROL" }),
  saveKeyContext("key", { code: "TPM_OWNER_CONTROL" }),
  ...restart(),
  USE,
  COUNT,
  keyControlOwner("key", false),
  keyControlOwner("key", false, { title: "again" }),
  USE,
  saveKeyContext("key"),
  ...restart(),
  COUNT,
  keyControlOwner("key", false, { title: "gone", code: "TPM_INVALID_KEYHANDLE" }),
]);

conformanceTest("TPM_KeyControlOwner takes a loaded key, its public half and a bit there is", [
  KEY,
  loadKey("key"),
  createWrapKey("other", { usage: "signing", bits: 512 }),
  loadKey("other"),
  ...[TPM_KH_SRK, TPM_KH_EK, TPM_KH_OWNER, 0x1234].map((handle) =>
    keyControlOwner("SRK", true, {
      title: `handle ${handle}`,
      handle,
      code: "TPM_INVALID_KEYHANDLE",
    })
  ),
  keyControlOwner("key", true, { publicOf: "other", code: "TPM_BAD_PARAMETER" }),
  keyControlOwner("key", true, { bitName: 2, title: "bit 2", code: "TPM_BAD_MODE" }),
  keyControlOwner("key", false, { bitName: 0, title: "bit 0", code: "TPM_BAD_MODE" }),
  keyControlOwner("key", true, { publicOf: "other", bitName: 2, code: "TPM_BAD_PARAMETER" }),
]);

conformanceTest("a key that depends on a start or on its parent's PCRs cannot stay", [
  createWrapKey("volatile", { usage: "signing", bits: 512, keyFlags: TPM_ISVOLATILE }),
  loadKey("volatile"),
  keyControlOwner("volatile", true, { code: "TPM_BAD_PARAMETER" }),
  keyControlOwner("volatile", false),
  createWrapKey("parent", {
    usage: "storage",
    PCRInfo: pcrInfoLong({ pcrs: [16], digestAtRelease: compositeOfZeros(16) }),
  }),
  loadKey("parent"),
  createWrapKey("child", { usage: "signing", bits: 512, parent: "parent" }),
  loadKey("child"),
  keyControlOwner("child", true, { code: "TPM_BAD_PARAMETER" }),
  keyControlOwner("parent", true),
]);

conformanceTest("ten keys may stay", [
  KEY,
  ...Array.from({ length: 11 }, (_, i) => [
    action(`key ${i}`, (side) => side.keys.set(`${i}`, { ...side.key("key") })),
    loadKey(`${i}`),
    keyControlOwner(`${i}`, true, { code: i < 10 ? "TPM_SUCCESS" : "TPM_NOSPACE" }),
  ]),
  ...powerCycle(),
  COUNT,
]);
