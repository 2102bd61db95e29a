import { SIZED32 } from "../../codec/mod.ts";
import { ALWAYS, command, type CommandRows, type NoValues } from "./command.ts";

/** What the commands of chapter 4 take and answer, by the groups of their rows. */
export interface TestingCommands {
  TPM_SelfTestFull: NoValues;
  TPM_ContinueSelfTest: NoValues;
  TPM_GetTestResult: {
    out: { outData: Uint8Array };
  };
}

/** Part 3, chapter 4: Admin Testing. */
export const TESTING: CommandRows<TestingCommands> = {
  TPM_SelfTestFull: command({
    ordinal: 0x50,
    spec: "Part 3, 4.1",
    needs: ALWAYS,
    duration: "long",
  }),
  TPM_ContinueSelfTest: command({
    ordinal: 0x53,
    spec: "Part 3, 4.2",
    needs: ALWAYS,
    duration: "long",
  }),
  TPM_GetTestResult: command({
    ordinal: 0x54,
    spec: "Part 3, 4.3",
    out: { outData: SIZED32 },
    needs: { ...ALWAYS, selfTest: false },
  }),
};
