import * as C from "../../lib/tpm12/constants/mod.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { type Step, step } from "./step.ts";
import { physicalPresence, powerCycle, startup } from "./steps.ts";

const TESTS: Step[] = [
  step({ command: "TPM_SelfTestFull", code: "any" }),
  step({ command: "TPM_ContinueSelfTest", code: "any" }),
  step({ command: "TPM_GetTestResult", code: "any" }),
];

conformanceTest("self-tests answer the same in every state", [
  TESTS,
  startup(),
  TESTS,
  physicalPresence(true),
  step({ command: "TPM_PhysicalDisable" }),
  TESTS,
  step({ command: "TPM_SetTempDeactivated", auths: [] }),
  TESTS,
  powerCycle(C.TPM_ST_DEACTIVATED),
  TESTS,
], { fresh: true });

conformanceTest("self-tests answer the same in failure mode", [
  startup(C.TPM_ST_STATE, { code: "TPM_FAILEDSELFTEST" }),
  TESTS,
  powerCycle(),
  TESTS,
], { fresh: true });
