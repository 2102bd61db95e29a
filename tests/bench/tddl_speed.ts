/**
 * Measures one round trip of the library over sockets, with libc and without, and prints a table:
 * `deno run -A tests/bench/tddl_speed.ts`.
 *
 * @module
 */
import { libcOpener } from "../../ffi/socket.ts";
import { ChannelTddl } from "../../lib/tddl/channel_tddl.ts";
import { CONN_OPENER } from "../../lib/tddl/conn_stream.ts";
import { SocketChannel } from "../../lib/tddl/socket_channel.ts";
import type { SocketAddress } from "../../lib/tddl/stream.ts";
import { Daemon } from "../peers/daemon.ts";
import { type Address, freePort, listens } from "../peers/network.ts";
import { findPeer } from "../peers/requirements.ts";
import { Swtpm } from "../peers/swtpm.ts";
import { numbered } from "../tddl/fake_tpm.ts";

/** A server that gives every command the same answer, in a process of its own. */
const ECHO = `
  const answer = Uint8Array.from([0, 0xc4, 0, 0, 0, 30, ...new Uint8Array(24)]);
  for await (const connection of Deno.listen({ hostname: "127.0.0.1", port: +Deno.args[0] })) {
    (async () => {
      const buffer = new Uint8Array(4096);
      while (await connection.read(buffer) !== null) await connection.write(answer);
    })().catch(() => {});
  }
`;

const ROUNDS = 3000;
const PCR_READ = numbered(16);

/** Times of one kind of round trip in microseconds. */
export interface Measurement {
  /** Server and how it is reached. */
  readonly server: string;
  /** Whether libc or `Deno.connect` was used. */
  readonly way: string;
  /** Half of the round trips were faster. */
  readonly median: number;
  /** One in twenty was slower. */
  readonly p95: number;
}

/** A server to measure against. */
interface Server extends AsyncDisposable {
  readonly name: string;
  readonly address: SocketAddress;
  readonly connection: "keep" | "each";
}

/** TPM_PCRRead against a server in Deno and against swtpm, each with libc and without. */
export async function measure(): Promise<Measurement[]> {
  const starts = [startEcho];
  if (findPeer("swtpm") !== undefined) {
    for (const transport of ["tcp", "unix"] as const) {
      starts.push(() => startSwtpm(transport, "keep"));
    }
    starts.push(() => startSwtpm("tcp", "each"));
  }
  const measurements: Measurement[] = [];
  for (const start of starts) {
    for (const way of ["libc", "Deno.connect"]) {
      await using server = await start();
      measurements.push(await measureOne(server, way));
    }
  }
  return measurements;
}

async function measureOne(server: Server, way: string): Promise<Measurement> {
  const opener = way === "libc" ? libcOpener() ?? CONN_OPENER : CONN_OPENER;
  const channel = new SocketChannel(server.address, { opener, connection: server.connection });
  await using tddl = new ChannelTddl(channel);
  await tddl.open();
  const times: number[] = [];
  for (let i = 0; i < 2 * ROUNDS; i++) {
    const start = performance.now();
    await tddl.transmitData(PCR_READ);
    if (i >= ROUNDS) times.push(1000 * (performance.now() - start));
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(share * times.length)]!;
  return { server: server.name, way, median: at(0.5), p95: at(0.95) };
}

async function startEcho(): Promise<Server> {
  const port = freePort();
  const program = `data:text/javascript,${encodeURIComponent(ECHO)}`;
  const args = [
    "run",
    "--quiet",
    "--no-check",
    `--allow-net=127.0.0.1:${port}`,
    program,
    `${port}`,
  ];
  const daemon = await Daemon.start(Deno.execPath(), { args, ready: () => listens({ port }) });
  return {
    name: "a Deno server, tcp",
    address: socketAddress({ port }),
    connection: "keep",
    [Symbol.asyncDispose]: () => daemon.stop(),
  };
}

async function startSwtpm(
  transport: "tcp" | "unix",
  connection: "keep" | "each",
): Promise<Server> {
  const swtpm = await Swtpm.start({ transport, disconnect: connection === "each" });
  return {
    name: `swtpm, ${transport}, ${connection === "keep" ? "kept" : "one each"}`,
    address: socketAddress(swtpm.address),
    connection,
    [Symbol.asyncDispose]: () => swtpm[Symbol.asyncDispose](),
  };
}

function socketAddress(address: Address): SocketAddress {
  return "port" in address
    ? { transport: "tcp", hostname: "127.0.0.1", port: address.port }
    : { transport: "unix", path: address.path };
}

/** Measures, and prints the table. */
export async function main(): Promise<void> {
  console.log("server                      way            median us   p95 us");
  for (const { server, way, median, p95 } of await measure()) {
    const figures = [median, p95].map((time) => time.toFixed(1).padStart(9)).join("");
    console.log(`${server.padEnd(28)}${way.padEnd(14)}${figures}`);
  }
}

if (import.meta.main) await main();
