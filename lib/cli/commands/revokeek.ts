import { type Command, defineCommand } from "../command.ts";
import { UsageError } from "../errors.ts";
import { readResetData } from "../reset_data.ts";
import { withContext } from "../session.ts";

/** `tss revokeek`: takes a revocable endorsement key away. */
export const command: Command = defineCommand({
  options: {
    infile: { short: "i", value: "FILE", help: "the 20 bytes that came with the key" },
  },
  details: "Needs physical presence. The owner and all keys go with it.",
  permissions: { "--allow-read=FILE": "for -i" },
  example: "tss revokeek -i ek.reset",
  async run({ options, io }) {
    if (options.infile === undefined) throw new UsageError("-i is missing: what revokes the key");
    const resetData = await readResetData(options.infile, io);
    return await withContext({ options, io }, async ({ tpm }) => {
      await tpm.revokeEndorsementKey(resetData);
      return { json: { revoked: true }, text: "" };
    });
  },
});
