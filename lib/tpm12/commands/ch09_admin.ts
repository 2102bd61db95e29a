import { SIZED32 } from "../../codec/mod.ts";
import {
  TPM_DELEGATE_FieldUpgrade,
  TPM_DELEGATE_ResetLockValue,
  TPM_DELEGATE_SetRedirection,
} from "../constants/mod.ts";
import { ALWAYS, command, type CommandRows, type NoValues, OPERATIONAL } from "./command.ts";
import { TPM_COMMAND_CODE, TPM_KEY_HANDLE } from "./scalars.ts";

/** What the commands of chapter 9 take and answer, by the groups of their rows. */
export interface AdminCommands {
  TPM_FieldUpgrade: NoValues;
  TPM_SetRedirection: {
    handles: { keyHandle: number };
    in: { redirCmd: number; inputData: Uint8Array };
  };
  TPM_ResetLockValue: NoValues;
}

/** Part 3, chapter 9: Administrative Functions - Management. */
export const ADMIN: CommandRows<AdminCommands> = {
  // Beside the owner's session the parameters are the manufacturer's (9.1): none here. An unowned
  // TPM takes it without a session (action 2).
  TPM_FieldUpgrade: command({
    ordinal: 0xaa,
    spec: "Part 3, 9.1",
    auth: [{ for: "owner", optional: true }],
    needs: ALWAYS,
    delegate: { owner: TPM_DELEGATE_FieldUpgrade },
    duration: "long",
  }),
  TPM_SetRedirection: command({
    ordinal: 0x9a,
    spec: "Part 3, 9.2",
    handles: { keyHandle: TPM_KEY_HANDLE },
    auth: [{ for: "owner", optional: true }],
    in: { redirCmd: TPM_COMMAND_CODE, inputData: SIZED32 },
    needs: OPERATIONAL,
    delegate: { owner: TPM_DELEGATE_SetRedirection },
  }),
  TPM_ResetLockValue: command({
    ordinal: 0x40,
    spec: "Part 3, 9.3",
    auth: [{ for: "owner", inTurn: true }],
    needs: OPERATIONAL,
    delegate: { owner: TPM_DELEGATE_ResetLockValue },
    ignoresLockout: true,
  }),
};
