import { assert, assertEquals } from "@std/assert";
import { parseConnectionString } from "../lib/tddl/mod.ts";
import { runProgram } from "./run_program.ts";

const ROOT = new URL("../", import.meta.url);
const README = Deno.readTextFileSync(new URL("README.md", ROOT));
const TASKS: readonly string[] = Object.keys(
  JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT))).tasks,
);

/** The cells of the table behind a headline, without its head. */
function tableBehind(headline: string): string[][] {
  const section = README.split(/^## /m).find((text) => text.startsWith(`${headline}\n`))!;
  const lines = section.split("\n").filter((line) => line.startsWith("|")).slice(2);
  return lines.map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
}

/** What stands between the backquotes. */
const code = (cell: string): string => cell.replaceAll("`", "");

Deno.test("every connection string of the README's table is one", () => {
  const table = tableBehind("Permissions");
  const kinds = table.map(([, connection]) => parseConnectionString(code(connection!)).kind);
  assertEquals(new Set(kinds), new Set(["emulator", "tcsd", "tcp", "unix", "swtpm", "device"]));
});

Deno.test("every task that the README names is one", () => {
  const named = [...README.matchAll(/deno@2\.9\.6 task ([a-z][a-z:]*)/g)].map(([, task]) => task!);
  const listed = tableBehind("Working on it").map(([task]) => code(task!));
  assert(named.length > 3 && listed.length > 8);
  assertEquals([...named, ...listed].filter((task) => !TASKS.includes(task)), []);
});

Deno.test("the README's program runs with no permission", async () => {
  const program = /```ts\n(.*?)```/s.exec(README)![1]!;
  const local = program.replace("@deno-tss/tss", new URL("mod.ts", ROOT).href);
  assertEquals(await runProgram(local, { permissions: [] }), "secret\n");
});
