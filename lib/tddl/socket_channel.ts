import { concat } from "../codec/mod.ts";
import type { Channel } from "./channel.ts";
import { checkHeader, ordinalOf } from "./framing.ts";
import { openerFor } from "./open_stream.ts";
import {
  formatAddress,
  type SocketAddress,
  type SpinOptions,
  type Stream,
  type StreamOpener,
} from "./stream.ts";
import { reasonOf, tddlError } from "./tddl_error.ts";

/** Largest command and answer of TPMs in software. */
const BUFFER_SIZE = 4096;

/** How a socket is used. */
export interface SocketOptions extends SpinOptions {
  /**
   * `keep` one connection for all commands, or make one for `each`, for servers that close after
   * every answer or that others must reach in between. `keep` when absent.
   */
  readonly connection?: "keep" | "each";
  /** Largest command and answer in bytes; 4096 when absent. */
  readonly bufferSize?: number;
  /** What connects; found by the permissions granted when absent. */
  readonly opener?: StreamOpener;
}

/** A TPM behind a stream socket that takes raw commands. */
export class SocketChannel implements Channel {
  readonly name: string;
  readonly kind: string = "socket";
  readonly bufferSize: number;
  readonly framed = true;
  readonly #address: SocketAddress;
  readonly #keep: boolean;
  readonly #spin: SpinOptions;
  readonly #givenOpener: StreamOpener | undefined;
  #opener: StreamOpener | undefined;
  #stream: Stream | undefined;
  #connecting: AbortController | undefined;

  /** A channel to a server's address, not yet connected. */
  constructor(address: SocketAddress, options: SocketOptions = {}) {
    this.name = formatAddress(address);
    this.bufferSize = options.bufferSize ?? BUFFER_SIZE;
    this.#address = address;
    this.#keep = options.connection !== "each";
    this.#givenOpener = options.opener;
    this.#spin = { spin: options.spin };
  }

  /** Connects, so that it is known that a server is there. */
  async connect(signal: AbortSignal): Promise<void> {
    this.#opener = this.#givenOpener ?? await openerFor(this.#address, this.#spin);
    try {
      this.#stream = await this.#connect(signal);
    } catch (error) {
      this.#opener = undefined;
      throw error;
    }
  }

  /** Sends a command and gives the answer. */
  exchange(command: Uint8Array): Uint8Array | Promise<Uint8Array> {
    const stream = this.#stream;
    if (stream === undefined || stream.isStale()) return this.#exchangeAfresh(command);
    try {
      const answer = this.#exchangeOver(stream, command);
      if (answer instanceof Uint8Array) return answer;
      return answer.catch((error) => this.#onceMore(command, { stream, error }));
    } catch (error) {
      return this.#onceMore(command, { stream, error });
    }
  }

  /** Closes the connection: the answer is not read, and the next command makes a new one. */
  async abandon(): Promise<void> {
    this.#connecting?.abort(new Error("Cannot connect: given up"));
    await this.#close();
  }

  /** Closes the connection. */
  async disconnect(): Promise<void> {
    await this.abandon();
    this.#opener = undefined;
  }

  /**
   * A connection that had been in use was reset without an answer: the server had closed it before
   * it took the command, so the command may go over a new one. A plain end tells no such thing.
   */
  async #onceMore(
    command: Uint8Array,
    { stream, error }: { stream: Stream; error: unknown },
  ): Promise<Uint8Array> {
    const reset = error instanceof Deno.errors.ConnectionReset ||
      error instanceof Deno.errors.BrokenPipe;
    if (!reset || this.#stream !== stream) throw error;
    return await this.#exchangeAfresh(command);
  }

  async #exchangeAfresh(command: Uint8Array): Promise<Uint8Array> {
    const { signal } = this.#connecting = new AbortController();
    await this.#close();
    const stream = await this.#connect(signal);
    if (signal.aborted) {
      await stream.close();
      throw signal.reason;
    }
    this.#stream = stream;
    return await this.#exchangeOver(stream, command);
  }

  #exchangeOver(stream: Stream, command: Uint8Array): Uint8Array | Promise<Uint8Array> {
    const sending = stream.send(command);
    const answer = sending === undefined
      ? this.#receive(stream, command)
      : sending.then(() => this.#receive(stream, command));
    if (this.#keep) return answer;
    return Promise.resolve(answer).finally(() => this.#close());
  }

  /** An answer that comes in one piece costs one copy and no promise. */
  #receive(stream: Stream, command: Uint8Array): Uint8Array | Promise<Uint8Array> {
    const piece = stream.receive(ordinalOf(command));
    const whole = piece instanceof Uint8Array && checkHeader(piece, this) === piece.length;
    return whole ? piece.slice() : this.#receivePieces(stream, piece);
  }

  async #receivePieces(
    stream: Stream,
    first: Uint8Array | Promise<Uint8Array>,
  ): Promise<Uint8Array> {
    let answer = new Uint8Array();
    for (let piece = await first;; piece = await stream.receive()) {
      if (piece.length === 0) throw this.#endedAfter(answer.length);
      answer = concat([answer, piece]);
      const size = checkHeader(answer, this);
      if (size === answer.length) return answer;
      if (size !== undefined && size < answer.length) {
        const detail = `an answer of ${this.name} says ${size} bytes in its header, and more came`;
        throw tddlError("TDDL_E_IOERROR", detail);
      }
    }
  }

  #endedAfter(length: number): Error {
    const when = length === 0 ? "without an answer" : `after ${length} bytes of an answer`;
    const detail = `${this.name} closed the connection ${when}`;
    if (length > 0 || !this.#keep) return tddlError("TDDL_E_IOERROR", detail);
    const hint = "if it closes after every answer, add ,connection=each to the connection string";
    return tddlError("TDDL_E_IOERROR", detail, { hint });
  }

  async #connect(signal: AbortSignal): Promise<Stream> {
    if (this.#opener === undefined) throw new Error(`Cannot connect to ${this.name}: closed`);
    try {
      return await this.#opener.open(this.#address, signal);
    } catch (error) {
      throw signal.aborted ? signal.reason : connectError(this.name, error);
    }
  }

  async #close(): Promise<void> {
    const stream = this.#stream;
    this.#stream = undefined;
    await stream?.close();
  }
}

/** Why no connection came about, as an error of this layer. A missing permission stays what it is. */
export function connectError(name: string, error: unknown): unknown {
  if (error instanceof Deno.errors.NotCapable || error instanceof TypeError) return error;
  const cause = error;
  if (error instanceof Deno.errors.ConnectionRefused || error instanceof Deno.errors.NotFound) {
    return tddlError("TDDL_E_COMPONENT_NOT_FOUND", `nothing listens at ${name}`, { cause });
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return tddlError("TSS_E_FAIL", `permission to use ${name} was denied`, { cause });
  }
  return tddlError("TDDL_E_IOERROR", `${name}: ${reasonOf(error)}`, { cause });
}
