import { type Command, defineCommand } from "../command.ts";
import { writeOutput } from "../files.ts";
import { parseInteger } from "../numbers.ts";
import { withContext } from "../session.ts";

/** Most bytes of one call. */
const MAX = 1 << 20;

/** `tss random`: random bytes of the TPM. */
export const command: Command = defineCommand({
  options: {
    bytes: { short: "n", value: "COUNT", help: "how many; default 20" },
    outfile: { short: "o", value: "FILE", help: "write the bytes there; - for standard output" },
  },
  details: "Prints hexadecimal digits where -o is not given.",
  permissions: { "--allow-write=FILE": "for -o" },
  example: "tss random -n 32",
  run: (invocation) =>
    withContext(invocation, async ({ tpm }) => {
      const { bytes: count = "20", outfile } = invocation.options;
      const bytes = await tpm.getRandom(parseInteger(count, "-n", { min: 1, max: MAX }));
      const json = { bytes: bytes.toHex() };
      if (outfile === "-") return { json, bytes };
      if (outfile === undefined) return { json, text: `${json.bytes}\n` };
      await writeOutput(outfile, bytes, { secret: true });
      return { json: { bytes: bytes.length, file: outfile } };
    }),
});
