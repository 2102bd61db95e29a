import type { SocketAddress } from "./address.ts";
import { DenoUnixListener } from "./deno_unix_listener.ts";
import {
  type Accept,
  ACCEPT_PAUSE,
  type Connection,
  type ListenOptions,
  type Peer,
  READ_SIZE,
  type Receiver,
  type Transport,
} from "./transport.ts";

/** Serves sockets by `Deno.listen`. */
export class DenoTransport implements Transport {
  readonly takesDescriptors = false;
  /** Nobody tells. */
  readonly capacity: number = Infinity;
  /** What ends listening, by listener. */
  readonly #listeners = new Map<Deno.Listener, () => Promise<void> | void>();
  readonly #connections = new Set<DenoConnection>();
  readonly #running = new Set<Promise<void>>();

  /** Listens. A unix socket that nobody listens at any more is taken over. */
  async listen(address: SocketAddress, options: ListenOptions): Promise<SocketAddress> {
    if (address.transport === "unix") {
      const unix = await DenoUnixListener.listen(address.path, options);
      const accepting = this.#start(unix.listener, options.accept);
      this.#listeners.set(unix.listener, () => unix.close(accepting));
      return address;
    }
    const { hostname, port } = address;
    const listener = Deno.listen({ hostname, port });
    this.#start(listener, options.accept);
    return { ...address, port: listener.addr.port };
  }

  /** Closes everything, and removes unix sockets. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closing = [...this.#listeners.values()].map((close) => close());
    this.#listeners.clear();
    for (const connection of this.#connections) connection.close();
    await Promise.all([...closing, ...this.#running]);
  }

  #start(listener: Deno.Listener, accept: Accept): Promise<void> {
    this.#listeners.set(listener, () => listener.close());
    const accepting = this.#acceptFrom(listener, accept);
    this.#run(accepting);
    return accepting;
  }

  #run(work: Promise<void>): void {
    const done = work.finally(() => this.#running.delete(done));
    this.#running.add(done);
  }

  async #acceptFrom(listener: Deno.Listener, accept: Accept): Promise<void> {
    while (this.#listeners.has(listener)) {
      try {
        const conn = await listener.accept();
        if ("setNoDelay" in conn) (conn as Deno.TcpConn).setNoDelay(true);
        this.#take(new DenoConnection(conn), accept);
      } catch (error) {
        if (error instanceof Deno.errors.BadResource) return;
        if (error instanceof Deno.errors.Interrupted) return;
        // The caller gave up, or descriptors are short for the moment.
        await new Promise((resolve) => setTimeout(resolve, ACCEPT_PAUSE));
      }
    }
  }

  #take(connection: DenoConnection, accept: Accept): void {
    const receiver = accept(connection);
    if (receiver === undefined) return connection.close();
    this.#connections.add(connection);
    this.#run(
      connection.serve(receiver).finally(() => {
        this.#connections.delete(connection);
        receiver.closed();
      }),
    );
  }
}

class DenoConnection implements Connection {
  readonly #conn: Deno.Conn;
  #outgoing: Uint8Array[] = [];
  #sending: Promise<void> | undefined;
  #ending = false;
  #closed = false;

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  /** Deno tells nothing of who is behind a unix socket. */
  get peer(): Peer {
    const { remoteAddr } = this.#conn;
    if (remoteAddr.transport !== "tcp") return {};
    return { address: { hostname: remoteAddr.hostname, port: remoteAddr.port } };
  }

  get blocked(): boolean {
    return this.#sending !== undefined;
  }

  send(bytes: Uint8Array): void {
    this.#outgoing.push(bytes);
    this.#sending ??= this.#sendAll();
  }

  end(): void {
    this.#ending = true;
    if (!this.blocked) this.close();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.#conn.close();
    } catch {
      // Closed already by its own failure.
    }
  }

  /** Receives until either side closes; it never fails. */
  async serve(receiver: Receiver): Promise<void> {
    try {
      const buffer = new Uint8Array(READ_SIZE);
      for (let length = await this.#conn.read(buffer); length !== null;) {
        receiver.received(buffer.subarray(0, length));
        while (this.#sending !== undefined) {
          await this.#sending;
          if (!this.#ending) receiver.drained();
        }
        length = await this.#conn.read(buffer);
      }
    } catch {
      // Reset by the peer, or closed by us.
    }
    this.close();
  }

  /** Sends what there is to send; it never fails. */
  async #sendAll(): Promise<void> {
    try {
      for (let bytes = this.#outgoing.shift(); bytes; bytes = this.#outgoing.shift()) {
        for (let sent = 0; sent < bytes.length;) {
          sent += await this.#conn.write(bytes.subarray(sent));
        }
      }
    } catch {
      this.close();
    }
    this.#sending = undefined;
    if (this.#ending) this.close();
  }
}
