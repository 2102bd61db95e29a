/**
 * Measures commands by a C client on our emulator's servers and on swtpm, side by side, and prints
 * a table: `deno run -A tests/bench/server_speed.ts`.
 *
 * @module
 */
import { play } from "../conformance/differential.ts";
import { Side } from "../conformance/side.ts";
import { step } from "../conformance/step.ts";
import { createEk, createWrapKey, loadKey, takeOwnership } from "../conformance/steps.ts";
import { fromHex } from "../hex.ts";
import { type Address, listens } from "../peers/network.ts";
import { findPeer } from "../peers/requirements.ts";
import { Swtpm } from "../peers/swtpm.ts";
import { TempFolder } from "../peers/temp_folder.ts";
import { EXTEND, pcrRead } from "../raw_commands.ts";
import { RawClient } from "./raw_client.ts";
import { startOurs } from "./own_server.ts";

/** Commands that are the same each time. */
const COMMANDS: Readonly<Record<string, { readonly command: Uint8Array; readonly flush?: true }>> =
  {
    PCRRead: { command: pcrRead(16) },
    Extend: { command: EXTEND },
    "GetRandom(20)": { command: fromHex("00c1 0000000e 00000046 00000014") },
    OIAP: { command: fromHex("00c1 0000000a 0000000a"), flush: true },
  };
const COUNT = 4000;
const SIGNATURES = 60;
const KEYS = 12;

/** A server, and the kinds of sockets it is measured on. */
interface Target extends AsyncDisposable {
  readonly name: string;
  readonly addresses: Readonly<Record<string, Address>>;
}

/** Microseconds, by command and then by server and socket. */
export type Table = Map<string, Map<string, number>>;

/** Measures everything. */
export async function measure(): Promise<Table> {
  const table: Table = new Map();
  using client = new RawClient();
  const starts = [
    () => startEmulator("libc, spinning", ["libc", "spin"]),
    () => startEmulator("libc, parking", ["libc", "park"]),
    () => startEmulator("Deno.listen", ["deno", "park"]),
  ];
  if (findPeer("swtpm") !== undefined) {
    starts.push(() => startSwtpm("tcp"), () => startSwtpm("unix"));
  }
  for (const start of starts) {
    await using target = await start();
    for (const [socket, address] of Object.entries(target.addresses)) {
      const fd = client.connect(address);
      const note = (command: string, times: Float64Array) => {
        const row = table.get(command) ?? new Map<string, number>();
        table.set(command, row.set(`${target.name}, ${socket}`, median(times)));
      };
      for (const [name, { command, flush }] of Object.entries(COMMANDS)) {
        client.repeat(fd, { command, count: COUNT / 2, ...flush && { flush } });
        note(name, client.repeat(fd, { command, count: COUNT, ...flush && { flush } }));
      }
      if (socket === "unix") measureRsa(client, fd, note);
    }
  }
  return table;
}

/** Commands with RSA, whose sessions change each time; the C client's time alone counts. */
function measureRsa(
  client: RawClient,
  fd: number,
  note: (command: string, times: Float64Array) => void,
): void {
  let took = 0;
  const side = new Side("raw", {
    execute(command) {
      const exchange = client.exchange(fd, command);
      took = exchange.took;
      return exchange.answer;
    },
    reset: unused,
    setLocality: unused,
    save: unused,
    restore: unused,
  });
  const times = (count: number, body: () => void) =>
    Float64Array.from({ length: count }, () => {
      body();
      return took;
    });
  play(side, [createEk(), takeOwnership(), createWrapKey("key", { usage: "signing" })]);
  play(side, [loadKey("key")]);
  const sign = step({
    command: "TPM_Sign",
    request: (side) => ({ keyHandle: side.handle("key"), areaToSign: new Uint8Array(20) }),
  });
  const another = createWrapKey("other", { usage: "signing" });
  note("Sign", times(SIGNATURES, () => play(side, [sign])));
  note(
    "CreateWrapKey",
    times(KEYS, () => play(side, [another])),
  );
}

function unused(): never {
  throw new TypeError("not needed to measure");
}

async function startEmulator(name: string, args: readonly [string, string]): Promise<Target> {
  const folder = new TempFolder();
  const path = folder.join("tpm.sock");
  const server = await startOurs("emulator_server.ts", [path, ...args]);
  return {
    name: `ours by ${name}`,
    addresses: { tcp: { port: server.port }, unix: { path } },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

async function startSwtpm(transport: "tcp" | "unix"): Promise<Target> {
  const swtpm = await Swtpm.start({ transport, disconnect: false });
  while (!await listens(swtpm.address));
  return {
    name: "swtpm",
    addresses: { [transport]: swtpm.address },
    [Symbol.asyncDispose]: () => swtpm[Symbol.asyncDispose](),
  };
}

function median(times: Float64Array): number {
  return times.toSorted()[times.length >> 1]!;
}

/** Measures, and prints the table. */
export async function main(): Promise<void> {
  const table = await measure();
  const columns = [...table.get("PCRRead")!.keys()];
  console.log(
    `microseconds (median)${" ".repeat(13)}${
      [...table.keys()].map((name) => name.padStart(15)).join("")
    }`,
  );
  for (const column of columns) {
    const cells = [...table.values()].map((row) => row.get(column)?.toFixed(1) ?? "-");
    console.log(column.padEnd(34) + cells.map((cell) => cell.padStart(15)).join(""));
  }
}

if (import.meta.main) await main();
