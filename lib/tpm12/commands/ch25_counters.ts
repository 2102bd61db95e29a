import { TPM_DELEGATE_CreateCounter, TPM_DELEGATE_ReleaseCounterOwner } from "../constants/mod.ts";
import { TPM_COUNTER_VALUE, TPM_ENCAUTH, type TpmCounterValue } from "../structures/mod.ts";
import { ACTIVE, command, type CommandRows, OPERATIONAL, SHARED_SECRET } from "./command.ts";
import { COUNTER_LABEL, TPM_COUNT_ID } from "./scalars.ts";

/** What the commands of chapter 25 take and answer, by the groups of their rows. */
export interface CountersCommands {
  TPM_CreateCounter: {
    in: { encAuth: Uint8Array; label: Uint8Array };
    out: { countID: number; counterValue: TpmCounterValue };
  };
  TPM_IncrementCounter: {
    in: { countID: number };
    out: { count: TpmCounterValue };
  };
  TPM_ReadCounter: {
    in: { countID: number };
    out: { count: TpmCounterValue };
  };
  TPM_ReleaseCounter: {
    in: { countID: number };
  };
  TPM_ReleaseCounterOwner: {
    in: { countID: number };
  };
}

/** Part 3, chapter 25: Monotonic Counter. */
export const COUNTERS: CommandRows<CountersCommands> = {
  TPM_CreateCounter: command({
    ordinal: 0xdc,
    spec: "Part 3, 25.1",
    auth: [{ for: "owner", sessions: SHARED_SECRET, adip: { encAuth: "even" }, ends: "always" }],
    in: { encAuth: TPM_ENCAUTH, label: COUNTER_LABEL },
    out: { countID: TPM_COUNT_ID, counterValue: TPM_COUNTER_VALUE },
    needs: OPERATIONAL,
    delegate: { owner: TPM_DELEGATE_CreateCounter },
  }),
  TPM_IncrementCounter: command({
    ordinal: 0xdd,
    spec: "Part 3, 25.2",
    auth: [{ for: "counter" }],
    in: { countID: TPM_COUNT_ID },
    out: { count: TPM_COUNTER_VALUE },
    needs: OPERATIONAL,
  }),
  TPM_ReadCounter: command({
    ordinal: 0xde,
    spec: "Part 3, 25.3",
    in: { countID: TPM_COUNT_ID },
    out: { count: TPM_COUNTER_VALUE },
    needs: ACTIVE,
  }),
  TPM_ReleaseCounter: command({
    ordinal: 0xdf,
    spec: "Part 3, 25.4",
    auth: [{ for: "counter" }],
    in: { countID: TPM_COUNT_ID },
    needs: ACTIVE,
  }),
  TPM_ReleaseCounterOwner: command({
    ordinal: 0xe0,
    spec: "Part 3, 25.5",
    auth: [{ for: "owner" }],
    in: { countID: TPM_COUNT_ID },
    needs: OPERATIONAL,
    delegate: { owner: TPM_DELEGATE_ReleaseCounterOwner },
  }),
};
