/**
 * Measures our tcsd beside Debian's, by a C client of libtspi, both on one swtpm and ours also on
 * our emulator, and prints a table: `deno run -A tests/bench/tcsd_speed.ts [ROUNDS]`. The daemons
 * take turns, as swtpm serves one at a time, and the best of the rounds counts: others use the
 * machine too.
 *
 * @module
 */

import { type Daemon, OwnedTpms } from "./owned_tpms.ts";
import { note, printTable, type Table } from "./table.ts";
import { TspiClient } from "./tspi_client.ts";

const CLIENTS = [1, 10, 100];
/** Seconds of each load. */
const SECONDS = 2;

/** Measures everything so many times. */
export async function measure(rounds: number): Promise<Table> {
  using client = new TspiClient();
  await using tpms = await OwnedTpms.start(client);
  const columns: Record<string, () => Promise<Daemon>> = {
    "Debian's": () => tpms.debian(),
    "ours": () => tpms.ours(tpms.swtpm),
    "ours, no spin": () => tpms.ours(tpms.swtpm, ["libc", "park"]),
    "ours, no ffi": () => tpms.ours(tpms.swtpm, ["deno", "spin"]),
    "ours, emulator": () => tpms.ours(tpms.emulator),
  };
  const table: Table = new Map();
  for (let round = 0; round < rounds; round++) {
    for (const [column, start] of Object.entries(columns)) {
      await using target = await start();
      await measureOne(client, target.port, (row, value, better) => {
        note(table, { row, column, value }, better);
      });
    }
  }
  return table;
}

async function measureOne(
  client: TspiClient,
  port: number,
  noteOne: (row: string, value: number, better: (a: number, b: number) => number) => void,
): Promise<void> {
  for (const [name, median] of await client.run(port, "latency")) {
    noteOne(`${name} (µs)`, Number(median), Math.min);
  }
  for (const clients of CLIENTS) {
    const [[perSecond, slowest] = []] = await client.run(port, "load", `${clients}`, `${SECONDS}`);
    noteOne(`PcrRead a second, ${clients} clients`, Number(perSecond), Math.max);
    noteOne(`slowest PcrRead, ${clients} clients (µs)`, Number(slowest), Math.min);
  }
}

/** Measures, and prints the table. */
export async function main(): Promise<void> {
  printTable(await measure(Number(Deno.args[0] ?? 3)));
}

if (import.meta.main) await main();
