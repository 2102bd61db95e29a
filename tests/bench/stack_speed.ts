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
import { type Daemon, type OwnedTpm, OwnedTpms } from "./owned_tpms.ts";
import { note, printTable, type Table } from "./table.ts";
import { type Medians, timeCalls } from "./tspi_calls.ts";
import { TspiClient } from "./tspi_client.ts";

/** Measures one way through the stack. */
type Way = () => Promise<Medians>;

/** Measures everything so many times. */
export async function measure(rounds: number): Promise<Table> {
  using client = new TspiClient();
  await using tpms = await OwnedTpms.start(client);
  const { swtpm, emulator } = tpms;
  const debian = () => tpms.debian();
  const ours = () => tpms.ours(emulator);
  const ways: Readonly<Record<string, Way>> = {
    "libtspi, Debian's tcsd, swtpm": () => through(debian, (port) => timeLibtspi(client, port)),
    "ours, Debian's tcsd, swtpm": () => through(debian, timeOverTcsd),
    "ours in process, swtpm": () => timeInProcess(swtpm),
    "ours, our tcsd, emulator": () => through(ours, timeOverTcsd),
    "ours in process, emulator": () => timeInProcess(emulator),
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
  start: () => Promise<Daemon>,
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

async function timeInProcess({ connection, keys }: OwnedTpm): Promise<Medians> {
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
