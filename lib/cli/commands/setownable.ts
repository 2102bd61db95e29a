import { TSS_TPMSTATUS_SETOWNERINSTALL } from "../../tspi/mod.ts";
import type { Command } from "../command.ts";
import { flagCommand } from "../flag_command.ts";

/** `tss setownable`: lets the TPM be owned, or not. */
export const command: Command = flagCommand({
  flags: { ownable: TSS_TPMSTATUS_SETOWNERINSTALL },
  actions: {
    allow: {
      short: "a",
      help: "let somebody take ownership",
      presence: [TSS_TPMSTATUS_SETOWNERINSTALL, true],
    },
    prevent: {
      short: "p",
      help: "let nobody take ownership",
      presence: [TSS_TPMSTATUS_SETOWNERINSTALL, false],
    },
  },
  details: "Changing it needs physical presence.",
  example: "tss setownable -a",
});
