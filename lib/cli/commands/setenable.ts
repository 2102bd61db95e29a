import { TSS_TPMSTATUS_OWNERSETDISABLE, TSS_TPMSTATUS_PHYSICALDISABLE } from "../../tspi/mod.ts";
import type { Command } from "../command.ts";
import { flagCommand } from "../flag_command.ts";

/** `tss setenable`: enables or disables the TPM. */
export const command: Command = flagCommand({
  flags: { disabled: TSS_TPMSTATUS_PHYSICALDISABLE },
  actions: {
    enable: {
      short: "e",
      help: "enable the TPM",
      owner: [TSS_TPMSTATUS_OWNERSETDISABLE, false],
      presence: [TSS_TPMSTATUS_PHYSICALDISABLE, false],
    },
    disable: {
      short: "d",
      help: "disable the TPM",
      owner: [TSS_TPMSTATUS_OWNERSETDISABLE, true],
      presence: [TSS_TPMSTATUS_PHYSICALDISABLE, true],
    },
  },
  example: "tss setenable -e -f",
});
