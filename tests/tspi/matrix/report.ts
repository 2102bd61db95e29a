import type { PathName } from "../paths.ts";
import type { Verdict } from "./verdict.ts";

/** The matrix, why tests cannot pass, what failed and the sum, as text. */
export function report(verdicts: readonly Verdict[], paths: readonly PathName[]): string {
  return [
    matrix(verdicts, paths),
    section("Cannot", verdicts.filter(({ state }) => state === "cannot")),
    section("Skipped", verdicts.filter(({ state }) => state === "skipped")),
    section("Failed", verdicts.filter(({ state }) => state === "failed")),
    sum(verdicts),
  ].filter((part) => part !== "").join("\n\n");
}

/** How many of these there are in each state. */
function count(verdicts: readonly Verdict[], state: Verdict["state"]): number {
  return verdicts.filter((verdict) => verdict.state === state).length;
}

function matrix(verdicts: readonly Verdict[], paths: readonly PathName[]): string {
  const areas = [...new Set(verdicts.map(({ area }) => area))].toSorted();
  const row = (title: string, of: readonly Verdict[]) => [
    title,
    ...paths.map((path) => cell(of.filter((verdict) => verdict.path === path))),
  ];
  return layOut([
    ["passed", ...paths],
    ...areas.map((area) => row(area, verdicts.filter((verdict) => verdict.area === area))),
    row("all", verdicts),
  ]);
}

function cell(verdicts: readonly Verdict[]): string {
  const others = (["cannot", "skipped", "failed"] as const)
    .map((state) => ({ state, number: count(verdicts, state) }))
    .filter(({ number }) => number > 0)
    .map(({ state, number }) => `${number} ${state}`);
  return [`${count(verdicts, "passed")}`, ...others].join(", ");
}

function layOut(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) => row.map((text, column) => text.padEnd(widths[column]!)).join("  ").trimEnd())
    .join("\n");
}

/** Tests by why, each with the paths it is true of. */
function section(title: string, verdicts: readonly Verdict[]): string {
  if (verdicts.length === 0) return "";
  const reasons = Map.groupBy(verdicts, ({ why }) => why);
  const parts = [...reasons].map(([why, of]) => {
    const tests = Map.groupBy(of, ({ area, test }) => `${area}: ${test}`);
    const lines = [...tests].map(([test, of]) =>
      `    ${test} (${of.map(({ path }) => path).join(", ")})`
    );
    return [`  ${why.replaceAll("\n", "\n  ")}`, ...lines].join("\n");
  });
  return [`${title}:`, ...parts].join("\n");
}

/** As `deno test` ends. What cannot pass was asserted to fail as it does: that has passed. */
function sum(verdicts: readonly Verdict[]): string {
  const cannot = count(verdicts, "cannot");
  const failed = count(verdicts, "failed");
  const passed = count(verdicts, "passed") + cannot;
  const counts = [`${passed} passed`, `${failed} failed`, `${count(verdicts, "skipped")} ignored`];
  return `${
    [failed === 0 ? "ok" : "FAILED", ...counts].join(" | ")
  } (${cannot} of the passed are expected failures)`;
}
