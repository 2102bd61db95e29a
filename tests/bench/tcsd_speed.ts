/**
 * Measures our tcsd beside Debian's, by a C client of libtspi, both on one swtpm and ours also on
 * our emulator, and prints a table: `deno run -A tests/bench/tcsd_speed.ts [ROUNDS]`. The daemons
 * take turns, as swtpm serves one at a time, and the best of the rounds counts: others use the
 * machine too.
 *
 * @module
 */

import { Swtpm } from "../peers/swtpm.ts";
import { Tcsd } from "../peers/tcsd.ts";
import { TempFolder } from "../peers/temp_folder.ts";
import { startOurs } from "./own_server.ts";
import { note, printTable, type Table } from "./table.ts";
import { TspiClient } from "./tspi_client.ts";

const CLIENTS = [1, 10, 100];
/** Seconds of each load. */
const SECONDS = 2;

/** Measures everything so many times. */
export async function measure(rounds: number): Promise<Table> {
  using folder = new TempFolder();
  using client = new TspiClient();
  await using swtpm = await Swtpm.start({ transport: "unix", disconnect: false });
  const { path } = swtpm.address as { path: string };
  const keys = folder.join("store/system.data");
  Deno.mkdirSync(folder.join("store"));
  await new Deno.Command("chown", { args: ["tss:tss", folder.join("store")] }).output();
  const config = { num_threads: "200", system_ps_file: keys };
  const debian = () => Tcsd.start({ tpm: swtpm.address, config });
  const ours = (connection: string, how: readonly [string, string], keys: string) => () =>
    startOurs("tcsd_server.ts", [connection, ...how, keys]);
  {
    // Who takes ownership registers the SRK; the other reads it there.
    await using target = await debian();
    await client.run(target.port, "own");
  }
  const emulator = `emulator:${folder.join("tpm.state")}`;
  const emulatorKeys = folder.join("emulator.data");
  {
    await using target = await ours(emulator, ["libc", "spin"], emulatorKeys)();
    await client.run(target.port, "own");
  }
  const columns: Record<string, () => Promise<{ port: number } & AsyncDisposable>> = {
    "Debian's": debian,
    "ours": ours(`unix:${path}`, ["libc", "spin"], keys),
    "ours, no spin": ours(`unix:${path}`, ["libc", "park"], keys),
    "ours, no ffi": ours(`unix:${path}`, ["deno", "park"], keys),
    "ours, emulator": ours(emulator, ["libc", "spin"], emulatorKeys),
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
