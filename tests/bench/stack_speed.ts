/**
 * Measures each call of tspi_client.c through the whole stack, ours beside libtspi over Debian's
 * tcsd and swtpm, and prints a table of medians in microseconds: `deno task bench:stack [ROUNDS]`.
 * The ways take turns, and the best of the rounds counts: others use the machine too.
 *
 * @module
 */
import { CoreServices, FileKeyStorage } from "../../lib/tcs/mod.ts";
import { openTddl } from "../../lib/tddl/mod.ts";
import { Context } from "../../lib/tspi/mod.ts";
import { Swtpm } from "../peers/swtpm.ts";
import { Tcsd } from "../peers/tcsd.ts";
import { TempFolder } from "../peers/temp_folder.ts";
import { startOurs } from "./own_server.ts";
import { note, printTable, type Table } from "./table.ts";
import { type Medians, timeCalls } from "./tspi_calls.ts";
import { TspiClient } from "./tspi_client.ts";

/** Measures one way through the stack. */
type Way = () => Promise<Medians>;

/** Measures everything so many times. */
export async function measure(rounds: number): Promise<Table> {
  using folder = new TempFolder();
  using client = new TspiClient();
  await using swtpm = await Swtpm.start({ transport: "unix", disconnect: false });
  const { path } = swtpm.address as { path: string };
  const keys = folder.join("store/system.data");
  Deno.mkdirSync(folder.join("store"));
  await new Deno.Command("chown", { args: ["tss:tss", folder.join("store")] }).output();
  const debian = () => Tcsd.start({ tpm: swtpm.address, config: { system_ps_file: keys } });
  const emulator = `emulator:${folder.join("tpm.state")}`;
  const emulatorKeys = folder.join("emulator.data");
  const ours = () => startOurs("tcsd_server.ts", [emulator, "libc", "spin", emulatorKeys]);
  // Who takes ownership registers the SRK; the others read it there.
  for (const start of [debian, ours]) {
    await using target = await start();
    await client.run(target.port, "own");
  }
  const ways: Readonly<Record<string, Way>> = {
    "libtspi, Debian's tcsd, swtpm": () => through(debian, (port) => timeLibtspi(client, port)),
    "ours, Debian's tcsd, swtpm": () => through(debian, timeOverTcsd),
    "ours in process, swtpm": () => timeInProcess(`unix:${path}`, keys),
    "ours, our tcsd, emulator": () => through(ours, timeOverTcsd),
    "ours in process, emulator": () => timeInProcess(emulator, emulatorKeys),
  };
  const table: Table = new Map();
  for (let round = 0; round < rounds; round++) {
    for (const [column, way] of Object.entries(ways)) {
      for (const [row, value] of await way()) note(table, { row, column, value });
    }
  }
  return table;
}

async function through(
  start: () => Promise<{ readonly port: number } & AsyncDisposable>,
  measure: (port: number) => Promise<Medians>,
): Promise<Medians> {
  await using target = await start();
  return await measure(target.port);
}

async function timeLibtspi(client: TspiClient, port: number): Promise<Medians> {
  const lines = await client.run(port, "latency");
  return new Map(lines.map(([row, median]) => [row!, Number(median)]));
}

function timeOverTcsd(port: number): Promise<Medians> {
  return timeCalls(() => connected(`tcsd:127.0.0.1:${port}`));
}

async function timeInProcess(connection: string, keys: string): Promise<Medians> {
  const keyStorage = new FileKeyStorage(keys);
  await using services = await CoreServices.start(await openTddl(connection), { keyStorage });
  return await timeCalls(() => connected(services));
}

async function connected(destination: string | CoreServices): Promise<Context> {
  const context = Context.create();
  await context.connect(destination);
  return context;
}

/** Measures, and prints the table. */
export async function main(): Promise<void> {
  printTable(await measure(Number(Deno.args[0] ?? 3)));
}

if (import.meta.main) await main();
