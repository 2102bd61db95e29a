import { UsageError } from "./errors.ts";

/** A number of an option, decimal or after `0x`. Throws a {@linkcode UsageError}. */
export function parseInteger(
  text: string,
  what: string,
  { min = 0, max = 0xffffffff }: { readonly min?: number; readonly max?: number } = {},
): number {
  const number = /^(0[xX][0-9a-fA-F]+|[0-9]+)$/.test(text) ? Number(text) : NaN;
  if (number >= min && number <= max) return number;
  throw new UsageError(`${what} takes a number from ${min} to ${max}, not "${text}"`);
}
