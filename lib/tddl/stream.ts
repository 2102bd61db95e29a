/** Where a stream socket is, as `Deno.connect` takes it. */
export type SocketAddress = TcpAddress | UnixAddress;

/** A TCP port of a host. */
export interface TcpAddress {
  /** Kind of socket. */
  readonly transport: "tcp";
  /** Name, IPv4 address, or IPv6 address without brackets. */
  readonly hostname: string;
  /** Port, 1 to 65535. */
  readonly port: number;
}

/** A socket in the file system. */
export interface UnixAddress {
  /** Kind of socket. */
  readonly transport: "unix";
  /** Path of the socket. */
  readonly path: string;
}

/** The address as a connection string writes it, for example `tcp:[::1]:2321`. */
export function formatAddress(address: SocketAddress): string {
  if (address.transport === "unix") return `unix:${address.path}`;
  const { hostname, port } = address;
  return `tcp:${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}

/**
 * A connection over which bytes go in turns: all of one message out, then all of one in. What can
 * be done at once is not a promise, so that a short command costs no turn of the event loop.
 */
export interface Stream {
  /** Sends all of `bytes`. */
  send(bytes: Uint8Array): void | Promise<void>;
  /**
   * Receives what comes next: at least one byte, or none once the other side has closed. The bytes
   * are overwritten by the next call.
   */
  receive(): Uint8Array | Promise<Uint8Array>;
  /** Whether bytes came that nobody asked for, or the other side has closed. */
  isStale(): boolean;
  /** Closes; what waits in {@linkcode receive} ends with an error or no bytes. */
  close(): void | Promise<void>;
}

/** Makes connections of one kind. */
export interface StreamOpener extends Disposable {
  /** Connects; `signal` gives the attempt up. */
  open(address: SocketAddress, signal: AbortSignal): Promise<Stream>;
}
