import { SIZED32 } from "../../codec/mod.ts";
import { TPM_KEY_DELEGATE_TickStampBlob } from "../constants/mod.ts";
import {
  TPM_CURRENT_TICKS,
  TPM_DIGEST,
  TPM_NONCE,
  type TpmCurrentTicks,
} from "../structures/mod.ts";
import { ACTIVE, command, type CommandRows, OPERATIONAL } from "./command.ts";
import { TPM_KEY_HANDLE } from "./scalars.ts";

/** What the commands of chapter 23 take and answer, by the groups of their rows. */
export interface TicksCommands {
  TPM_GetTicks: {
    out: { currentTime: TpmCurrentTicks };
  };
  TPM_TickStampBlob: {
    handles: { keyHandle: number };
    in: { antiReplay: Uint8Array; digestToStamp: Uint8Array };
    out: { currentTicks: TpmCurrentTicks; sig: Uint8Array };
  };
}

/** Part 3, chapter 23: Timing Ticks. */
export const TICKS: CommandRows<TicksCommands> = {
  TPM_GetTicks: command({
    ordinal: 0xf1,
    spec: "Part 3, 23.1",
    out: { currentTime: TPM_CURRENT_TICKS },
    needs: ACTIVE,
  }),
  TPM_TickStampBlob: command({
    ordinal: 0xf2,
    spec: "Part 3, 23.2",
    handles: { keyHandle: TPM_KEY_HANDLE },
    auth: [{ for: "keyHandle", optional: true }],
    in: { antiReplay: TPM_NONCE, digestToStamp: TPM_DIGEST },
    out: { currentTicks: TPM_CURRENT_TICKS, sig: SIZED32 },
    needs: OPERATIONAL,
    delegate: { key: TPM_KEY_DELEGATE_TickStampBlob },
    duration: "medium",
  }),
};
