import { assert, assertEquals } from "@std/assert";

/** From the bottom to the top: a folder imports only folders before it. */
const LAYERS = [
  "crypto",
  "codec",
  "tpm12",
  "wire",
  "auth",
  "emulator",
  "tddl",
  "tcs",
  "tcsd",
  "tspi",
  "tpm",
  "cli",
];
/** Folders that stand on these alone. */
const LEAVES: Record<string, readonly string[]> = {
  crypto: [],
  codec: [],
  tpm12: ["codec"],
  formats: ["codec", "tpm12", "crypto"],
  verify: ["codec", "tpm12", "crypto"],
};
/** Leaves that every layer may stand on. */
const SHARED = ["formats", "verify"];
const NO_DENO = ["codec", "tpm12", "wire", "crypto", "auth", "formats", "verify"];
const ROOT = new URL("../", import.meta.url);

/** `import … from "x"`, `export … from "x"`, `import "x"` and `import("x")`. */
const IMPORT = /^(?:import|export)\b(?:[^";]*?\bfrom)? *"([^"]+)"|\bimport\("([^"]+)"/gm;
/** Lines of a file. */
const LONGEST = 400;

interface Source {
  path: string;
  text: string;
  imports: string[];
}

function* sources(folder: string): Generator<Source> {
  for (const entry of Deno.readDirSync(new URL(folder, ROOT))) {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory) yield* sources(`${path}/`);
    else if (path.endsWith(".ts")) {
      const text = Deno.readTextFileSync(new URL(path, ROOT));
      const imports = [...text.matchAll(IMPORT)].map((match) => (match[1] ?? match[2])!);
      yield { path, text, imports };
    }
  }
}

const layerOf = (path: string): string | undefined => /^lib\/([^/]+)\//.exec(path)?.[1];

Deno.test("every folder of lib/ has its place among the layers", () => {
  const folders = [...Deno.readDirSync(new URL("lib/", ROOT))].map(({ name }) => name);
  const placed = new Set([...LAYERS, ...Object.keys(LEAVES), ...SHARED]);
  assertEquals(folders.toSorted(), [...placed].toSorted());
});

Deno.test("every form of import is seen", () => {
  const forms = [
    'import a from "a";\nimport { b } from "b";\nimport {\n  c,\n} from "c";',
    'import * as d from "d";\nimport type { E } from "e";\nimport "f";',
    'export * from "g";\nexport { h } from "h";\nconst i = await import("i");',
    'export const NO_IMPORT = "from";\nexport function f(text = "x") {}',
  ];
  const seen = [...forms.join("\n").matchAll(IMPORT)].map((match) => match[1] ?? match[2]);
  assertEquals(seen, [..."abcdefghi"]);
});

Deno.test("imports run one way through the layers", () => {
  let seen = 0;
  for (const { path, imports } of sources("lib/")) {
    const layer = layerOf(path)!;
    for (const specifier of imports.filter((specifier) => specifier.startsWith("."))) {
      const target = new URL(specifier, new URL(path, ROOT)).href.slice(ROOT.href.length);
      const below = layerOf(target);
      if (below === undefined || below === layer) continue;
      const allowed = LEAVES[layer] ?? [...LAYERS.slice(0, LAYERS.indexOf(layer)), ...SHARED];
      assert(allowed.includes(below), `${path} must not import ${target}`);
      seen++;
    }
  }
  assert(seen > 0);
});

Deno.test("lib/ and ffi/ import by relative path and node: only", () => {
  for (const folder of ["lib/", "ffi/"]) {
    for (const { path, imports } of sources(folder)) {
      if (layerOf(path) === "cli") continue;
      assertEquals(imports.filter((specifier) => !/^(\.|node:)/.test(specifier)), [], path);
    }
  }
});

Deno.test("the pure folders do not use Deno.*", () => {
  for (const { path, text } of sources("lib/")) {
    if (NO_DENO.includes(layerOf(path)!)) assert(!/\bDeno\.[a-z]/.test(text), path);
  }
});

Deno.test(`no file is longer than ${LONGEST} lines`, () => {
  for (const folder of ["lib/", "ffi/", "tests/"]) {
    for (const { path, text } of sources(folder)) {
      const lines = text.split("\n").length;
      assert(lines <= LONGEST, `${path} has ${lines} lines`);
    }
  }
});
