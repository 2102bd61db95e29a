export interface ParseOptions {
  /** Flags. */
  readonly boolean?: readonly string[];
  /** Options with a value; `_` keeps operands from becoming numbers. */
  readonly string?: readonly string[];
  /** Options that gather their values in an array. */
  readonly collect?: readonly string[];
  /** Other names. */
  readonly alias?: Readonly<Record<string, string>>;
  /** Ends at the first operand. */
  readonly stopEarly?: boolean;
  /** Told of every operand, and of every option that is not listed, with its key. */
  readonly unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}
export function parseArgs(
  args: readonly string[],
  options: ParseOptions,
): { _: string[]; [name: string]: unknown };
