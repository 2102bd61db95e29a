import type { SocketAddress } from "./address.ts";

/** Who is on the other side of a connection, as far as the system tells. */
export interface Peer {
  /** Its address, over TCP. */
  readonly address?: { readonly hostname: string; readonly port: number };
  /** Who made the connection, over a unix socket. */
  readonly user?: { readonly uid: number; readonly gid: number; readonly pid: number };
}

/** An accepted connection. */
export interface Connection {
  /** Who is on the other side; to be asked while it is open. */
  readonly peer: Peer;
  /** Whether some of what was sent still waits for room; then nothing is received. */
  readonly blocked: boolean;
  /** Sends all of `bytes`, in one write where there is room; they are the connection's now. */
  send(bytes: Uint8Array): void;
  /** Receives no more, and closes once what was sent has gone. */
  end(): void;
  /** Closes at once. */
  close(): void;
}

/** Who is told what happens on a connection. */
export interface Receiver {
  /** It is answering what it received, by promises that are resolved already, or will be. */
  readonly busy?: boolean;
  /**
   * Bytes came; they are overwritten after the call. With `passed`, a file descriptor came with
   * them, which is the receiver's to serve or to close.
   */
  received(bytes: Uint8Array, passed?: PassedDescriptor): void;
  /** All that was sent has gone after it had to wait. */
  drained(): void;
  /** Closed, by whichever side. */
  closed(): void;
}

/** A file descriptor from another process. */
export interface PassedDescriptor {
  /** Serves it as a connection. */
  serve(accept: Accept): void;
  /** Closes it. */
  close(): void;
}

/** Takes a new connection; it is closed when nobody is to be told of it. */
export type Accept = (connection: Connection) => Receiver | undefined;

/** Where and how to listen. */
export interface ListenOptions {
  /** Takes the connections. */
  readonly accept: Accept;
  /** Whether file descriptors are taken from other processes, where the transport can. */
  readonly descriptors?: boolean;
  /** Mode of a unix socket; 0o660 when absent. */
  readonly mode?: number;
  /** Group of a unix socket, by number; the process' own when absent. */
  readonly gid?: number;
}

/** A way to serve sockets. */
export interface Transport extends AsyncDisposable {
  /** Whether it takes file descriptors from other processes. */
  readonly takesDescriptors: boolean;
  /** Connections that may be open without the process running out of descriptors. */
  readonly capacity: number;
  /** Listens; gives the address as it came to be, its port among it. */
  listen(address: SocketAddress, options: ListenOptions): Promise<SocketAddress>;
  /** Makes a TPM of the kernel's (/dev/vtpmx) and serves it; gives its path. */
  serveVtpm?(accept: Accept): string;
  /** Closes everything. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** A unix socket is for its owner and group. */
export const SOCKET_MODE = 0o660;
/** Most bytes received at once: more than any command. */
export const READ_SIZE = 8192;
/** Milliseconds until connections are accepted again when there were no file descriptors left. */
export const ACCEPT_PAUSE = 50;
