import { CONNECTION_FORMS } from "../tddl/connection_string.ts";
import { type Command, COMMON_OPTIONS, type Options } from "./command.ts";
import { type CommandRow, COMMANDS } from "./commands/mod.ts";
import { capitalised } from "./errors.ts";
import { SECRET_HELP } from "./secrets.ts";

const WIDTH = 26;

/** What `tss help` prints. */
export function overview(): string {
  const rows = Object.entries(COMMANDS) as [string, CommandRow][];
  return lines(
    "Usage: tss COMMAND [OPTION]...",
    "The TPM 1.2 at the command line: tpm-tools and more, an emulator, and the TCS daemon.",
    "",
    "Commands:",
    ...rows.map(([name, { summary }]) => item(name, summary)),
    "",
    "Common options:",
    ...optionLines(COMMON_OPTIONS),
    "",
    "`tss COMMAND --help` tells more, `tss help connections` what -T takes, `tss help secrets` how",
    "passwords are given. Called as tpm_COMMAND, by a symbolic link, it is that command.",
    "Exit codes: 0 done, 1 the TPM or a file refused, 2 wrong usage, 3 wrong secret.",
  );
}

/** What `tss COMMAND --help` prints. */
export function commandHelp(name: string, command: Command): string {
  const { options, operands, details, permissions, example, noTpm } = command;
  const all = { ...COMMON_OPTIONS, ...options };
  const common: Options = Object.fromEntries(
    Object.entries(all).filter(([key]) => !(key in options) && !(noTpm && key === "tcti")),
  );
  const needed = [
    ...Object.entries(permissions).map(([flag, reason]) => item(flag, reason)),
    ...noTpm ? [] : [item("the connection's", "see `tss help connections`")],
  ];
  return lines(
    `Usage: tss ${name} [OPTION]...${operands ? ` ${operands}` : ""}`,
    `${capitalised(COMMANDS[name]!.summary)}.`,
    ...details === undefined ? [] : ["", details.trim()],
    ...Object.keys(options).length === 0 ? [] : ["", "Options:", ...optionLines(options)],
    "",
    "Common options:",
    ...optionLines(common),
    "",
    "Permissions, where `deno run` starts it:",
    ...needed.length === 0 ? ["  none"] : needed,
    "",
    "Example:",
    ...example.split("\n").map((line) => `  ${line}`),
  );
}

/** Pages of `tss help` that are no command's. */
export const TOPICS: Readonly<Record<string, () => string>> = {
  connections: () =>
    lines(
      "-T SPEC names the TPM; without it the environment variable TPM_TDDL does, else it is the",
      "device. The emulator is used only when it is named. SPEC is one of:",
      ...CONNECTION_FORMS.map((form) => `  ${form}`),
      "",
      "Permissions, where `deno run` starts it:",
      item("emulator", "none; emulator:FILE --allow-read and --allow-write of its folder"),
      item("tcp:, swtpm:, tcsd:", "--allow-net=HOST:PORT, or --allow-ffi=LIBC, which is faster"),
      item("unix:", "--allow-net=unix:PATH --allow-read=PATH --allow-write=PATH, or the same FFI"),
      item("device", "--allow-ffi=LIBC"),
      item("TPM_TDDL", "--allow-env=TPM_TDDL"),
      "LIBC is the system's libc, for example /lib/x86_64-linux-gnu/libc.so.6.",
    ),
  secrets: () => SECRET_HELP,
};

function optionLines(options: Options): string[] {
  return Object.entries(options).map(([name, { short, value, optional, many, help }]) => {
    const letter = short === undefined ? "    " : `-${short}, `;
    const shown = value === undefined ? "" : optional ? `[=${value}]` : ` ${value}`;
    return item(`${letter}--${name}${shown}`, many ? `${help}; may be repeated` : help);
  });
}

function item(what: string, help: string): string {
  const left = `  ${what}`;
  return left.length <= WIDTH
    ? `${left.padEnd(WIDTH + 2)}${help}`
    : `${left}\n${" ".repeat(WIDTH + 2)}${help}`;
}

function lines(...parts: string[]): string {
  return `${parts.join("\n")}\n`;
}
