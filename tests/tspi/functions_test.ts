import { assertEquals } from "@std/assert";
import * as tspi from "../../lib/tspi/mod.ts";
import { REMAINING, TSPI_FUNCTIONS } from "./tspi_functions.ts";

/** What comes before a function's name in C, and the class whose method it is here. */
const OBJECTS: readonly (readonly [prefix: string, object: { prototype: object } | null])[] = [
  ["Context_", tspi.Context],
  ["Policy_", tspi.Policy],
  ["TPM_", tspi.Tpm],
  ["PcrComposite_", tspi.PcrComposite],
  ["Key_", tspi.Key],
  ["Hash_", tspi.Hash],
  ["Data_", tspi.EncData],
  ["NV_", tspi.NvStore],
  ["DAA_Issuer_", tspi.DaaIssuerKey],
  ["DAA_ARA_", tspi.DaaAraKey],
  ["DAA_", tspi.DaaCredential],
  ["EncodeDER_", null],
  ["DecodeBER_", null],
  ["", tspi.TspObject],
];

interface Claim {
  readonly path: string;
  /** The declaration after the comment. */
  readonly declaration: string;
}

/** The comments that begin with a function's name. */
function claims(): Map<string, Claim[]> {
  const found = new Map<string, Claim[]>();
  const folder = new URL("../../lib/tspi/", import.meta.url);
  const walk = (at: URL) => {
    for (const entry of Deno.readDirSync(at)) {
      if (entry.isDirectory) walk(new URL(`${entry.name}/`, at));
      else {
        const text = Deno.readTextFileSync(new URL(entry.name, at));
        const comments = text.matchAll(/\/\*\*\s*(?:\* )?`(Tspi_\w+)`:[\s\S]*?\*\/\s*([^\n]*)/g);
        for (const [, name, declaration] of comments) {
          const claim = { path: entry.name, declaration: declaration!.trim() };
          found.set(name!, [...found.get(name!) ?? [], claim]);
        }
      }
    }
  };
  walk(folder);
  return found;
}

/** `LoadKeyByUUID` → `loadKeyByUUID`, `CMKApproveMA` → `cmkApproveMA`. */
function camel(name: string): string {
  const words = name.replaceAll("_", "");
  return words.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]+$|^[A-Z]/, (start) => start.toLowerCase());
}

Deno.test("tspi.h declares 124 functions", () => {
  assertEquals(new Set(TSPI_FUNCTIONS).size, 124);
});

Deno.test("a method claims every function, but for those that remain", () => {
  const claimed = claims();
  const unclaimed = TSPI_FUNCTIONS.filter((name) => !claimed.has(name));
  assertEquals(unclaimed.toSorted(), REMAINING.toSorted());
  assertEquals([...claimed.keys()].filter((name) => !TSPI_FUNCTIONS.includes(name)), []);
});

Deno.test("each function is claimed by the method that the rule of names gives it", () => {
  const wrong: string[] = [];
  for (const [name, found] of claims()) {
    const rest = name.slice("Tspi_".length);
    const [prefix, object] = OBJECTS.find(([prefix]) => rest.startsWith(prefix))!;
    const method = object === null ? camel(rest) : camel(rest.slice(prefix.length));
    for (const { path, declaration } of found) {
      const pattern = new RegExp(`^(override |static |export function |async )*${method}[(<]`);
      if (!pattern.test(declaration)) wrong.push(`${path}: ${name} is not ${declaration}`);
    }
    const exists = object === null
      ? method in tspi
      : method in object.prototype || method in object;
    if (!exists) wrong.push(`${name} is not ${prefix}${method}()`);
  }
  assertEquals(wrong, []);
});
