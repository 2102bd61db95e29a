/** The unit of systemd for our tcsd. */
export const UNIT: URL = new URL("../../examples/tss-tcsd.service", import.meta.url);

/** The settings of a unit by section, each with its values in order. */
export type UnitFile = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

/** Reads a unit file: sections, `Key=value`, comments, and lines that go on after a backslash. */
export function parseUnit(text: string): UnitFile {
  const sections = new Map<string, Map<string, string[]>>();
  let section: Map<string, string[]> | undefined;
  for (const line of text.replaceAll(/\\\n\s*/g, "").split("\n")) {
    const [, name, key, value] = /^(?:\[(\w+)\]|(\w+)=(.*))$/.exec(line) ?? [];
    if (name !== undefined) sections.set(name, section = new Map());
    else if (key !== undefined && section !== undefined) {
      section.set(key, [...section.get(key) ?? [], value!]);
    } else if (!/^(#.*)?$/.test(line)) throw new SyntaxError(`Cannot read unit: ${line}`);
  }
  return sections;
}

/** The words of the command that the unit runs, after some of its paths are replaced. */
export function unitCommand(paths: Readonly<Record<string, string>>): string[] {
  const [command = ""] = parseUnit(Deno.readTextFileSync(UNIT)).get("Service")?.get("ExecStart") ??
    [];
  return Object.entries(paths).reduce((text, [from, to]) => text.replaceAll(from, to), command)
    .split(" ");
}
