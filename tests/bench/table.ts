/** Figures by row and column. */
export type Table = Map<string, Map<string, number>>;

/** Notes a figure in a table; of two in the same place the better one stays. */
export function note(
  table: Table,
  { row, column, value }: { readonly row: string; readonly column: string; readonly value: number },
  better: (a: number, b: number) => number = Math.min,
): void {
  const cells = table.get(row) ?? new Map<string, number>();
  table.set(row, cells);
  cells.set(column, better(cells.get(column) ?? value, value));
}

/** Prints a table in Markdown. */
export function printTable(table: Table): void {
  const columns = [...table.values().next().value!.keys()];
  console.log(`| ${["", ...columns].join(" | ")} |`);
  console.log(`|${" --- |".repeat(columns.length + 1)}`);
  for (const [row, cells] of table) {
    const values = columns.map((column) => cells.get(column)?.toFixed(0) ?? "–");
    console.log(`| ${[row, ...values].join(" | ")} |`);
  }
}
