import { assert, assertEquals } from "@std/assert";

/** The files of the classes that `openTpm()` hands out. */
const CLASSES = ["tpm", "tpm_key", "nv_slot", "counter"];

/** A comment, and the method that it stands before. */
const METHOD = /^ {2}\/\*\*\n((?: {3}\*.*\n)*?) {3}\*\/\n {2}(?:async )?([a-z]\w*)[(<]/gm;

Deno.test("every method of what openTpm() gives has an example of at most ten lines", () => {
  const without: string[] = [];
  let seen = 0;
  for (const name of CLASSES) {
    const file = new URL(`../../lib/tpm/${name}.ts`, import.meta.url);
    const text = Deno.readTextFileSync(file);
    const methods = text.matchAll(/^ {2}(?:async )?([a-z]\w*)[(<].*$/gm);
    const documented = new Map([...text.matchAll(METHOD)].map(([, doc, method]) => [method, doc!]));
    for (const [, method] of methods) {
      if (method === "constructor") continue;
      seen++;
      const example = documented.get(method!)?.match(/```ts\n([\s\S]*?) \*? *```/)?.[1];
      const lines = example?.split("\n").filter((line) => line.replace(/[\s*]/g, "") !== "").length;
      if (lines === undefined || lines > 10) without.push(`${name}: ${method}`);
    }
  }
  assert(seen > 25, `${seen} methods`);
  assertEquals(without, []);
});
