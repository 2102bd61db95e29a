import { COMMANDS } from "../../../lib/tpm12/commands/mod.ts";
import { DIFFERENCES } from "../differences.ts";
import { traffic } from "../differential.ts";
import type { Count, Found } from "./run.ts";

/** Longest line of a sequence that differs. */
const WIDTH = 400;

/** What came of sequences: a line a command, then the differences that they showed. */
export function report(counts: readonly Count[], seed: number): string {
  const rows = new Set(counts.flatMap(({ deliberate }) => [...deliberate.keys()]));
  const numbers = new Map([...rows].toSorted((a, b) => a - b).map((row, i) => [row, i + 1]));
  const sum = (of: (count: Count) => number): number =>
    counts.reduce((total, count) => total + of(count), 0);
  return [
    `Seed ${seed}: ${sum((it) => it.sequences)} sequences for ${counts.length} ordinals, ` +
    `${sum((it) => it.equal)} of them equal, ${sum(deliberateIn)} that differ as was decided, ` +
    `${sum((it) => it.found.length)} that differ otherwise.`,
    "",
    ...counts.map((count) => line(count, numbers)),
    "",
    ...[...numbers].map(([row, number]) => `(${number}) ${difference(row)}`),
    ...counts.flatMap(({ found }) => found.map(told)),
  ].join("\n");
}

function deliberateIn({ deliberate }: Count): number {
  return [...deliberate.values()].reduce((sum, times) => sum + times, 0);
}

function line(count: Count, numbers: ReadonlyMap<number, number>): string {
  const { command, sequences, equal, deliberate, found } = count;
  const ordinal = `0x${COMMANDS[command].ordinal.toString(16).padStart(2, "0")}`;
  const rows = [...deliberate].map(([row, times]) => `${times} as (${numbers.get(row)})`);
  const rest = found.length === 0 ? [] : [`${found.length} OTHERWISE`];
  return [`${ordinal} ${command}: ${sequences} sequences, ${equal} equal`, ...rows, ...rest]
    .join(", ");
}

function difference(row: number): string {
  const { command, spec, when, ours, libtpms, reason } = DIFFERENCES[row]!;
  return `${command} (${spec}), when ${when}: here ${ours}; libtpms: ${libtpms}. ${reason}`;
}

/** A sequence that should not differ, with what makes it again. */
export function told({ command, number, title, step, reasons, runs }: Found): string {
  return [
    `${command}, sequence ${number.join("/")}: ${title}`,
    `at ${step}`,
    ...reasons,
    ...traffic(runs),
  ].map((text) => text.slice(0, WIDTH)).join("\n  ");
}
