// The npm package carries plain JavaScript; the types stand beside this file.
// @ts-types="./parse_args.d.ts"
import { parseArgs } from "npm:deno-std@1.4.0/cli/parse_args.js";
import type { Option, Options, OptionValues } from "./command.ts";
import { UsageError } from "./errors.ts";

/** A command line taken apart. */
export interface Parsed<T extends Options> {
  /** What was given of the options. */
  readonly options: OptionValues<T>;
  /** The rest. */
  readonly operands: readonly string[];
}

/**
 * Takes a command line apart by a table of options, as getopt does: `--name VALUE`, `--name=VALUE`,
 * `-nVALUE`, `-n VALUE`, `-xyz`, `--`. Throws a {@linkcode UsageError} that repeats no values, as
 * they may be secrets.
 */
export function parse<const T extends Options>(
  args: readonly string[],
  options: T,
  { stopEarly = false }: { readonly stopEarly?: boolean } = {},
): Parsed<T> {
  const rows = Object.entries(options) as [string, Option][];
  const names = (wanted: (option: Option) => boolean) =>
    rows.filter(([, option]) => wanted(option)).map(([name]) => name);
  const { _: operands, ...values } = parseArgs(attachValues(args, { rows, stopEarly }), {
    boolean: names(({ value }) => value === undefined),
    string: ["_", ...names(({ value }) => value !== undefined)],
    collect: names(({ many }) => many === true),
    alias: Object.fromEntries(rows.flatMap(([name, { short }]) => short ? [[name, short]] : [])),
    stopEarly,
    unknown(arg, key) {
      if (key === undefined) return;
      const name = arg.startsWith("--") ? arg.split("=")[0] : `-${key}`;
      throw new UsageError(`There is no option ${name}`);
    },
  });
  return { options: values as OptionValues<T>, operands };
}

/**
 * Ties values to their options. Left to itself the parser takes nothing after `-p` that begins with
 * a dash, reads `-pVALUE` as five flags, and takes a word after an option whose value is optional.
 */
function attachValues(
  args: readonly string[],
  { rows, stopEarly }: { rows: readonly [string, Option][]; stopEarly: boolean },
): string[] {
  const find = (arg: string) =>
    rows.find(([name, { short }]) => arg === `--${name}` || arg === `-${short}`);
  const tied: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    const isOperand = !arg.startsWith("-") || arg === "-";
    if (arg === "--" || (stopEarly && isOperand)) return [...tied, ...args.slice(i)];
    const [name, option] = find(arg) ?? [];
    const [long] = /^--[^=]+(?==)/.exec(arg) ?? [];
    if (option?.optional) tied.push(`--${name}=`);
    else if (option?.value !== undefined) {
      const value = args[++i];
      if (value === undefined) throw new UsageError(`${arg} needs a value: ${option.value}`);
      tied.push(`--${name}=${value}`);
    } else if (long !== undefined && find(long)?.[1].value === undefined && find(long)) {
      throw new UsageError(`${long} takes no value`);
    } else {
      const [letter, row] = [arg.slice(0, 2), find(arg.slice(0, 2))];
      const attached = letter !== "--" && arg.length > 2 && row?.[1].value !== undefined;
      tied.push(attached ? `--${row[0]}=${arg.slice(2)}` : arg);
    }
  }
  return tied;
}
