import { SIZED32, U32 } from "../../codec/mod.ts";
import { TPM_DELEGATE_SetCapability } from "../constants/mod.ts";
import { TPM_VERSION } from "../structures/mod.ts";
import { ALWAYS, command, OPERATIONAL } from "./command.ts";
import { TPM_CAPABILITY_AREA } from "./scalars.ts";

/** Part 3, chapter 7: The Capability Commands. */
export const CAPABILITY = {
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
