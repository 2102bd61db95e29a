import type { SocketAddress, Stream, StreamOpener } from "./stream.ts";

/** More than a response of any TPM 1.2. */
const READ_SIZE = 8192;

/** Connections by `Deno.connect`. */
export const CONN_OPENER: StreamOpener = {
  async open(address, signal) {
    return new ConnStream(await connect(address, signal));
  },
};

/** Connects, and lets go of a connection that comes about after `signal` has given it up. */
function connect(address: SocketAddress, signal: AbortSignal): Promise<Deno.Conn> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Deno.Conn>();
  const giveUp = () => reject(signal.reason);
  signal.addEventListener("abort", giveUp, { once: true });
  const attempt: Promise<Deno.Conn> = address.transport === "unix"
    ? Deno.connect(address)
    : Deno.connect(address).then((conn) => {
      conn.setNoDelay(true);
      return conn;
    });
  attempt.then((conn) => signal.aborted ? conn.close() : resolve(conn), reject)
    .finally(() => signal.removeEventListener("abort", giveUp));
  return promise;
}

/**
 * A stream over a `Deno.Conn`. One read is always under way: between messages it tells that the
 * other side has closed. Then it does not keep the program running.
 */
class ConnStream implements Stream {
  readonly #conn: Deno.Conn;
  #buffer = new Uint8Array(READ_SIZE);
  #other = new Uint8Array(READ_SIZE);
  #reading: Promise<Uint8Array>;
  #stale = false;

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
    this.#reading = this.#readAhead();
    conn.unref();
  }

  async send(bytes: Uint8Array): Promise<void> {
    for (let sent = 0; sent < bytes.length;) {
      sent += await this.#conn.write(bytes.subarray(sent));
    }
  }

  async receive(): Promise<Uint8Array> {
    this.#conn.ref();
    const received = await this.#reading;
    if (received.length === 0) return received;
    [this.#buffer, this.#other] = [this.#other, this.#buffer];
    this.#stale = false;
    this.#reading = this.#readAhead();
    this.#conn.unref();
    return received;
  }

  isStale(): boolean {
    return this.#stale;
  }

  close(): void {
    try {
      this.#conn.close();
    } catch {
      // Already closed by its own failure.
    }
  }

  #readAhead(): Promise<Uint8Array> {
    const buffer = this.#buffer;
    const reading = this.#conn.read(buffer).then((length) => buffer.subarray(0, length ?? 0));
    reading.catch(() => {}).then(() => {
      if (this.#reading === reading) this.#stale = true;
    });
    return reading;
  }
}
