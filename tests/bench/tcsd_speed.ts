/**
 * Measures our tcsd beside Debian's, by a C client of libtspi, both on one swtpm and ours also on
 * our emulator, and prints a table: `deno run -A tests/bench/tcsd_speed.ts [ROUNDS]`. The daemons
 * take turns, as swtpm serves one at a time, and the best of the rounds counts: others use the
 * machine too.
 *
 * @module
 */

import { requirePeer } from "../peers/requirements.ts";
import { Swtpm } from "../peers/swtpm.ts";
import { Tcsd } from "../peers/tcsd.ts";
import { TempFolder } from "../peers/temp_folder.ts";
import { startOurs } from "./own_server.ts";

const CLIENTS = [1, 10, 100];
/** Seconds of each load. */
const SECONDS = 2;

/** Figures by row and column. */
type Table = Map<string, Map<string, number>>;

/** The C client, compiled. */
class Client implements Disposable {
  readonly #folder = new TempFolder();
  readonly #path = this.#folder.join("tspi_client");

  constructor() {
    const source = new URL("tspi_client.c", import.meta.url).pathname;
    const { success, stderr } = new Deno.Command(requirePeer("cc"), {
      args: ["-O2", "-o", this.#path, source, "-ltspi"],
    }).outputSync();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
  }

  /** Runs it against a tcsd; gives the cells of each line that it prints. */
  async run(port: number, ...args: string[]): Promise<string[][]> {
    const { success, stdout, stderr } = await new Deno.Command(this.#path, {
      args,
      env: {
        TSS_TCSD_HOSTNAME: "127.0.0.1",
        TSS_TCSD_PORT: `${port}`,
        HOME: this.#folder.path,
      },
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    if (!success) throw new Error(`Cannot measure ${args.join(" ")}: ${text(stderr)}`);
    return text(stdout).trim().split("\n").map((line) => line.split("\t"));
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}

/** Measures everything so many times. */
export async function measure(rounds: number): Promise<Table> {
  using folder = new TempFolder();
  using client = new Client();
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
        const cells = table.get(row) ?? new Map<string, number>();
        table.set(row, cells);
        cells.set(column, better(cells.get(column) ?? value, value));
      });
    }
  }
  return table;
}

async function measureOne(
  client: Client,
  port: number,
  note: (row: string, value: number, better: (a: number, b: number) => number) => void,
): Promise<void> {
  for (const [name, median] of await client.run(port, "latency")) {
    note(`${name} (µs)`, Number(median), Math.min);
  }
  for (const clients of CLIENTS) {
    const [[perSecond, slowest] = []] = await client.run(port, "load", `${clients}`, `${SECONDS}`);
    note(`PcrRead a second, ${clients} clients`, Number(perSecond), Math.max);
    note(`slowest PcrRead, ${clients} clients (µs)`, Number(slowest), Math.min);
  }
}

/** Measures, and prints the table. */
export async function main(): Promise<void> {
  const table = await measure(Number(Deno.args[0] ?? 3));
  const columns = [...table.values().next().value!.keys()];
  console.log(`| ${["", ...columns].join(" | ")} |`);
  console.log(`|${" --- |".repeat(columns.length + 1)}`);
  for (const [row, cells] of table) {
    const values = columns.map((column) => cells.get(column)?.toFixed(0) ?? "–");
    console.log(`| ${[row, ...values].join(" | ")} |`);
  }
}

if (import.meta.main) await main();
