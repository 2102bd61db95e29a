import { assertEquals, assertStringIncludes } from "@std/assert";
import type { PathName } from "../paths.ts";
import { type Outcome, readReport } from "./junit.ts";
import { report } from "./report.ts";
import { filesOverPaths } from "./suite.ts";
import { type ExpectedFailure, judge } from "./verdict.ts";

const PATH: PathName = "debian-swtpm";
const ROW: ExpectedFailure = {
  reason: "it has no such command",
  paths: [PATH],
  error: "TSS_E_FAIL",
  tests: { key: ["a key is certified"] },
};

function outcome(state: Outcome["state"], error = ""): Outcome {
  return { file: "tests/tspi/key_test.ts", test: "a key is certified", state, error };
}

function states(outcomes: readonly Outcome[], path = PATH): string[] {
  return judge([{ path, outcomes }], [ROW]).map(({ state }) => state);
}

Deno.test("a failure that is expected, with its error, is one that cannot pass", () => {
  assertEquals(states([outcome("failed", "TssError: TSS_E_FAIL (0x2)")]), ["cannot"]);
  assertEquals(states([outcome("failed", "TssError: TPM_AUTHFAIL (0x1)")]), ["failed"]);
});

Deno.test("an expected failure that passes has failed, and one of a test that is gone", () => {
  assertEquals(states([outcome("passed")]), ["failed"]);
  assertEquals(states([{ ...outcome("passed"), test: "another" }]), ["passed", "failed"]);
});

Deno.test("a failure is expected on its paths alone", () => {
  assertEquals(states([outcome("failed", "TSS_E_FAIL")], "swtpm"), ["failed"]);
  assertEquals(states([outcome("passed")], "swtpm"), ["passed"]);
});

Deno.test("an ignored test is counted, and a run that died has failed", () => {
  assertEquals(states([outcome("ignored")]), ["skipped"]);
  const [verdict] = judge([{ path: PATH, outcomes: [], trouble: "swtpm is missing" }], [ROW]);
  assertEquals([verdict?.state, verdict?.why], ["failed", "swtpm is missing"]);
});

Deno.test("the report shows a column for each path, why tests cannot pass, and the sum", () => {
  const results = [
    { path: PATH, outcomes: [outcome("failed", "TSS_E_FAIL")] },
    { path: "swtpm" as const, outcomes: [outcome("passed")] },
  ];
  const text = report(judge(results, [ROW]), [PATH, "swtpm"]);
  assertEquals(text.split("\n").slice(0, 2), [
    "passed  debian-swtpm  swtpm",
    "key     0, 1 cannot   1",
  ]);
  assertStringIncludes(
    text,
    "  it has no such command\n    key: a key is certified (debian-swtpm)",
  );
  assertEquals(
    text.split("\n").at(-1),
    "ok | 2 passed | 0 failed | 0 ignored (1 of the passed are expected failures)",
  );
});

Deno.test("deno test's report is read, with what is escaped in it", () => {
  const xml = `<testsuites><testsuite name="./tests/tspi/key_test.ts">
    <testcase name="the TPM&apos;s key" classname="./tests/tspi/key_test.ts" line="1"></testcase>
    <testcase name="a" classname="./tests/tspi/key_test.ts"><skipped/></testcase>
    <testcase name="b" classname="./tests/tspi/key_test.ts">
      <failure message="x &lt;y&gt;">Error: x &lt;y&gt;</failure>
    </testcase></testsuite></testsuites>`;
  assertEquals(readReport(xml).map(({ test, state, error }) => [test, state, error]), [
    ["the TPM's key", "passed", ""],
    ["a", "ignored", ""],
    ["b", "failed", "Error: x <y>"],
  ]);
});

Deno.test("the tests that go over a path are found by what they import", () => {
  const files = filesOverPaths();
  assertEquals(files.includes("tests/tspi/key_test.ts"), true);
  assertEquals(files.includes("tests/tspi/constants_test.ts"), false);
});
