import { TSS_TPMSTATUS_DISABLEPUBEKREAD } from "../../tspi/mod.ts";
import type { Command } from "../command.ts";
import { flagCommand } from "../flag_command.ts";

/** `tss restrictpubek`: who may read the public endorsement key. */
export const command: Command = flagCommand({
  flags: { ownerOnly: TSS_TPMSTATUS_DISABLEPUBEKREAD },
  actions: {
    restrict: {
      short: "r",
      help: "only the owner may read it",
      owner: [TSS_TPMSTATUS_DISABLEPUBEKREAD, true],
    },
  },
  example: "tss restrictpubek -r -z",
});
