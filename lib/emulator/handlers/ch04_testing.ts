import { selfTest } from "../self_test.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import type { Tpm } from "../tpm.ts";
import type { Handler } from "./handler.ts";

/** TPM_SelfTestFull (Part 3, 4.1). */
export const TPM_SelfTestFull: Handler<"TPM_SelfTestFull"> = (tpm) => {
  runSelfTest(tpm);
  return {};
};

/** TPM_ContinueSelfTest (Part 3, 4.2). Action 3.b: the test is finished before the answer. */
export const TPM_ContinueSelfTest: Handler<"TPM_ContinueSelfTest"> = (tpm) => {
  runSelfTest(tpm);
  return {};
};

/** TPM_GetTestResult (Part 3, 4.3): "Shutdown" and a code, as libtpms says it. */
export const TPM_GetTestResult: Handler<"TPM_GetTestResult"> = (tpm) => {
  const state = tpm.failure === null ? 2 : 3;
  const text = `Shutdown ${state.toString(16).padStart(8, "0")}\n`;
  return { outData: Uint8Array.from(text, (letter) => letter.charCodeAt(0)) };
};

/** 1, 2. One test that fails is failure mode. */
function runSelfTest(tpm: Tpm): void {
  const failed = selfTest(tpm);
  if (failed === null) return;
  tpm.fail(failed);
  throw tpmError("TPM_FAILEDSELFTEST", failed);
}
