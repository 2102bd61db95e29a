const ROOT = new URL("../../../", import.meta.url);
const BED = new URL("tests/tspi/bed.ts", ROOT);
const FROM = /^import (?!type\b)[^";]*?from "(\.[^"]+)"/gm;
/** What opens a path, where it is imported. */
const OPENS = /^import \{[^}]*\b(?:ownedBed|unownedBed|openWay)\b[^}]*\}/m;

/** Tests that choose their TPMs themselves, whatever the path. */
const APART = ["tests/tspi/daa/protocol_test.ts"];

/** The test files of tests/tspi that go over a path: those that make a bed, or whose helpers do. */
export function filesOverPaths(): string[] {
  return testFiles(new URL("tests/tspi/", ROOT))
    .filter((file) => opensPath(file, new Set([BED.href])))
    .map((file) => file.href.slice(ROOT.href.length))
    .filter((path) => !APART.includes(path))
    .toSorted();
}

function testFiles(folder: URL): URL[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return testFiles(new URL(`${name}/`, folder));
    return name.endsWith("_test.ts") ? [new URL(name, folder)] : [];
  });
}

function opensPath(file: URL, seen: Set<string>): boolean {
  seen.add(file.href);
  const text = Deno.readTextFileSync(file);
  return OPENS.test(text) || [...text.matchAll(FROM)]
    .map(([, specifier]) => new URL(specifier!, file))
    .filter(({ href }) => href.startsWith(new URL("tests/", ROOT).href) && !seen.has(href))
    .some((imported) => opensPath(imported, seen));
}
