import { type Command, defineCommand } from "../command.ts";
import { UsageError } from "../errors.ts";
import { readInput } from "../files.ts";
import type { CliIo } from "../io.ts";
import { NV_ACCESS, openNvArea } from "../nv.ts";
import { parseInteger } from "../numbers.ts";
import { withContext } from "../session.ts";

const OPTIONS = {
  ...NV_ACCESS,
  filename: { short: "f", value: "FILE", help: "what to write; - for standard input" },
  data: { short: "d", value: "TEXT", help: "what to write, as text" },
  "fill-value": { short: "m", value: "BYTE", help: "write this byte again and again" },
} as const;

/** `tss nvwrite`: writes an NV area. */
export const command: Command = defineCommand({
  options: OPTIONS,
  details:
    "One of -f, -d and -m says what to write; -s cuts it off, and with -m says how much. Writing no\n" +
    "bytes (-s 0) locks areas that are defined so; so does writing to area 0.",
  permissions: {
    "--allow-read=FILE": "for -f",
    "--allow-env=TSS_OWNER_PASSWORD,TSS_DATA_PASSWORD": "for secrets given so",
  },
  example: "tss nvwrite -z -i 0x1000 -d hello",
  async run({ options, io }) {
    const offset = parseInteger(options.offset ?? "0", "-n");
    const bytes = await dataOf(options, io);
    return await withContext({ options, io }, async (context) => {
      const { area } = await openNvArea(context, options, { to: "write", io });
      await area.writeValue(offset, bytes);
      return { json: { index: area.index, offset, size: bytes.length }, text: "" };
    });
  },
});

async function dataOf(
  { filename, data, "fill-value": fill, size: sizeText }: {
    readonly filename: string | undefined;
    readonly data: string | undefined;
    readonly "fill-value": string | undefined;
    readonly size: string | undefined;
  },
  io: CliIo,
): Promise<Uint8Array> {
  const size = sizeText === undefined ? undefined : parseInteger(sizeText, "-s", { max: 1 << 20 });
  const given = [filename, data, fill].filter((value) => value !== undefined).length;
  if (given === 0 && size === 0) return new Uint8Array(0);
  if (given !== 1) throw new UsageError("One of -f, -d and -m says what to write");
  if (fill !== undefined) {
    if (size === undefined) throw new UsageError("-m needs -s: how many bytes");
    return new Uint8Array(size).fill(parseInteger(fill, "-m", { max: 255 }));
  }
  const bytes = data === undefined ? await readInput(filename, io) : new TextEncoder().encode(data);
  if (size === undefined || size === bytes.length) return bytes;
  if (size < bytes.length) return bytes.subarray(0, size);
  throw new UsageError(`-s says ${size} bytes, ${bytes.length} are given`);
}
