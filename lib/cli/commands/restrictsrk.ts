import { TSS_TPMSTATUS_DISABLEPUBSRKREAD } from "../../tspi/mod.ts";
import type { Command } from "../command.ts";
import { flagCommand } from "../flag_command.ts";

/** `tss restrictsrk`: who may read the public part of the SRK. */
export const command: Command = flagCommand({
  flags: { ownerOnly: TSS_TPMSTATUS_DISABLEPUBSRKREAD },
  actions: {
    allow: {
      short: "a",
      help: "who has the SRK's secret may read it too",
      owner: [TSS_TPMSTATUS_DISABLEPUBSRKREAD, false],
    },
    restrict: {
      short: "r",
      help: "only the owner may read it",
      owner: [TSS_TPMSTATUS_DISABLEPUBSRKREAD, true],
    },
  },
  example: "tss restrictsrk -a -z",
});
