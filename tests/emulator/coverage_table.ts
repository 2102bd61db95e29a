import { type Command, commandRows } from "../../lib/tpm12/commands/mod.ts";
import { DIFFERENCES } from "../conformance/differences.ts";
import { markdownTable } from "../markdown_table.ts";

/** Where the handlers are. */
const HANDLERS = new URL("../../lib/emulator/handlers/", import.meta.url);

/** The page that {@linkcode coveragePage} makes. */
export const PAGE: URL = new URL("../../lib/emulator/COVERAGE.md", import.meta.url);

/** Which file has the handler of each command. */
export function handlerFiles(): Map<string, string> {
  const files = new Map<string, string>();
  for (const { name: file } of Deno.readDirSync(HANDLERS)) {
    const text = Deno.readTextFileSync(new URL(file, HANDLERS));
    for (const [, name] of text.matchAll(/^export const (\w+): Handler<"\1">/gm)) {
      files.set(name!, file);
    }
  }
  return files;
}

/** The page: every ordinal of TPM 1.2, and what of the emulator serves it. */
export function coveragePage(): string {
  const files = handlerFiles();
  const rows = commandRows();
  const deleted = rows.filter((row) => row.deletedBy12).length;
  const signals = rows.filter((row) => row.powerSignal).length;
  return `# Coverage

The ${rows.length} ordinals of TPM 1.2 and their handlers, in the order of TPM Main Part 3.

- ${rows.length - deleted - signals} commands are served.
- ${deleted} that 1.2 deleted answer TPM_BAD_ORDINAL, but for an emulator with \`deletedCommands\`.
- TPM_Init is a signal, \`Emulator.reset()\`; as a command it answers TPM_BAD_ORDINAL.

Made by \`deno task coverage-table\`.

${markdownTable([HEAD, ...rows.map((row) => cells(row, files.get(row.name)))])}
## Where answers are not those of libtpms

Decided on, and shown by the tests in \`tests/conformance/\`.

${markdownTable([DIFFERENCE_HEAD, ...DIFFERENCES.map(differenceCells)])}`;
}

const DIFFERENCE_HEAD = ["Command", "Specification", "When", "Ours", "libtpms 0.9.2", "Why"];

function differenceCells(row: (typeof DIFFERENCES)[number]): string[] {
  const { command, spec, when, ours, libtpms, reason } = row;
  return [command, spec, when, ours, libtpms, reason];
}

const HEAD = ["Ordinal", "Command", "Specification", "Handler", "Served"];

function cells(row: Command, file: string | undefined): string[] {
  const ordinal = `0x${row.ordinal.toString(16).toUpperCase().padStart(2, "0")}`;
  const served = row.powerSignal ? "power signal" : row.deletedBy12 ? "`deletedCommands`" : "yes";
  return [ordinal, row.name, row.spec, file === undefined ? "" : `\`${file}\``, served];
}

if (import.meta.main) Deno.writeTextFileSync(PAGE, coveragePage());
