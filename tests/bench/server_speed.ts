/**
 * Measures commands by a C client on our emulator's servers and on swtpm, side by side, and prints
 * a table of medians in microseconds: `deno run -A tests/bench/server_speed.ts [ROUNDS]`. The
 * servers take turns, and the best of the rounds counts: others use the machine too.
 *
 * @module
 */
import { play } from "../conformance/differential.ts";
import { Side } from "../conformance/side.ts";
import { step } from "../conformance/step.ts";
import { createEk, createWrapKey, loadKey, takeOwnership } from "../conformance/steps.ts";
import { fromHex } from "../hex.ts";
import { median } from "../median.ts";
import { type Address, listens } from "../peers/network.ts";
import { findPeer } from "../peers/requirements.ts";
import { Swtpm } from "../peers/swtpm.ts";
import { TempFolder } from "../peers/temp_folder.ts";
import { EXTEND, pcrRead } from "../raw_commands.ts";
import { startOurs } from "./own_server.ts";
import { RawClient } from "./raw_client.ts";
import { note, printTable, type Table } from "./table.ts";

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

/** Measures everything so many times. */
export async function measure(rounds: number): Promise<Table> {
  const table: Table = new Map();
  using client = new RawClient();
  const starts = [
    () => startEmulator("ours", ["libc", "spin"]),
    () => startEmulator("ours, no spin", ["libc", "park"]),
    () => startEmulator("ours, no ffi", ["deno", "park"]),
  ];
  if (findPeer("swtpm") !== undefined) {
    starts.push(() => startSwtpm("tcp"), () => startSwtpm("unix"));
  }
  await using stack = new AsyncDisposableStack();
  const owners: RawOwner[] = [];
  for (const start of starts) owners.push(new RawOwner(client, stack.use(await start())));
  for (let round = 0; round < rounds; round++) {
    for (const owner of owners) {
      for (const socket of owner.sockets) {
        const column = `${owner.name}, ${socket}`;
        for (const [row, value] of owner.measure(socket)) note(table, { row, column, value });
      }
    }
  }
  return table;
}

/** Owns the TPM of a server, and measures it on its sockets; the C client's time alone counts. */
class RawOwner {
  readonly name: string;
  readonly #client: RawClient;
  readonly #connections: ReadonlyMap<string, number>;
  readonly #side: Side;
  #connection: number;
  #took = 0;

  constructor(client: RawClient, { name, addresses }: Target) {
    this.name = name;
    this.#client = client;
    this.#connections = new Map(
      Object.entries(addresses).map(([socket, address]) => [socket, client.connect(address)]),
    );
    this.#connection = [...this.#connections.values()][0]!;
    this.#side = new Side("raw", {
      execute: (command) => {
        const { answer, took } = client.exchange(this.#connection, command);
        this.#took = took;
        return answer;
      },
      reset: unused,
      setLocality: unused,
      save: unused,
      restore: unused,
    });
    play(this.#side, [createEk(), takeOwnership(), createWrapKey("key", { usage: "signing" })]);
    play(this.#side, [loadKey("key")]);
  }

  /** The kinds of sockets. */
  get sockets(): Iterable<string> {
    return this.#connections.keys();
  }

  /** Microseconds that each command takes on one of them. */
  *measure(socket: string): Generator<[command: string, median: number]> {
    this.#connection = this.#connections.get(socket)!;
    for (const [name, { command, flush }] of Object.entries(COMMANDS)) {
      const options = { command, ...flush && { flush } };
      this.#client.repeat(this.#connection, { ...options, count: COUNT / 2 });
      yield [name, this.#client.repeat(this.#connection, { ...options, count: COUNT })];
    }
    const sign = step({
      command: "TPM_Sign",
      request: (side) => ({ keyHandle: side.handle("key"), areaToSign: new Uint8Array(20) }),
    });
    yield ["Sign", this.#repeat(sign, SIGNATURES)];
    yield ["CreateWrapKey", this.#repeat(createWrapKey("other", { usage: "signing" }), KEYS)];
  }

  /** A command with a session, whose bytes change each time. */
  #repeat(step: Parameters<typeof play>[1][number], count: number): number {
    return median(Array.from({ length: count }, () => {
      play(this.#side, [step]);
      return this.#took;
    }));
  }
}

function unused(): never {
  throw new TypeError("not needed to measure");
}

async function startEmulator(name: string, args: readonly string[]): Promise<Target> {
  const folder = new TempFolder();
  const path = folder.join("tpm.sock");
  const server = await startOurs("emulator_server.ts", [path, ...args]);
  return {
    name,
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

/** Measures, and prints the table. */
export async function main(): Promise<void> {
  printTable(await measure(Number(Deno.args[0] ?? 3)));
}

if (import.meta.main) await main();
