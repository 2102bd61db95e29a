import { assert, assertEquals } from "@std/assert";
import { type CommandName, COMMANDS } from "../../lib/tpm12/commands/mod.ts";

const FOLDER = new URL("../../lib/emulator/handlers/", import.meta.url);
/** Lines of a handler. */
const LONGEST = 60;
/** A handler of so many lines does more than one thing, and says which action each is. */
const CITING = 12;

interface HandlerSource {
  readonly name: CommandName;
  /** The comment before it. */
  readonly doc: string;
  readonly lines: readonly string[];
}

function* handlers(): Generator<HandlerSource> {
  for (const { name: file } of Deno.readDirSync(FOLDER)) {
    const lines = Deno.readTextFileSync(new URL(file, FOLDER)).split("\n");
    for (const [start, line] of lines.entries()) {
      const name = /^export const (\w+): Handler</.exec(line)?.[1];
      if (name === undefined) continue;
      const end = endOf(lines, start);
      const doc = lines.slice(lines.findLastIndex((text, i) => i < start && text === ""), start);
      yield {
        name: name as CommandName,
        doc: doc.map((text) => text.replace(/^[ /*]+/, "")).join(" "),
        lines: lines.slice(start, end),
      };
    }
  }
}

/** The line after a statement that begins at one: its brackets are closed there. */
function endOf(lines: readonly string[], start: number): number {
  let depth = 0;
  for (let i = start; i < lines.length; i++) {
    const code = lines[i]!.replace(/\/\/.*|"[^"]*"|`[^`]*`/g, "");
    depth += code.match(/[({[]/g)?.length ?? 0;
    depth -= code.match(/[)}\]]/g)?.length ?? 0;
    if (depth === 0 && code.endsWith(";")) return i + 1;
  }
  throw new Error(`${lines[start]} has no end`);
}

Deno.test("every command's handler is found here", () => {
  const names = [...handlers()].map(({ name }) => name);
  assertEquals(names.toSorted(), Object.keys(COMMANDS).toSorted());
});

Deno.test("every handler names its section of the specification", () => {
  for (const { name, doc } of handlers()) {
    assert(doc.includes(`${name} (${COMMANDS[name].spec}`), `${name}: ${doc}`);
  }
});

Deno.test(`no handler is longer than ${LONGEST} lines, and all but the shortest cite actions`, () => {
  for (const { name, doc, lines } of handlers()) {
    assert(lines.length <= LONGEST, `${name} has ${lines.length} lines`);
    const cites = /\b[Aa]ction \d/.test(doc) || lines.some((line) => /\/\/ \d+\b/.test(line));
    assert(cites || lines.length < CITING, `${name} cites no action`);
  }
});
