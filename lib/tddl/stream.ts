import type { SocketAddress } from "../emulator/server/address.ts";

export {
  formatAddress,
  type SocketAddress,
  type TcpAddress,
  type UnixAddress,
} from "../emulator/server/address.ts";

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
export interface StreamOpener {
  /** Connects; `signal` gives the attempt up. */
  open(address: SocketAddress, signal: AbortSignal): Promise<Stream>;
}
