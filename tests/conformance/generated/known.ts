import { DIFFERENCES } from "../differences.ts";
import type { Found } from "./run.ts";
import { seenIn } from "./seen.ts";
import { SIGNS } from "./signs.ts";

/** The row of the table of differences, from 0, that a sequence shows; `undefined`: none. */
export function deliberate(found: Found): number | undefined {
  const seen = seenIn(found);
  const sign = SIGNS.find(([, shows]) => shows(seen));
  return sign === undefined ? undefined : rowOf(sign[0]);
}

/** The place in the table of the one row whose `when` begins so. */
export function rowOf(when: string): number {
  const rows = DIFFERENCES.flatMap((row, i) => row.when.startsWith(when) ? [i] : []);
  if (rows.length !== 1) throw new TypeError(`Cannot find the one difference "${when}"`);
  return rows[0]!;
}
