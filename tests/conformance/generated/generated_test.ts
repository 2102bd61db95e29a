import { assert, assertEquals } from "@std/assert";
import { commandByName } from "../../../lib/tpm12/commands/mod.ts";
import { peerTest } from "../../peers/mod.ts";
import { rowOf } from "./known.ts";
import { RECIPES } from "./recipes.ts";
import { report, told } from "./report.ts";
import { type Count, Runner } from "./run.ts";
import { SIGNS } from "./signs.ts";

/** How many sequences for each ordinal at least, and what they follow from. */
const SEQUENCES = Number(Deno.env.get("TSS_SEQUENCES") ?? 4);
const SEED = Number(Deno.env.get("TSS_SEQUENCES_SEED") ?? 12);
/** With so many, the report is printed. */
const MANY = 100;

peerTest(["libtpms"], "generated sequences for every ordinal of libtpms agree", () => {
  using runner = new Runner(SEED);
  const commands = runner.commands();
  assert(commands.length > 100);
  const counts: Count[] = commands.map((command) => runner.run(command, SEQUENCES));
  const text = report(counts, SEED);
  console.log(SEQUENCES < MANY ? text.split("\n")[0] : text);
  for (const { sequences } of counts) assert(sequences >= SEQUENCES);
  assertEquals(counts.flatMap(({ found }) => found.map(told)), []);
});

Deno.test("recipes are of commands that there are, and signs of differences in the table", () => {
  for (const { command } of RECIPES) assert(commandByName(command) !== undefined, command);
  for (const [when] of SIGNS) assert(rowOf(when) >= 0);
});
