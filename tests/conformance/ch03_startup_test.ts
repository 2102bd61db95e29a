import { TPM_ST_CLEAR, TPM_ST_DEACTIVATED, TPM_ST_STATE } from "../../lib/tpm12/constants/mod.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { withMalformed } from "./malformed.ts";
import { action, type Step, step } from "./step.ts";
import { createWrapKey, loadKey, powerCycle, startup } from "./steps.ts";
import { ZEROS } from "./templates.ts";

const FRESH = { fresh: true };
const extend = step({ command: "TPM_Extend", request: { pcrNum: 3, inDigest: ZEROS } });
const readPcr = (code = "TPM_SUCCESS"): Step =>
  step({ command: "TPM_PCRRead", request: { pcrIndex: 3 }, code });
const read = readPcr();
const flags = step({
  command: "TPM_GetCapability",
  title: "the volatile flags",
  request: { capArea: 4, subCap: Uint8Array.of(0, 0, 1, 9) },
});

conformanceTest("TPM_Startup(ST_CLEAR) is taken once, and nothing before it", [
  readPcr("TPM_INVALID_POSTINIT"),
  startup(),
  withMalformed({
    command: "TPM_Startup",
    title: "a second time",
    request: { startupType: TPM_ST_CLEAR },
    code: "TPM_INVALID_POSTINIT",
  }),
  flags,
], FRESH);

conformanceTest("a TPM_Startup that is refused leaves the TPM waiting, as libtpms does not", [
  startup(7, { code: "TPM_BAD_PARAMETER" }),
  step({
    command: "TPM_PCRRead",
    request: { pcrIndex: 3 },
    code: { emulator: "TPM_INVALID_POSTINIT", libtpms: "TPM_SUCCESS" },
  }),
], FRESH);

conformanceTest("TPM_Startup(ST_DEACTIVATED) leaves a TPM that does little", [
  startup(TPM_ST_DEACTIVATED),
  flags,
  step({
    command: "TPM_Extend",
    title: "while deactivated",
    request: { pcrNum: 3, inDigest: ZEROS },
    code: "any",
  }),
  readPcr("TPM_DEACTIVATED"),
  step({ command: "TPM_OIAP", code: "any" }),
  step({ command: "TPM_GetRandom", request: { bytesRequested: 4 }, code: "TPM_DEACTIVATED" }),
  step({ command: "TPM_SaveState", code: "any" }),
], FRESH);

conformanceTest("TPM_SaveState keeps PCRs and keys for TPM_Startup(ST_STATE)", [
  createWrapKey("key", { usage: "signing", bits: 512 }),
  loadKey("key"),
  extend,
  withMalformed({ command: "TPM_SaveState" }),
  powerCycle(TPM_ST_STATE),
  read,
  flags,
  loadKey("key"),
]);

conformanceTest("a command that comes before TPM_Startup does no harm to the state", [
  extend,
  step({ command: "TPM_SaveState" }),
  action("power off and on", (side) => side.machine.reset()),
  readPcr("TPM_INVALID_POSTINIT"),
  startup(TPM_ST_STATE),
  read,
]);

conformanceTest("TPM_Startup(ST_STATE) with no state, or a stale one, is refused alike", [
  startup(TPM_ST_STATE, { code: "TPM_FAILEDSELFTEST" }),
  readPcr("TPM_FAILEDSELFTEST"),
  powerCycle(),
  extend,
  step({ command: "TPM_SaveState" }),
  extend,
  action("power off and on", (side) => side.machine.reset()),
  startup(TPM_ST_STATE, { title: "after the state went stale", code: "any" }),
  step({ command: "TPM_PCRRead", request: { pcrIndex: 3 }, code: "any" }),
], FRESH);
