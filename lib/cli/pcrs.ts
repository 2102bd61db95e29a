import { PCR_COUNT } from "../formats/mod.ts";
import { UsageError } from "./errors.ts";
import { parseInteger } from "./numbers.ts";

/** PCRs and the values given with them; `null` where none is. */
export type PcrChoice = ReadonlyMap<number, Uint8Array | null>;

/**
 * Reads PCRs as options give them, each text being `0,1,2`, `0-7`, `all`, with `sha1:` before it or
 * not, and each PCR with `=` and its 20 bytes in hexadecimal or not. Rising, each once.
 */
export function parsePcrs(texts: readonly string[], what: string): PcrChoice {
  const found = new Map<number, Uint8Array | null>();
  for (const text of texts) {
    for (const part of text.replace(/^sha1:/, "").split(",")) {
      const [range = "", digest] = part.trim().split("=");
      const value = digest === undefined ? null : parseDigest(digest, what);
      for (const index of parseRange(range, what)) found.set(index, value);
    }
  }
  return new Map([...found].sort(([a], [b]) => a - b));
}

/** 20 bytes in hexadecimal, `0x` before it or not. */
export function parseDigest(text: string, what: string): Uint8Array {
  const digits = text.replace(/^0x/, "");
  if (/^[0-9a-fA-F]{40}$/.test(digits)) return Uint8Array.fromHex(digits);
  throw new UsageError(`${what} takes 20 bytes as 40 hexadecimal digits, not "${text}"`);
}

function parseRange(text: string, what: string): number[] {
  if (text === "all") return Array.from({ length: PCR_COUNT }, (_, index) => index);
  const [first = "", last = first, ...more] = text.split("-");
  if (more.length > 0) throw new UsageError(`${what} takes PCRs as 0,1,2 or 0-7, not "${text}"`);
  const [from, to] = [first, last].map((index) =>
    parseInteger(index, what, { max: PCR_COUNT - 1 })
  ) as [
    number,
    number,
  ];
  if (from > to) throw new UsageError(`${what}: the range ${text} is empty`);
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
