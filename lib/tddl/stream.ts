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
   * are overwritten by the next call. Answers of one `kind` take about as long, which a stream may
   * learn to wait well.
   */
  receive(kind?: number): Uint8Array | Promise<Uint8Array>;
  /** Whether bytes came that nobody asked for, or the other side has closed. */
  isStale(): boolean;
  /** Closes; what waits in {@linkcode receive} ends with an error or no bytes. */
  close(): void | Promise<void>;
}

/** How sockets are waited for where that is done by libc. */
export interface SpinOptions {
  /**
   * Whether it is asked again and again for a moment if something is there, as by default: waking
   * up takes longer than most commands of a TPM in software.
   */
  readonly spin?: boolean | undefined;
}

/** Makes connections of one kind. */
export interface StreamOpener {
  /** Connects; `signal` gives the attempt up. */
  open(address: SocketAddress, signal: AbortSignal): Promise<Stream>;
}
