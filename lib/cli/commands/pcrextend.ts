import { sha1 } from "../../crypto/mod.ts";
import { type Command, defineCommand } from "../command.ts";
import { UsageError } from "../errors.ts";
import { readInput } from "../files.ts";
import { parseInteger } from "../numbers.ts";
import { parseDigest } from "../pcrs.ts";
import { withContext } from "../session.ts";

/** `tss pcrextend`: extends a PCR. */
export const command: Command = defineCommand({
  options: {
    pcr: { short: "p", value: "PCR", help: "which PCR" },
    digest: { short: "d", value: "HEX", help: "extend by these 20 bytes" },
    infile: { short: "i", value: "FILE", help: "extend by the SHA-1 of a file; - standard input" },
  },
  permissions: { "--allow-read=FILE": "for -i" },
  example: "tss pcrextend -p 16 -i boot.cfg",
  async run({ options, io }) {
    const { pcr, digest, infile } = options;
    if (pcr === undefined) throw new UsageError("-p is missing: which PCR");
    if ((digest === undefined) === (infile === undefined)) {
      throw new UsageError("Either -d or -i says what to extend by");
    }
    const index = parseInteger(pcr, "-p", { max: 23 });
    const value = digest === undefined
      ? sha1(await readInput(infile, io))
      : parseDigest(digest, "-d");
    return await withContext({ options, io }, async ({ tpm }) => {
      const result = await tpm.pcrExtend(index, value);
      return { json: { sha1: { [index]: result.toHex() } } };
    });
  },
});
