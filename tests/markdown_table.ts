/** A Markdown table as `deno fmt` leaves it; the first line is its head. */
export function markdownTable(lines: readonly (readonly string[])[]): string {
  const cells = lines.map((line) => line.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = cells[0]!.map((_, column) =>
    Math.max(...cells.map((line) => line[column]!.length))
  );
  const write = (line: readonly string[]): string =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |\n`;
  const rule = widths.map((width) => "-".repeat(width));
  return [cells[0]!, rule, ...cells.slice(1)].map(write).join("");
}
