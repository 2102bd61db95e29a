/**
 * Runs the tests of the service provider over every path to a TPM and prints how they went: what
 * passes, and what cannot and why. Ends with 1 when something else fails than is expected to, or
 * does not fail. `deno task test:matrix [PATH…]`
 */
import { findPeer } from "../../peers/requirements.ts";
import { TempFolder } from "../../peers/temp_folder.ts";
import { EXPECTED_FAILURES } from "../expected_failures.ts";
import { type PathName, PATHS } from "../paths.ts";
import { readReport } from "./junit.ts";
import { report } from "./report.ts";
import { filesOverPaths } from "./suite.ts";
import { judge, type PathResult } from "./verdict.ts";

const ROOT = new URL("../../../", import.meta.url);

/** The slowest come first, so that no processor waits in the end. */
const ORDER: readonly PathName[] = [
  "debian-swtpm",
  "tcsd-swtpm",
  "swtpm",
  "debian-emulator",
  "tcsd-emulator",
  "emulator",
];
/** Paths that run at once; the tests of each run on all processors. */
const AT_ONCE = 2;

/** The permissions of `deno task test`. */
function permissions(): string[] {
  const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
  return (tasks.test as string).split(" ").filter((word) => word.startsWith("--allow-"));
}

/** A peer of a path that is not installed. */
function missingPeer(path: PathName): string | undefined {
  const { machine, front } = PATHS[path];
  const peers = [...machine === "swtpm" ? ["swtpm"] : [], ...front === "debian" ? ["tcsd"] : []];
  return peers.find((peer) => findPeer(peer) === undefined);
}

async function runPath(path: PathName, files: readonly string[]): Promise<PathResult> {
  const missing = missingPeer(path);
  if (missing !== undefined) {
    return { path, outcomes: [], trouble: `${missing} is missing, see tests/peers/install.sh` };
  }
  using folder = new TempFolder();
  const junit = folder.join("report.xml");
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "--no-check", "--parallel", ...permissions(), `--junit-path=${junit}`, ...files],
    cwd: ROOT,
    env: { TSPI_PATH: path, NO_COLOR: "1" },
  }).output();
  const said = () => new TextDecoder().decode(stderr) + new TextDecoder().decode(stdout);
  const outcomes = await readFile(junit).then(readReport);
  const silent = files.filter((name) => outcomes.every(({ file }) => file !== name));
  const failed = outcomes.some(({ state }) => state === "failed");
  if (silent.length > 0) return { path, outcomes, trouble: `${silent} did not run:\n${said()}` };
  if (code !== 0 && !failed) {
    return { path, outcomes, trouble: `It ended with ${code}:\n${said()}` };
  }
  return { path, outcomes };
}

async function readFile(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

async function runPaths(paths: readonly PathName[]): Promise<PathResult[]> {
  const files = filesOverPaths();
  const results: PathResult[] = [];
  const waiting = ORDER.filter((path) => paths.includes(path));
  const work = async () => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      const started = performance.now();
      results.push(await runPath(path, files));
      console.error(`${path}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}

if (import.meta.main) {
  const paths = Object.keys(PATHS) as PathName[];
  const unknown = Deno.args.find((arg) => !(arg in PATHS));
  if (unknown !== undefined) throw new Error(`Cannot test over ${unknown}: there are ${paths}`);
  const chosen = Deno.args.length > 0 ? paths.filter((path) => Deno.args.includes(path)) : paths;
  const verdicts = judge(await runPaths(chosen), EXPECTED_FAILURES);
  console.log(report(verdicts, chosen));
  Deno.exitCode = verdicts.some(({ state }) => state === "failed") ? 1 : 0;
}
