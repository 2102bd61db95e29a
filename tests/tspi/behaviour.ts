import { methodOf, readSources } from "./claims.ts";

/** What the tests of tests/tspi do with a function's method. */
export interface Behaviour {
  /** The files in which it is called and expected to do its work. */
  readonly works: readonly string[];
  /** The errors that a call of it is expected to end with. */
  readonly errors: ReadonlySet<string>;
}

/** A statement that expects an error, as assertFails("TPM_AUTHFAIL", () => key.loadKey(srk)). */
const FAILING = /\bassert(?:Tsp)?Fails\([^;]*;/g;
const CODE = /"((?:TPM|TSS_E|TCS_E)_\w+)"/g;
/** A function of a test's own, or a list of them: a statement may name it instead of the method. */
const OWN =
  /\b(?:const|function) (\w+)(?: =|(?=\())[^;]*?(?:=>|\{)[^;]*;|\bconst (\w+) of \[[^;]*?=>[^;]*;/g;

interface Source {
  readonly file: string;
  /** Statements that expect an error. */
  readonly failing: readonly string[];
  /** Its own functions by name. */
  readonly own: readonly (readonly [name: string, text: string])[];
  /** All else. */
  readonly working: string;
}

/** Reads in the tests what they do with the method of each function. */
export function readBehaviour(functions: readonly string[]): Map<string, Behaviour> {
  const sources = Object.entries(readSources(new URL("./", import.meta.url))).map(readSource);
  return new Map(functions.map((name) => [name, behaviour(methodOf(name), sources)]));
}

function readSource([file, source]: readonly [string, string]): Source {
  const text = source.split("\n").map(withoutNames).join("\n");
  return {
    file,
    failing: text.match(FAILING) ?? [],
    own: [...text.matchAll(OWN)].map(([text, one, several]) => [(one ?? several)!, text]),
    working: text.replace(FAILING, ""),
  };
}

/** Names of tests speak of methods that they need not call. */
function withoutNames(line: string): string {
  return line.replace(/Deno\.test\((["`]).*\1/, "Deno.test(");
}

function behaviour(method: string, sources: readonly Source[]): Behaviour {
  const call = new RegExp(`\\b${method}\\(`);
  const shared = sources.filter(({ file }) => !file.endsWith("_test.ts")).flatMap(({ own }) => own);
  const errors = sources.flatMap(({ failing, own }) => {
    const callers = [...own, ...shared].filter(([, text]) => call.test(text)).map(([name]) => name);
    const calls = new RegExp(
      [`\\b${method}\\(`, ...callers.map((name) => `\\b${name}\\b`)].join("|"),
    );
    return failing.filter((text) => calls.test(text));
  }).flatMap((text) => [...text.matchAll(CODE)].map(([, code]) => code!));
  const works = sources.filter(({ working }) => call.test(working)).map(({ file }) => file);
  return { works, errors: new Set(errors) };
}
