import { SIZED32 } from "../../codec/mod.ts";
import { ALWAYS, command } from "./command.ts";

/** Part 3, chapter 4: Admin Testing. */
export const TESTING = {
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
