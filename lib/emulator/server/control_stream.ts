import { CodecError, Reader } from "../../codec/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import { SWTPM_CONTROL, type SwtpmCommand } from "./control_protocol.ts";
import {
  answerControl,
  type ControlAnswer,
  controlCommand,
  type ControlContext,
  refusal,
  TPM_BAD_ORDINAL,
} from "./control_requests.ts";
import type { Platform } from "./platform.ts";
import { RequestStream } from "./request_stream.ts";
import type { Connection, PassedDescriptor } from "./transport.ts";

/** Most bytes of a request: more than any state takes. */
const MAX_REQUEST = 0x100000;
const TPM_BAD_PARAMETER = 0x03;
/** Bytes of a request's number. */
const CODE_SIZE = 4;
/** Bytes of padding that a request may leave out. */
const PADDING = 3;

/** The side of the server that control requests change. */
export interface ControlHost {
  /** The TPM and its switches. */
  readonly platform: Platform;
  /** Whether file descriptors can come with requests. */
  readonly takesDescriptors: boolean;
  /** Serves a descriptor as the data channel. */
  serveData(passed: PassedDescriptor): void;
  /** Whether there is a data channel that came as a descriptor. */
  hasDataDescriptor(): boolean;
  /** Ends the server, once what was asked is answered. */
  readonly shutdown: () => void;
  /** Told of each request that was answered. */
  onControl(command: string, result: number): void;
  /** Told when a connection has closed. */
  onClose(stream: RequestStream): void;
}

/** Requests of swtpm's control channel, one after the other. */
export class ControlStream extends RequestStream {
  readonly #host: ControlHost;
  readonly #context: ControlContext;
  #passed: PassedDescriptor | undefined;
  /** Bytes that came last. */
  #piece = 0;

  /** Requests to a host; they are to be whole, and answers taken, after `patience` ms. */
  constructor(connection: Connection, host: ControlHost, patience: number) {
    super(connection, patience);
    this.#host = host;
    const { platform, takesDescriptors } = host;
    const takeDataDescriptor = () => this.#takeDataDescriptor();
    this.#context = { platform, takesDescriptors, takeDataDescriptor, shutdown: host.shutdown };
  }

  /** As in {@linkcode RequestStream}. */
  override received(bytes: Uint8Array, passed?: PassedDescriptor): void {
    if (passed !== undefined) {
      this.#passed?.close();
      this.#passed = passed;
    }
    this.#piece = bytes.length;
    super.received(bytes);
  }

  /** As in {@linkcode RequestStream}. */
  override closed(): void {
    this.#passed?.close();
    super.closed();
    this.#host.onClose(this);
  }

  /** As in {@linkcode RequestStream}. */
  protected override take(bytes: Uint8Array): number {
    const reader = new Reader(bytes);
    if (bytes.length < CODE_SIZE) return 0;
    const code = reader.u32();
    const name = controlCommand(code);
    if (name === undefined) {
      // How long it is cannot be known.
      this.#answer(`0x${code.toString(16)}`, refusal(TPM_BAD_ORDINAL));
      return bytes.length;
    }
    try {
      this.#answer(name, answerControl(this.#context, name, reader));
      return reader.offset;
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
    }
    return this.#takeIncomplete(name, bytes);
  }

  /** As in {@linkcode RequestStream}; like swtpm it says nothing. */
  protected override sayTooShort(): void {}

  /** Fills the padding in where that alone is missing, and gives up what grows too long. */
  #takeIncomplete(name: SwtpmCommand, bytes: Uint8Array): number {
    const { unpadded } = SWTPM_CONTROL[name] as { unpadded?: number };
    const { length } = bytes;
    if (unpadded !== undefined && length === CODE_SIZE + unpadded && length === this.#piece) {
      const padded = new Uint8Array(length + PADDING);
      padded.set(bytes);
      const reader = new Reader(padded.subarray(CODE_SIZE));
      this.#answer(name, answerControl(this.#context, name, reader));
      return length;
    }
    if (length <= MAX_REQUEST) return 0;
    this.#answer(name, refusal(TPM_BAD_PARAMETER));
    this.end();
    return length;
  }

  #answer(name: string, { result, answer }: ControlAnswer): void {
    this.connection.send(answer);
    this.#host.onControl(name, result);
  }

  #takeDataDescriptor(): void {
    const passed = this.#passed;
    this.#passed = undefined;
    if (this.#host.hasDataDescriptor()) {
      passed?.close();
      throw tpmError("TPM_IOERROR", "there is a data channel already");
    }
    if (passed === undefined) throw tpmError("TPM_BAD_PARAMETER", "no file descriptor came");
    this.#host.serveData(passed);
  }
}
