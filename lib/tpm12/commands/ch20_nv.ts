import { SIZED32, U32 } from "../../codec/mod.ts";
import {
  TPM_DELEGATE_NV_DefineSpace,
  TPM_DELEGATE_NV_ReadValue,
  TPM_DELEGATE_NV_WriteValue,
} from "../constants/mod.ts";
import { TPM_ENCAUTH, TPM_NV_DATA_PUBLIC, type TpmNvDataPublic } from "../structures/mod.ts";
import { ALWAYS, command, type CommandRows, OPERATIONAL, SHARED_SECRET } from "./command.ts";
import { TPM_NV_INDEX } from "./scalars.ts";

/** What the commands of chapter 20 take and answer, by the groups of their rows. */
export interface NvCommands {
  TPM_NV_DefineSpace: {
    in: { pubInfo: TpmNvDataPublic; encAuth: Uint8Array };
  };
  TPM_NV_WriteValue: {
    in: { nvIndex: number; offset: number; data: Uint8Array };
  };
  TPM_NV_WriteValueAuth: {
    in: { nvIndex: number; offset: number; data: Uint8Array };
  };
  TPM_NV_ReadValue: {
    in: { nvIndex: number; offset: number; dataSize: number };
    out: { data: Uint8Array };
  };
  TPM_NV_ReadValueAuth: {
    in: { nvIndex: number; offset: number; dataSize: number };
    out: { data: Uint8Array };
  };
}

/** Part 3, chapter 20: Non-volatile Storage. */
export const NV: CommandRows<NvCommands> = {
  TPM_NV_DefineSpace: command({
    ordinal: 0xcc,
    spec: "Part 3, 20.1",
    // Without the session encAuth is not hidden (action 5).
    auth: [{
      for: "owner",
      sessions: SHARED_SECRET,
      optional: true,
      adip: { encAuth: "even" },
      ends: "always",
      inTurn: true,
    }],
    in: { pubInfo: TPM_NV_DATA_PUBLIC, encAuth: TPM_ENCAUTH },
    needs: { ...ALWAYS, enabled: "nvLocked", activated: "nvLocked" },
    delegate: { owner: TPM_DELEGATE_NV_DefineSpace },
  }),
  // Whether a disabled or deactivated TPM may read or write depends on the area: the handlers of
  // TPM_NV_WriteValue and TPM_NV_ReadValue look.
  TPM_NV_WriteValue: command({
    ordinal: 0xcd,
    spec: "Part 3, 20.2",
    auth: [{ for: "owner", optional: true, inTurn: true }],
    in: { nvIndex: TPM_NV_INDEX, offset: U32, data: SIZED32 },
    secret: ["data"],
    needs: ALWAYS,
    delegate: { owner: TPM_DELEGATE_NV_WriteValue },
  }),
  TPM_NV_WriteValueAuth: command({
    ordinal: 0xce,
    spec: "Part 3, 20.3",
    auth: [{ for: "nv" }],
    in: { nvIndex: TPM_NV_INDEX, offset: U32, data: SIZED32 },
    secret: ["data"],
    needs: OPERATIONAL,
  }),
  TPM_NV_ReadValue: command({
    ordinal: 0xcf,
    spec: "Part 3, 20.4",
    auth: [{ for: "owner", optional: true, inTurn: true }],
    in: { nvIndex: TPM_NV_INDEX, offset: U32, dataSize: U32 },
    out: { data: SIZED32 },
    secret: ["data"],
    needs: ALWAYS,
    delegate: { owner: TPM_DELEGATE_NV_ReadValue },
  }),
  TPM_NV_ReadValueAuth: command({
    ordinal: 0xd0,
    spec: "Part 3, 20.5",
    auth: [{ for: "nv" }],
    in: { nvIndex: TPM_NV_INDEX, offset: U32, dataSize: U32 },
    out: { data: SIZED32 },
    secret: ["data"],
    needs: OPERATIONAL,
  }),
};
