import { encodeErrorResponse, HEADER_SIZE } from "../../wire/mod.ts";
import type { Platform } from "./platform.ts";
import { RequestStream } from "./request_stream.ts";
import type { Connection } from "./transport.ts";

const TPM_BAD_PARAM_SIZE = 0x19;

/**
 * Commands as they are, one after the other, each as long as its paramSize says. One whose
 * paramSize cannot be is answered TPM_BAD_PARAM_SIZE, and the connection closed: nobody knows
 * where the next command begins.
 */
export class CommandStream extends RequestStream {
  readonly #platform: Platform;
  readonly #onCommand: () => void;
  readonly #onClose: (stream: CommandStream) => void;

  /** Commands to a platform's TPM. */
  constructor(connection: Connection, { platform, patience, onCommand, onClose }: {
    /** The TPM. */
    readonly platform: Platform;
    /** Milliseconds for a command to come whole, and for an answer to be taken. */
    readonly patience: number;
    /** Told of each command that was answered. */
    readonly onCommand: () => void;
    /** Told when the connection has closed. */
    readonly onClose: (stream: CommandStream) => void;
  }) {
    super(connection, patience);
    this.#platform = platform;
    this.#onCommand = onCommand;
    this.#onClose = onClose;
  }

  /** As in {@linkcode RequestStream}. */
  override closed(): void {
    super.closed();
    this.#onClose(this);
  }

  /** As in {@linkcode RequestStream}. */
  protected override take(bytes: Uint8Array): number {
    if (bytes.length < HEADER_SIZE) return 0;
    const size = ((bytes[2]! << 24) | (bytes[3]! << 16) | (bytes[4]! << 8) | bytes[5]!) >>> 0;
    if (size < HEADER_SIZE || size > this.#platform.maxBuffer) {
      this.sayTooShort();
      this.end();
      return bytes.length;
    }
    if (bytes.length < size) return 0;
    this.connection.send(this.#platform.execute(bytes.subarray(0, size)));
    this.#onCommand();
    return size;
  }

  /** As in {@linkcode RequestStream}. */
  protected override sayTooShort(): void {
    this.connection.send(encodeErrorResponse(TPM_BAD_PARAM_SIZE));
  }
}
