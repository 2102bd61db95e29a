import { ALWAYS, command } from "./command.ts";
import { TPM_HANDLE, TPM_RESOURCE_TYPE } from "./scalars.ts";

/** Part 3, chapter 22: Eviction. */
export const EVICTION = {
  TPM_FlushSpecific: command({
    ordinal: 0xba,
    spec: "Part 3, 22.1",
    handles: { handle: TPM_HANDLE },
    in: { resourceType: TPM_RESOURCE_TYPE },
    needs: ALWAYS,
  }),
};
