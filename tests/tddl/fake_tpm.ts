import type { SocketAddress } from "../../lib/tddl/stream.ts";
import { readExactly } from "../peers/network.ts";
import { TempFolder } from "../peers/temp_folder.ts";

/** A command that carries a number of the test's own (TPM_PCRRead of that index). */
export function numbered(index: number): Uint8Array {
  const command = Uint8Array.from([0, 0xc1, 0, 0, 0, 14, 0, 0, 0, 0x15, 0, 0, 0, 0]);
  new DataView(command.buffer).setUint32(10, index);
  return command;
}

/** The number in a command or in its answer. */
export function numberIn(packet: Uint8Array): number {
  return new DataView(packet.buffer, packet.byteOffset).getUint32(10);
}

/** The answer to a command that carries a number. */
export function answerTo(command: Uint8Array): Uint8Array {
  const answer = Uint8Array.from([0, 0xc4, 0, 0, 0, 14, 0, 0, 0, 0, 0, 0, 0, 0]);
  answer.set(command.subarray(10, 14), 10);
  return answer;
}

/** What a script does with one command: `connection` is the number of its connection, from 1. */
export type Script = (
  command: Uint8Array,
  reply: { connection: number; send(bytes: Uint8Array): Promise<void>; close(): void },
) => void | Promise<void>;

/** Answers every command. */
export const OBEDIENT: Script = (command, { send }) => send(answerTo(command));

/** A server that takes commands as TPMs do and does with them what a script says. */
export class FakeTpm implements AsyncDisposable {
  readonly #folder = new TempFolder();
  readonly #listener: Deno.Listener;
  readonly #connections = new Set<Deno.Conn>();
  readonly #serving: Promise<void>[] = [];
  readonly #script: Script;
  /** Where it listens. */
  readonly address: SocketAddress;
  /** The commands that came, in order. */
  readonly received: Uint8Array[] = [];
  /** How many connections there have been. */
  connections = 0;

  constructor(script: Script = OBEDIENT, transport: "tcp" | "unix" = "tcp") {
    this.#script = script;
    if (transport === "tcp") {
      const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      this.#listener = listener;
      this.address = { transport, hostname: "127.0.0.1", port: listener.addr.port };
    } else {
      const path = this.#folder.join("tpm.sock");
      this.#listener = Deno.listen({ transport, path });
      this.address = { transport, path };
    }
    this.#serving.push(this.#accept());
  }

  /** The address as a connection string. */
  get spec(): string {
    const { address } = this;
    return address.transport === "unix" ? `unix:${address.path}` : `tcp:127.0.0.1:${address.port}`;
  }

  /** Closes every connection. */
  hangUp(): void {
    for (const connection of this.#connections) close(connection);
    this.#connections.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.hangUp();
    await Promise.all(this.#serving);
    this.#folder[Symbol.dispose]();
  }

  async #accept(): Promise<void> {
    try {
      for await (const connection of this.#listener) {
        this.#connections.add(connection);
        this.#serving.push(this.#serve(connection, ++this.connections));
      }
    } catch {
      // Disposed of.
    }
  }

  async #serve(conn: Deno.Conn, connection: number): Promise<void> {
    const send = async (bytes: Uint8Array) => {
      await conn.write(bytes);
    };
    try {
      for (;;) {
        const header = await readExactly(conn, 10);
        const rest = await readExactly(conn, new DataView(header.buffer).getUint32(2) - 10);
        const command = Uint8Array.from([...header, ...rest]);
        this.received.push(command);
        await this.#script(command, { connection, send, close: () => close(conn) });
      }
    } catch {
      close(conn); // the other side has closed, or the script
    }
  }
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // Closed already.
  }
}
