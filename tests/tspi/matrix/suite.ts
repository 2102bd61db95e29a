const ROOT = new URL("../../../", import.meta.url);
const FROM = /^(?:import|export)\b[^";]*?from "(\.[^"]+)"/gm;

/** The test files of tests/tspi that go over a path: those that come to paths.ts by imports. */
export function filesOverPaths(): string[] {
  const goal = new URL("tests/tspi/paths.ts", ROOT).href;
  return testFiles(new URL("tests/tspi/", ROOT))
    .filter((file) => imports(file, new Set()).has(goal))
    .map((file) => file.href.slice(ROOT.href.length))
    .toSorted();
}

function testFiles(folder: URL): URL[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return testFiles(new URL(`${name}/`, folder));
    return name.endsWith("_test.ts") ? [new URL(name, folder)] : [];
  });
}

/** What a file imports, and what that imports, within tests/. */
function imports(file: URL, seen: Set<string>): Set<string> {
  seen.add(file.href);
  for (const [, specifier] of Deno.readTextFileSync(file).matchAll(FROM)) {
    const imported = new URL(specifier!, file);
    const ours = imported.href.startsWith(new URL("tests/", ROOT).href);
    if (ours && !seen.has(imported.href)) imports(imported, seen);
  }
  return seen;
}
