import type { CliIo } from "./io.ts";

/** One option of a command; its long name is its key. */
export interface Option {
  /** One letter after one dash. */
  readonly short?: string;
  /** What its value is called in the usage; absent for a flag. */
  readonly value?: string;
  /** The value may be left out, and then stands right behind the option: `-oVALUE`, `--x=VALUE`. */
  readonly optional?: true;
  /** May be given more than once. */
  readonly many?: true;
  /** What it does. */
  readonly help: string;
}

/** Options by their long names. */
export type Options = Readonly<Record<string, Option>>;

/** What was given of options: text (empty where the value was left out), texts, or whether at all. */
export type OptionValues<T extends Options> = {
  readonly [K in keyof T]: T[K] extends { readonly many: true } ? readonly string[]
    : T[K] extends { readonly value: string } ? string | undefined
    : boolean;
};

/** Options of every command. */
export const COMMON_OPTIONS = {
  tcti: { short: "T", value: "SPEC", help: "the TPM to use, see `tss help connections`" },
  json: { help: "print JSON" },
  log: { short: "l", value: "LEVEL", help: "none, error, or debug to see each command of the TPM" },
  help: { short: "h", help: "print this help" },
  version: { short: "v", help: "print the version" },
} as const satisfies Options;

/** What was given of the options of every command. */
export type CommonValues = OptionValues<typeof COMMON_OPTIONS>;

/** One call of a command. */
export interface Invocation<T extends Options = Options> {
  /** What was given of its options. */
  readonly options: OptionValues<T> & Omit<CommonValues, keyof T>;
  /** What stood beside them. */
  readonly operands: readonly string[];
  /** The world around. */
  readonly io: CliIo;
}

/** What a command has to tell; either form by `--json`. */
export interface Report {
  /** For programs. */
  readonly json: Readonly<Record<string, unknown>>;
  /** For people; the same in the manner of YAML when absent. */
  readonly text?: string;
  /** Bytes for standard output in place of text; wiped afterwards, as they may be secret. */
  readonly bytes?: Uint8Array;
}

/** A command of `tss`. */
export interface Command<T extends Options = Options> {
  /** Its options besides {@linkcode COMMON_OPTIONS}. */
  readonly options: T;
  /** What it takes beside options, as the usage shows it; nothing when absent. */
  readonly operands?: string;
  /** More about it than its summary. */
  readonly details?: string;
  /** Permissions it needs besides the connection's: flag and what for. */
  readonly permissions: Readonly<Record<string, string>>;
  /** Whether it needs no TPM. */
  readonly noTpm?: true;
  /** A call that works, without `tss`. */
  readonly example: string;
  /** Does it. */
  run(invocation: Invocation<T>): Promise<Report | void>;
}

/** Gives a command the types of its own options. */
export function defineCommand<const T extends Options>(command: Command<T>): Command {
  return command as unknown as Command;
}
