/** What became of a test. */
export interface Outcome {
  /** Its file, as in `tests/tspi/key_test.ts`. */
  readonly file: string;
  /** Its name. */
  readonly test: string;
  /** How it ended. */
  readonly state: "passed" | "failed" | "ignored";
  /** The error that it ended with; empty when it did not fail. */
  readonly error: string;
}

const TESTCASE = /<testcase ([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g;
const PROBLEM = /<(failure|error|skipped)\b[^>]*?(?:\/>|>([\s\S]*?)<\/\1>)/;
const ENTITIES: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  amp: "&",
};

/** Reads the report that `deno test --junit-path` writes. */
export function readReport(xml: string): Outcome[] {
  return [...xml.matchAll(TESTCASE)].map(([, attributes, body = ""]) => {
    const problem = PROBLEM.exec(body);
    return {
      file: attribute(attributes!, "classname").replace(/^\.\//, ""),
      test: attribute(attributes!, "name"),
      state: problem === null ? "passed" : problem[1] === "skipped" ? "ignored" : "failed",
      error: plain(problem?.[2] ?? ""),
    };
  });
}

function attribute(attributes: string, name: string): string {
  return plain(new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? "");
}

function plain(text: string): string {
  const named = text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name) => ENTITIES[name]!);
  return named.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
}
