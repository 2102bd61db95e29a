import { SIZED32 } from "../../codec/mod.ts";
import { TPM_DELEGATE_DAA_Join, TPM_DELEGATE_DAA_Sign } from "../constants/mod.ts";
import { command, type CommandRows, OPERATIONAL } from "./command.ts";
import { DAA_STAGE, TPM_HANDLE } from "./scalars.ts";

// The handle that stage 0 makes is answered in outputData, inside the digest (Part 3, 24.2,
// Description 6.b). A wrong owner's HMAC takes the DAA session away as any other error does, so the
// handler checks it.

/** What the commands of chapter 26 take and answer, by the groups of their rows. */
export interface DaaCommands {
  TPM_DAA_Join: {
    handles: { daaHandle: number };
    in: { stage: number; inputData0: Uint8Array; inputData1: Uint8Array };
    out: { outputData: Uint8Array };
  };
  TPM_DAA_Sign: {
    handles: { daaHandle: number };
    in: { stage: number; inputData0: Uint8Array; inputData1: Uint8Array };
    out: { outputData: Uint8Array };
  };
}

/** Part 3, chapter 26: DAA Commands. */
export const DAA: CommandRows<DaaCommands> = {
  TPM_DAA_Join: command({
    ordinal: 0x29,
    spec: "Part 3, 26.1",
    handles: { daaHandle: TPM_HANDLE },
    auth: [{ for: "owner", inTurn: true }],
    in: { stage: DAA_STAGE, inputData0: SIZED32, inputData1: SIZED32 },
    out: { outputData: SIZED32 },
    needs: OPERATIONAL,
    delegate: { owner: TPM_DELEGATE_DAA_Join },
    duration: "long",
  }),
  TPM_DAA_Sign: command({
    ordinal: 0x31,
    spec: "Part 3, 26.2",
    handles: { daaHandle: TPM_HANDLE },
    auth: [{ for: "owner", inTurn: true }],
    in: { stage: DAA_STAGE, inputData0: SIZED32, inputData1: SIZED32 },
    out: { outputData: SIZED32 },
    needs: OPERATIONAL,
    delegate: { owner: TPM_DELEGATE_DAA_Sign },
    duration: "long",
  }),
};
