/** Where something listens on this machine. */
export type Address = { port: number } | { path: string };

/** A TCP port of 127.0.0.1 that nothing listens on just now. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Connects to 127.0.0.1 or to a unix socket. */
export function connect(address: Address): Promise<Deno.Conn> {
  return "port" in address
    ? Deno.connect({ hostname: "127.0.0.1", port: address.port })
    : Deno.connect({ transport: "unix", path: address.path });
}

/** Whether something accepts connections there; the one made is closed at once. */
export async function listens(address: Address): Promise<boolean> {
  try {
    (await connect(address)).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return false;
  }
}

/** Reads exactly `length` bytes; throws when the other side closes before. */
export async function readExactly(stream: Deno.Conn, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const count = await stream.read(bytes.subarray(at));
    if (count === null) throw new Error(`Cannot read ${length} bytes: closed after ${at}`);
    at += count;
  }
  return bytes;
}

/** Writes all of `bytes`. */
export async function writeAll(stream: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await stream.write(bytes.subarray(at));
}

/** One whole answer. */
export async function readAnswer(connection: Deno.Conn): Promise<Uint8Array> {
  const header = await readExactly(connection, 10);
  const size = new DataView(header.buffer).getUint32(2);
  return Uint8Array.from([...header, ...await readExactly(connection, size - 10)]);
}

/** Sends a command on a kept connection. */
export async function exchange(connection: Deno.Conn, command: Uint8Array): Promise<Uint8Array> {
  await writeAll(connection, command);
  return await readAnswer(connection);
}

/** Sends a command on a connection of its own. */
export async function execute(address: Address, command: Uint8Array): Promise<Uint8Array> {
  using connection = await connect(address);
  return await exchange(connection, command);
}
