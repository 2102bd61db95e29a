import { SIZED32, U32 } from "../../codec/mod.ts";
import { TPM_DELEGATE_SetCapability } from "../constants/mod.ts";
import { TPM_VERSION, type TpmVersion } from "../structures/mod.ts";
import { ALWAYS, command, type CommandRows, OPERATIONAL } from "./command.ts";
import { TPM_CAPABILITY_AREA } from "./scalars.ts";

/** What the commands of chapter 7 take and answer, by the groups of their rows. */
export interface CapabilityCommands {
  TPM_GetCapability: {
    in: { capArea: number; subCap: Uint8Array };
    out: { resp: Uint8Array };
  };
  TPM_SetCapability: {
    in: { capArea: number; subCap: Uint8Array; setValue: Uint8Array };
  };
  TPM_GetCapabilityOwner: {
    out: { version: TpmVersion; non_volatile_flags: number; volatile_flags: number };
  };
}

/** Part 3, chapter 7: The Capability Commands. */
export const CAPABILITY: CommandRows<CapabilityCommands> = {
  TPM_GetCapability: command({
    ordinal: 0x65,
    spec: "Part 3, 7.1",
    in: { capArea: TPM_CAPABILITY_AREA, subCap: SIZED32 },
    out: { resp: SIZED32 },
    needs: { ...ALWAYS, selfTest: false },
  }),
  TPM_SetCapability: command({
    ordinal: 0x3f,
    spec: "Part 3, 7.2",
    auth: [{ for: "owner", optional: true }],
    in: { capArea: TPM_CAPABILITY_AREA, subCap: SIZED32, setValue: SIZED32 },
    needs: ALWAYS,
    delegate: { owner: TPM_DELEGATE_SetCapability },
  }),
  TPM_GetCapabilityOwner: command({
    ordinal: 0x66,
    spec: "Part 3, 7.3",
    auth: [{ for: "owner" }],
    out: { version: TPM_VERSION, non_volatile_flags: U32, volatile_flags: U32 },
    needs: OPERATIONAL,
  }),
};
