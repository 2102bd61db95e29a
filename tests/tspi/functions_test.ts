import { assertEquals } from "@std/assert";
import * as tspi from "../../lib/tspi/mod.ts";
import { readBehaviour } from "./behaviour.ts";
import { type Claim, groupOf, methodOf, readClaims } from "./claims.ts";
import { PAGE, trousersPage } from "./trousers_page.ts";
import { TSPI_FUNCTIONS } from "./tspi_functions.ts";

const CLAIMS = readClaims();

Deno.test("tspi.h declares 124 functions", () => {
  assertEquals(new Set(TSPI_FUNCTIONS).size, 124);
});

Deno.test("a method claims every function, and none that there is not", () => {
  assertEquals([...CLAIMS.keys()].toSorted(), TSPI_FUNCTIONS.toSorted());
});

Deno.test("each function is claimed by the method that the rule of names gives it", () => {
  const wrong: string[] = [];
  for (const [name, claims] of CLAIMS) {
    const { object } = groupOf(name);
    const method = methodOf(name);
    for (const { file, declaration } of claims) {
      const pattern = new RegExp(`^(override |static |export function |async )*${method}[(<]`);
      if (!pattern.test(declaration)) wrong.push(`${file}: ${name} is not ${declaration}`);
    }
    const exists = object === null
      ? method in tspi
      : method in object.prototype || method in object;
    if (!exists) wrong.push(`${name} is not ${method}()`);
  }
  assertEquals(wrong, []);
});

Deno.test("tests have every function do its work, and fail with an error that it documents", () => {
  const lacking: string[] = [];
  for (const [name, { works, errors }] of readBehaviour(TSPI_FUNCTIONS)) {
    const documented = documentedErrors(CLAIMS.get(name)!);
    if (works.length === 0) lacking.push(`${name} does its work in no test`);
    if (documented.length > 0 && !documented.some((code) => errors.has(code))) {
      lacking.push(`${name} fails in no test with one of ${documented}`);
    }
  }
  assertEquals(lacking, []);
});

Deno.test("lib/tspi/COMING_FROM_TROUSERS.md is up to date: else run deno task trousers-page", () => {
  assertEquals(Deno.readTextFileSync(PAGE), trousersPage());
});

/** The errors that the documentation of a function names, or that of the method it refers to. */
function documentedErrors(claims: readonly Claim[]): string[] {
  const text = claims.map(({ text }) => text).join(" ");
  const [, other] = /\bThrows as \{@linkcode (\w+)\}/.exec(text) ?? [];
  const named = [...text.matchAll(/\b(?:TPM|TSS_E)_[A-Z0-9_]*[A-Z0-9]\b/g)].map(([code]) => code);
  if (other === undefined) return text.includes("Throws") ? named : [];
  const [, referred] = [...CLAIMS].find(([name]) => methodOf(name) === other)!;
  return [...named, ...documentedErrors(referred)];
}
