import {
  TSS_TPMSTATUS_DISABLEFORCECLEAR,
  TSS_TPMSTATUS_DISABLEOWNERCLEAR,
} from "../../tspi/mod.ts";
import type { Command } from "../command.ts";
import { flagCommand } from "../flag_command.ts";

/** `tss setclearable`: takes ways to clear the TPM away. */
export const command: Command = flagCommand({
  flags: {
    ownerClearDisabled: TSS_TPMSTATUS_DISABLEOWNERCLEAR,
    forceClearDisabled: TSS_TPMSTATUS_DISABLEFORCECLEAR,
  },
  actions: {
    owner: {
      short: "o",
      help: "the owner cannot clear it any more",
      owner: [TSS_TPMSTATUS_DISABLEOWNERCLEAR, true],
    },
    force: {
      short: "f",
      help: "physical presence cannot clear it until the next power on",
      presence: [TSS_TPMSTATUS_DISABLEFORCECLEAR, true],
    },
  },
  details: "What -o takes away comes back when the TPM is cleared by physical presence.",
  example: "tss setclearable -f",
});
