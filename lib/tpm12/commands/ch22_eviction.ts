import { ALWAYS, command, type CommandRows } from "./command.ts";
import { TPM_HANDLE, TPM_RESOURCE_TYPE } from "./scalars.ts";

/** What the commands of chapter 22 take and answer, by the groups of their rows. */
export interface EvictionCommands {
  TPM_FlushSpecific: {
    handles: { handle: number };
    in: { resourceType: number };
  };
}

/** Part 3, chapter 22: Eviction. */
export const EVICTION: CommandRows<EvictionCommands> = {
  TPM_FlushSpecific: command({
    ordinal: 0xba,
    spec: "Part 3, 22.1",
    handles: { handle: TPM_HANDLE },
    in: { resourceType: TPM_RESOURCE_TYPE },
    needs: ALWAYS,
  }),
};
