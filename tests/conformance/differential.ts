import type { Side } from "./side.ts";
import type { Outcome, Step } from "./step.ts";

/** Steps, in groups or one by one. */
export type Script = readonly (Step | Script)[];

/** A step that two sides do not agree on, or that comes out otherwise than the script says. */
export interface Difference {
  /** Position of the step in the script, from 1. */
  step: number;
  /** What the step is about. */
  title: string;
  /** What differs, a line each. */
  reasons: string[];
  /** What was sent and came back on each side, in hexadecimal. */
  traffic: string[];
}

/** Takes a script on one side, and throws at the first step that comes out wrong. */
export function play(side: Side, script: Script): void {
  const differences = compare([side], script, { stop: true });
  if (differences.length > 0) throw new Error(differences.map(describe).join("\n"));
}

/** Takes a script on both sides, and throws with all the steps they do not agree on. */
export function assertSame(sides: readonly [Side, Side], script: Script): void {
  const differences = compare(sides, script);
  if (differences.length > 0) throw new Error(differences.map(describe).join("\n"));
}

/**
 * Takes each step on every side in turn, and gives the steps where the sides differ or something
 * else than expected comes out; with `stop`, no more than the first.
 */
export function compare(
  sides: readonly Side[],
  script: Script,
  { stop = false }: { stop?: boolean } = {},
): Difference[] {
  const differences: Difference[] = [];
  for (const [index, step] of flatten(script).entries()) {
    const { runs, reasons } = take(sides, step);
    if (reasons.length === 0) continue;
    differences.push({ step: index + 1, title: step.title, reasons, traffic: traffic(runs) });
    if (stop) break;
  }
  return differences;
}

/** What came of a step on one side: an outcome, or the error that there was none. */
export interface Run {
  /** The side. */
  side: Side;
  /** What came of it. */
  outcome?: Outcome;
  /** Why nothing did. */
  error?: unknown;
}

/** Takes one step on every side, and says what is wrong with it or differs. */
export function take(sides: readonly Side[], step: Step): { runs: Run[]; reasons: string[] } {
  const runs = sides.map((side) => attempt(side, step));
  const reasons = [
    ...runs.flatMap((run) => wrong(step, run)),
    ...runs.slice(1).flatMap((run) => unlike(step, [runs[0]!, run])),
  ];
  return { runs, reasons };
}

/** What was sent and came back on each side, in hexadecimal. */
export function traffic(runs: readonly Run[]): string[] {
  return runs.flatMap(({ side, outcome }) =>
    outcome === undefined ? [] : [
      `${side.name} > ${outcome.request.toHex()}`,
      `${side.name} < ${outcome.response.toHex()}`,
    ]
  );
}

function attempt(side: Side, step: Step): Run {
  try {
    return { side, outcome: step.run(side) };
  } catch (error) {
    return { side, error };
  }
}

/** What is wrong with one side's outcome by itself. */
function wrong(step: Step, { side, outcome, error }: Run): string[] {
  if (outcome === undefined) return [`${side.name}: ${error}`];
  const expected = step.expected(side);
  if (expected === undefined || expected === outcome.code) return [];
  return [`${side.name} answers ${outcome.code}, ${expected} was expected`];
}

/** What differs between two sides' outcomes. */
function unlike(step: Step, [a, b]: readonly [Run, Run]): string[] {
  if (a.outcome === undefined || b.outcome === undefined) return [];
  if (a.outcome.code !== b.outcome.code) {
    if (step.divided) return [];
    return [`${a.side.name} answers ${a.outcome.code}, ${b.side.name} ${b.outcome.code}`];
  }
  const paths = new Set([...a.outcome.facts.keys(), ...b.outcome.facts.keys()]);
  return [...paths].flatMap((path) => {
    const [left, right] = [a.outcome!.facts.get(path), b.outcome!.facts.get(path)];
    return left === right ? [] : [`${path}: ${a.side.name} ${left}, ${b.side.name} ${right}`];
  });
}

function describe({ step, title, reasons, traffic }: Difference): string {
  return [`Step ${step}, ${title}`, ...reasons, ...traffic].join("\n  ");
}

/** The steps of a script one by one. */
export function flatten(script: Script): Step[] {
  return script.flatMap((entry) => "run" in entry ? [entry] : flatten(entry));
}
