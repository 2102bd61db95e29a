/** Where a stream socket is, as `Deno.connect` and `Deno.listen` take it. */
export type SocketAddress = TcpAddress | UnixAddress;

/** A TCP port of a host. */
export interface TcpAddress {
  /** Kind of socket. */
  readonly transport: "tcp";
  /** Name, IPv4 address, or IPv6 address without brackets. */
  readonly hostname: string;
  /** Port, 1 to 65535; where a server is to listen also 0, for any that is free. */
  readonly port: number;
}

/** A socket in the file system. */
export interface UnixAddress {
  /** Kind of socket. */
  readonly transport: "unix";
  /** Path of the socket. */
  readonly path: string;
}

/** Makes the error for a reason. */
export type Fail = (reason: string) => TypeError;

/** The address as a connection string writes it, for example `tcp:[::1]:2321`. */
export function formatAddress(address: SocketAddress): string {
  if (address.transport === "unix") return `unix:${address.path}`;
  const { hostname, port } = address;
  return `tcp:${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}

/**
 * Reads `tcp:HOST:PORT` or `unix:PATH`. An IPv6 address stands in brackets. Throws what `fail`
 * makes of the reason, by default a TypeError that names the text.
 */
export function parseAddress(text: string, options: {
  /** Whether port 0 may stand for any port, as where a server is to listen. */
  readonly anyPort?: boolean;
  /** Makes the error. */
  readonly fail?: Fail;
} = {}): SocketAddress {
  const { anyPort = false, fail = addressError(text) } = options;
  if (text.startsWith("unix:")) {
    const path = text.slice(5);
    if (path === "") throw fail("a path must follow unix:");
    return { transport: "unix", path };
  }
  if (!text.startsWith("tcp:")) throw fail(`"${text}" does not begin with tcp: or unix:`);
  const { hostname, port } = parseHost(text.slice(4), fail);
  if (port === undefined) throw fail("a port must follow the host");
  return { transport: "tcp", hostname, port: anyPort && port === "0" ? 0 : parsePort(port, fail) };
}

/** Reads `HOST`, `HOST:PORT`, `[IPv6]` or `[IPv6]:PORT`. */
export function parseHost(
  text: string,
  fail: Fail,
): { hostname: string; port: string | undefined } {
  const [, bracketed, plain, port] = /^(?:\[([^[\]]+)\]|([^:[\]]+))(?::(.*))?$/.exec(text) ?? [];
  const hostname = bracketed ?? plain;
  if (hostname === undefined) throw fail(`"${text}" is not HOST:PORT`);
  return { hostname, port };
}

/** Reads a port between 1 and 65535. */
export function parsePort(text: string, fail: Fail): number {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65535) throw fail(`"${text}" is no port between 1 and 65535`);
  return port;
}

const addressError = (text: string): Fail => (reason) =>
  new TypeError(`Cannot read address "${text}": ${reason}`);
