import type { PathName } from "../paths.ts";
import type { Outcome } from "./junit.ts";

/** Why tests cannot pass on some paths. */
export interface ExpectedFailure {
  /** What the tcsd or the TPM there lacks. */
  readonly reason: string;
  /** Where. */
  readonly paths: readonly PathName[];
  /** What the error of each of these tests says. */
  readonly error: string;
  /** The tests by file. */
  readonly tests: Readonly<Record<string, readonly string[]>>;
}

/** How the tests went on one path. */
export interface PathResult {
  /** The path. */
  readonly path: PathName;
  /** What the tests did; empty where they did not run. */
  readonly outcomes: readonly Outcome[];
  /** Why there is no more than that: a peer that is missing, a run that died. */
  readonly trouble?: string;
}

/** One test on one path. */
export interface Verdict {
  /** The path. */
  readonly path: PathName;
  /** Its file without folder and ending. */
  readonly area: string;
  /** Its name. */
  readonly test: string;
  /** `cannot` is a failure that was expected. */
  readonly state: "passed" | "cannot" | "failed" | "skipped";
  /** Why it cannot pass, or what is wrong. */
  readonly why: string;
}

/** Judges every test by what was expected of it. */
export function judge(
  results: readonly PathResult[],
  expected: readonly ExpectedFailure[],
): Verdict[] {
  return results.flatMap(({ path, outcomes, trouble }) => [
    ...outcomes.map((outcome) => judgeOne(path, outcome, expected)),
    ...trouble === undefined ? stale(path, outcomes, expected) : [died(path, trouble)],
  ]);
}

function judgeOne(
  path: PathName,
  { file, test, state, error }: Outcome,
  expected: readonly ExpectedFailure[],
): Verdict {
  const area = areaOf(file);
  const row = expected.find(({ paths, tests }) =>
    paths.includes(path) && tests[area]?.includes(test)
  );
  const verdict = (state: Verdict["state"], why = "") => ({ path, area, test, state, why });
  if (state === "ignored") return verdict("skipped", "the test is ignored");
  if (row === undefined) return verdict(state, error);
  if (state === "passed") return verdict("failed", `It passes, yet was not to: ${row.reason}`);
  if (error.includes(row.error)) return verdict("cannot", row.reason);
  return verdict("failed", `It was to fail with ${row.error}:\n${error}`);
}

/** Rows for tests that there are not. */
function stale(
  path: PathName,
  outcomes: readonly Outcome[],
  expected: readonly ExpectedFailure[],
): Verdict[] {
  const rows = expected.filter(({ paths }) => paths.includes(path));
  const named = rows.flatMap(({ tests }) =>
    Object.entries(tests).flatMap(([area, tests]) => tests.map((test) => ({ area, test })))
  );
  const ran = new Set(outcomes.map(({ file, test }) => `${areaOf(file)}: ${test}`));
  return named.filter(({ area, test }) => !ran.has(`${area}: ${test}`)).map(({ area, test }) => ({
    path,
    area,
    test,
    state: "failed",
    why: "It is expected to fail, but there is no such test",
  }));
}

function died(path: PathName, why: string): Verdict {
  return { path, area: "(the run)", test: "the tests run to their end", state: "failed", why };
}

function areaOf(file: string): string {
  return file.replace(/^tests\/tspi\//, "").replace(/_test\.ts$/, "");
}
