import { ALWAYS, command, type CommandRows, type NoValues, UNCHECKED } from "./command.ts";
import { TPM_STARTUP_TYPE } from "./scalars.ts";

/** What the commands of chapter 3 take and answer, by the groups of their rows. */
export interface StartupCommands {
  TPM_Init: NoValues;
  TPM_Startup: {
    in: { startupType: number };
  };
  TPM_SaveState: NoValues;
}

/** Part 3, chapter 3: Admin Startup and State. */
export const STARTUP: CommandRows<StartupCommands> = {
  TPM_Init: command({
    ordinal: 0x97,
    spec: "Part 3, 3.1",
    needs: UNCHECKED,
    powerSignal: true,
  }),
  // Must come before anything else, and ends the wait for itself even in failure mode: its handler
  // looks at both states (3.2, Description 1 and action 1).
  TPM_Startup: command({
    ordinal: 0x99,
    spec: "Part 3, 3.2",
    in: { startupType: TPM_STARTUP_TYPE },
    needs: UNCHECKED,
    keepsSavedState: true,
  }),
  TPM_SaveState: command({
    ordinal: 0x98,
    spec: "Part 3, 3.3",
    needs: ALWAYS,
    keepsSavedState: true,
    transport: "refused",
  }),
};
