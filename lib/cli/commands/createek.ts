import { TSS_KEY_SIZE_2048, TSS_KEY_TYPE_LEGACY } from "../../tspi/mod.ts";
import { type Command, defineCommand } from "../command.ts";
import { UsageError } from "../errors.ts";
import { writeOutput } from "../files.ts";
import { writePublicKey } from "../key_files.ts";
import { readResetData } from "../reset_data.ts";
import { withContext } from "../session.ts";

/** `tss createek`: makes the endorsement key. */
export const command: Command = defineCommand({
  options: {
    revocable: { short: "r", help: "one that `tss revokeek` can take away; needs -g -o, or -i" },
    infile: { short: "i", value: "FILE", help: "the 20 bytes that revoke it, in a file" },
    "generate-secret": { short: "g", help: "let the TPM draw these bytes; needs -o" },
    outfile: { short: "o", value: "FILE", help: "where to write them" },
  },
  permissions: { "--allow-read=FILE": "for -i", "--allow-write=FILE": "for -o" },
  example: "tss createek",
  async run({ options, io }) {
    const { revocable, infile, outfile, "generate-secret": generates } = options;
    if (!revocable && (infile !== undefined || outfile !== undefined || generates)) {
      throw new UsageError("-i, -g and -o go with -r");
    }
    if (revocable && (infile !== undefined) === (generates && outfile !== undefined)) {
      throw new UsageError("-r takes either -i, or -g and -o");
    }
    const given = infile === undefined ? {} : { ekResetData: await readResetData(infile, io) };
    return await withContext({ options, io }, async (context) => {
      const key = context.createRsaKey(TSS_KEY_TYPE_LEGACY | TSS_KEY_SIZE_2048);
      if (revocable) {
        const { ekResetData } = await context.tpm.createRevocableEndorsementKey(key, given);
        if (outfile !== undefined) await writeOutput(outfile, ekResetData, { secret: true });
      } else await context.tpm.createEndorsementKey(key);
      return { json: { publicKey: writePublicKey(key.publicBlob, "pem") }, text: "" };
    });
  },
});
