/**
 * Measures TPM_PCRRead by our library over sockets, with libc and without, beside a C client on the
 * same swtpm, and prints a table of medians in microseconds:
 * `deno run -A tests/bench/tddl_speed.ts [ROUNDS]`. The clients take turns, and the best of the
 * rounds counts: others use the machine too.
 *
 * @module
 */
import { libcOpener } from "../../ffi/socket.ts";
import { ChannelTddl } from "../../lib/tddl/channel_tddl.ts";
import { CONN_OPENER } from "../../lib/tddl/conn_stream.ts";
import { SocketChannel } from "../../lib/tddl/socket_channel.ts";
import type { SocketAddress } from "../../lib/tddl/stream.ts";
import { after } from "../after.ts";
import { median } from "../median.ts";
import type { Address } from "../peers/network.ts";
import { Swtpm } from "../peers/swtpm.ts";
import { pcrRead } from "../raw_commands.ts";
import { RawClient } from "./raw_client.ts";
import { note, printTable, type Table } from "./table.ts";

const COUNT = 3000;
const PCR_READ = pcrRead(16);

/** Measures everything so many times. */
export async function measure(rounds: number): Promise<Table> {
  const table: Table = new Map();
  using client = new RawClient();
  for (const transport of ["tcp", "unix"] as const) {
    await using swtpm = await Swtpm.start({ transport, disconnect: false });
    const { address } = swtpm;
    // The C client holds this thread up, on which Deno has still to close the connection before.
    const clients: Record<string, () => Promise<number>> = {
      "C client": () => after(20).then(() => timeC(client, address)),
      "ours": () => timeOurs("libc", address),
      "ours, no ffi": () => timeOurs("Deno.connect", address),
    };
    for (let round = 0; round < rounds; round++) {
      for (const [column, time] of Object.entries(clients)) {
        note(table, { row: `swtpm, ${transport}`, column, value: await time() });
      }
    }
  }
  return table;
}

function timeC(client: RawClient, address: Address): number {
  const fd = client.connect(address);
  client.repeat(fd, { command: PCR_READ, count: COUNT });
  const value = client.repeat(fd, { command: PCR_READ, count: COUNT });
  client.close(fd);
  return value;
}

async function timeOurs(way: "libc" | "Deno.connect", address: Address): Promise<number> {
  const opener = way === "libc" ? libcOpener() ?? CONN_OPENER : CONN_OPENER;
  const channel = new SocketChannel(socketAddress(address), { opener });
  await using tddl = new ChannelTddl(channel);
  await tddl.open();
  const times: number[] = [];
  for (let i = -COUNT; i < COUNT; i++) {
    const start = performance.now();
    await tddl.transmitData(PCR_READ);
    if (i >= 0) times.push(1000 * (performance.now() - start));
  }
  return median(times);
}

function socketAddress(address: Address): SocketAddress {
  return "port" in address
    ? { transport: "tcp", hostname: "127.0.0.1", port: address.port }
    : { transport: "unix", path: address.path };
}

/** Measures, and prints the table. */
export async function main(): Promise<void> {
  printTable(await measure(Number(Deno.args[0] ?? 3)));
}

if (import.meta.main) await main();
