import { TPM_NV_PER_AUTHREAD, TPM_NV_PER_AUTHWRITE } from "../../tpm12/constants/mod.ts";
import { TSS_PCRS_STRUCT_INFO_SHORT } from "../../tspi/mod.ts";
import { type Command, defineCommand } from "../command.ts";
import { UsageError } from "../errors.ts";
import { readText } from "../files.ts";
import type { CliIo } from "../io.ts";
import { pcrComposite } from "../keys.ts";
import { NV_INDEX, nvArea } from "../nv.ts";
import { formatNvPermissions, NV_PERMISSION_WORDS, parseNvPermissions } from "../nv_permissions.ts";
import { parseInteger } from "../numbers.ts";
import { parsePcrs, type PcrChoice } from "../pcrs.ts";
import { UNICODE } from "../secret_options.ts";
import { giveSecret, withContext } from "../session.ts";

/** `tss nvdefine`: defines an NV area. */
export const command: Command = defineCommand({
  options: {
    ...NV_INDEX,
    size: { short: "s", value: "SIZE", help: "its bytes" },
    permissions: { short: "p", value: "PERMISSIONS", help: "words and numbers between bars" },
    rpcrs: { short: "r", value: "PCRS", many: true, help: "PCRs that reading asks for" },
    wpcrs: { short: "w", value: "PCRS", many: true, help: "PCRs that writing asks for" },
    filename: { short: "f", value: "FILE", help: "a file of lines like `r 16 HEX` for -r and -w" },
    pwdo: { short: "o", value: "SECRET", optional: true, help: "the owner's password" },
    "owner-well-known": { short: "y", help: "the owner's secret is 20 zero bytes" },
    pwda: { short: "a", value: "SECRET", optional: true, help: "the password the area is to have" },
    "data-well-known": { short: "z", help: "the area's secret is to be 20 zero bytes" },
    ...UNICODE,
  },
  details: `PERMISSIONS are ${NV_PERMISSION_WORDS.slice(0, 7).join(" ")}
${NV_PERMISSION_WORDS.slice(7).join(" ")}. SECRET stands right behind its letter; without it the
password is asked for. PCRS are as in 0,7 or 0=VALUE; without value they must be as they are now.`,
  permissions: {
    "--allow-read=FILE": "for -f",
    "--allow-env=TSS_OWNER_PASSWORD,TSS_DATA_PASSWORD": "for secrets given so",
  },
  example: 'tss nvdefine -y -i 0x1000 -s 64 -p "OWNERREAD|OWNERWRITE"',
  async run({ options, io }) {
    const { size, permissions = "0", unicode } = options;
    if (size === undefined) throw new UsageError("-s is missing: the size of the area");
    const inFile = await pcrsInFile(options.filename, io);
    const read = parsePcrs([...options.rpcrs, ...inFile.r], "-r");
    const write = parsePcrs([...options.wpcrs, ...inFile.w], "-w");
    return await withContext({ options, io }, async (context) => {
      const area = nvArea(context, options.index);
      area.dataSize = parseInteger(size, "-s");
      area.permissions = parseNvPermissions(permissions, "-p");
      if (area.permissions & (TPM_NV_PER_AUTHREAD | TPM_NV_PER_AUTHWRITE)) {
        const wellKnown = options["data-well-known"];
        const given = options.pwda;
        const secret = {
          role: "data",
          option: "-a",
          wellKnown,
          given,
          unicode,
          confirm: true,
        } as const;
        await giveSecret(area, secret, { io });
      }
      if (await context.tpm.isOwned()) {
        const wellKnown = options["owner-well-known"];
        const given = options.pwdo;
        await giveSecret(context.tpm, { role: "owner", option: "-o", wellKnown, given, unicode }, {
          io,
        });
      }
      const pcrsFor = (pcrs: PcrChoice) => pcrComposite(context, pcrs, TSS_PCRS_STRUCT_INFO_SHORT);
      await area.defineSpace(await pcrsFor(read), await pcrsFor(write));
      const json = {
        index: area.index,
        size: area.dataSize,
        permissions: formatNvPermissions(area.permissions),
      };
      return { json, text: "" };
    });
  },
});

/** PCRs and values for reading and for writing, a line each. */
async function pcrsInFile(
  path: string | undefined,
  io: CliIo,
): Promise<{ r: string[]; w: string[] }> {
  const found = { r: [] as string[], w: [] as string[] };
  if (path === undefined) return found;
  for (const line of (await readText(path, io)).split("\n").filter((line) => line.trim() !== "")) {
    const [, to, pcr, value] = /^\s*([rw])\s+(\S+)\s+(\S+)\s*$/.exec(line) ?? [];
    if (to === undefined) throw new UsageError(`${path}: "${line}" is not like r 16 HEX`);
    found[to as "r" | "w"].push(`${pcr}=${value}`);
  }
  return found;
}
