import * as startup from "./ch03_startup.ts";
import * as testing from "./ch04_testing.ts";
import * as integrity from "./ch16_integrity.ts";
import * as sessions from "./ch18_sessions.ts";
import type { Handlers } from "./handler.ts";

/** The handler of every command, in the order of Part 3. */
export const HANDLERS: Handlers = {
  TPM_Startup: startup.TPM_Startup,
  TPM_SaveState: startup.TPM_SaveState,
  TPM_SelfTestFull: testing.TPM_SelfTestFull,
  TPM_ContinueSelfTest: testing.TPM_ContinueSelfTest,
  TPM_GetTestResult: testing.TPM_GetTestResult,
  TPM_Extend: integrity.TPM_Extend,
  TPM_PCRRead: integrity.TPM_PCRRead,
  TPM_Quote: integrity.TPM_Quote,
  TPM_PCR_Reset: integrity.TPM_PCR_Reset,
  TPM_Quote2: integrity.TPM_Quote2,
  TPM_OIAP: sessions.TPM_OIAP,
  TPM_OSAP: sessions.TPM_OSAP,
};
