import { type Command, defineCommand } from "../command.ts";
import { parsePcrs } from "../pcrs.ts";
import { withContext } from "../session.ts";

/** `tss pcrread`: the values of PCRs. */
export const command: Command = defineCommand({
  options: {
    pcr: { short: "p", value: "PCRS", many: true, help: "which: 0,1,2 or 0-7; default all" },
  },
  operands: "[PCRS...]",
  permissions: {},
  example: "tss pcrread 0-7,16",
  run: (invocation) =>
    withContext(invocation, async ({ tpm }) => {
      const given = [...invocation.options.pcr, ...invocation.operands];
      const sha1: Record<string, string> = {};
      for (const index of parsePcrs(given.length === 0 ? ["all"] : given, "PCRS").keys()) {
        sha1[index] = (await tpm.pcrRead(index)).toHex();
      }
      return { json: { sha1 } };
    }),
});
