import type { SocketAddress } from "../tddl/mod.ts";
import type { Connection, Listener, Peer } from "./connection.ts";

/** Most bytes read at once. */
const READ_SIZE = 16384;
/** A unix socket is for its owner and group. */
const SOCKET_MODE = 0o660;

/** Where and how to listen. */
export interface ListenOptions {
  /** The address; port 0 takes any that is free. */
  readonly address: SocketAddress;
  /** Mode of a unix socket; 0o660 when absent. */
  readonly mode?: number;
  /** Group id of a unix socket; the process' own when absent. */
  readonly gid?: number;
}

/** Listens by `Deno.listen`. A socket that nobody listens at is taken over. */
export async function listenWithDeno(options: ListenOptions): Promise<Listener> {
  const { address } = options;
  if (address.transport === "tcp") {
    const { hostname, port } = address;
    const listener = Deno.listen({ hostname, port });
    return new DenoListener(listener, { ...address, port: listener.addr.port });
  }
  const listener = await listenAtPath(address.path);
  if (options.gid !== undefined) await Deno.chown(address.path, null, options.gid);
  await Deno.chmod(address.path, options.mode ?? SOCKET_MODE);
  return new DenoListener(listener, address);
}

async function listenAtPath(path: string): Promise<Deno.Listener<Deno.UnixConn>> {
  try {
    return Deno.listen({ transport: "unix", path });
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse) || await answers(path)) throw error;
    // Left behind by a server that was killed.
    await Deno.remove(path);
    return Deno.listen({ transport: "unix", path });
  }
}

async function answers(path: string): Promise<boolean> {
  try {
    (await Deno.connect({ transport: "unix", path })).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return false;
    throw error;
  }
}

class DenoListener implements Listener {
  readonly address: SocketAddress;
  readonly #listener: Deno.Listener<Deno.Conn>;

  constructor(listener: Deno.Listener<Deno.Conn>, address: SocketAddress) {
    this.#listener = listener;
    this.address = address;
  }

  async accept(): Promise<Connection | undefined> {
    for (;;) {
      try {
        return new DenoConnection(await this.#listener.accept());
      } catch (error) {
        if (error instanceof Deno.errors.BadResource) return undefined;
        if (error instanceof Deno.errors.Interrupted) return undefined;
        // The caller gave up, or descriptors are short for the moment.
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  }

  close(): void {
    this.#listener.close();
    if (this.address.transport !== "unix") return;
    try {
      Deno.removeSync(this.address.path);
    } catch {
      // Removed by others, or not ours to remove.
    }
  }
}

class DenoConnection implements Connection {
  readonly peer: Peer;
  readonly #conn: Deno.Conn;
  readonly #buffer = new Uint8Array(READ_SIZE);

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
    this.peer = peerOf(conn.remoteAddr);
    if ("setNoDelay" in conn) (conn as Deno.TcpConn).setNoDelay(true);
  }

  async receive(): Promise<Uint8Array> {
    const length = await this.#conn.read(this.#buffer);
    return this.#buffer.slice(0, length ?? 0);
  }

  async send(bytes: Uint8Array): Promise<void> {
    for (let sent = 0; sent < bytes.length;) {
      sent += await this.#conn.write(bytes.subarray(sent));
    }
  }

  close(): void {
    try {
      this.#conn.close();
    } catch {
      // Already closed by its own failure.
    }
  }
}

/** TrouSerS takes no other address for its own machine's than these two. */
function peerOf(address: Deno.Addr): Peer {
  if (address.transport !== "tcp") return { name: "unix socket", local: true };
  const { hostname, port } = address;
  const local = hostname === "127.0.0.1" || hostname === "::1";
  return { name: hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`, local };
}
