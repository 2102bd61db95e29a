import { type Command, defineCommand } from "../command.ts";
import { writeOutput } from "../files.ts";
import { hexDump } from "../hex_dump.ts";
import { NV_ACCESS, openNvArea } from "../nv.ts";
import { parseInteger } from "../numbers.ts";
import { withContext } from "../session.ts";

/** `tss nvread`: reads an NV area. */
export const command: Command = defineCommand({
  options: {
    ...NV_ACCESS,
    filename: {
      short: "f",
      value: "FILE",
      help: "write what is read there; - for standard output",
    },
  },
  details:
    "Reads to the end of the area where -s is not given, and shows the bytes where -f is not.",
  permissions: {
    "--allow-write=FILE": "for -f",
    "--allow-env=TSS_OWNER_PASSWORD,TSS_DATA_PASSWORD": "for secrets given so",
  },
  example: "tss nvread -z -i 0x1000 -s 16",
  run: ({ options, io }) =>
    withContext({ options, io }, async (context) => {
      const { filename } = options;
      const offset = parseInteger(options.offset ?? "0", "-n");
      const { area, info } = await openNvArea(context, options, { to: "read", io });
      const rest = Math.max(0, (info?.dataSize ?? 0) - offset);
      const size = options.size === undefined ? rest : parseInteger(options.size, "-s");
      const bytes = await area.readValue(offset, size);
      const json = { index: area.index, offset, data: bytes.toHex() };
      if (filename === "-") return { json, bytes };
      if (filename === undefined) return { json, text: hexDump(bytes, offset) };
      await writeOutput(filename, bytes, { secret: true });
      return { json: { index: area.index, offset, file: filename }, text: "" };
    }),
});
