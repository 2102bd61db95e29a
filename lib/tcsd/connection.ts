import type { SocketAddress } from "../tddl/mod.ts";

/** Who is on the other side of a connection. */
export interface Peer {
  /** For people: an address, or the path of a socket. */
  readonly name: string;
  /** On this machine; a peer elsewhere may do what `remote_ops` lists. */
  readonly local: boolean;
}

/** An accepted connection. */
export interface Connection {
  /** Who is on the other side. */
  readonly peer: Peer;
  /** The next bytes, which are the caller's to keep; none once the other side has closed. */
  receive(): Promise<Uint8Array>;
  /** Sends all of `bytes`. */
  send(bytes: Uint8Array): Promise<void>;
  /** Closes at once; what waits in {@linkcode receive} ends. */
  close(): void;
}

/** Where a server takes connections. */
export interface Listener {
  /** The address, its port as it came to be. */
  readonly address: SocketAddress;
  /** The next connection; `undefined` once closed. */
  accept(): Promise<Connection | undefined>;
  /** Takes no more connections, and removes its socket from the file system. */
  close(): void;
}
