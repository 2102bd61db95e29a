import { promised } from "../tcs/eventually.ts";
import { FairLock } from "../tcs/fair_lock.ts";
import type { Stream } from "../tddl/mod.ts";
import { TssError, tssError } from "../tpm12/tss_error.ts";
import { decodeResponse, encodeRequest } from "./engine.ts";
import type { Operation } from "./operation.ts";
import { decodePacket } from "./packet.ts";
import { PacketError } from "./packet_error.ts";
import { PacketReader } from "./packet_reader.ts";
import type { Values } from "./slot.ts";

/** Bytes of the largest answer: an event log may be long. */
const MAX_ANSWER_SIZE = 0x4000000;

/** A daemon that cannot be reached, or does not keep to the protocol. */
export function commFailure(detail: string, cause?: unknown): TssError {
  return tssError("tsp", "TSS_E_COMM_FAILURE", { detail, cause });
}

/** One connection to a daemon: requests go out one at a time. */
export class ClientLink {
  readonly #stream: Stream;
  readonly #name: string;
  readonly #answerTimeout: number;
  readonly #lock = new FairLock();
  readonly #reader = new PacketReader({ maxSize: MAX_ANSWER_SIZE });
  #broken: TssError | undefined;

  /** Takes over a stream. */
  constructor(
    stream: Stream,
    { name, answerTimeout }: { readonly name: string; readonly answerTimeout: number },
  ) {
    this.#stream = stream;
    this.#name = name;
    this.#answerTimeout = answerTimeout;
  }

  /**
   * Has one operation done: `request` is what the method takes, and the answer what it gives.
   * Throws a TssError with the result of the daemon or, of layer `tsp`, when there is no answer.
   */
  call(operation: Operation, request: Values): Promise<unknown> {
    return promised(() => this.#lock.run(() => this.#call(operation, request)));
  }

  /** Closes the connection. */
  close(): void {
    this.#broken ??= commFailure(`the context at ${this.#name} is closed`);
    this.#stream.close();
  }

  async #call(operation: Operation, request: Values): Promise<unknown> {
    if (this.#broken !== undefined) throw this.#broken;
    const { conversion, command, method } = operation;
    const fields = conversion?.toRequest?.(request) ?? request;
    const bytes = encodeRequest(operation, fields);
    let answer;
    try {
      const packet = decodePacket(await this.#exchange(bytes, operation.ordinal), "response");
      answer = decodeResponse(operation, packet, { request: fields });
    } catch (error) {
      throw this.#break(error);
    } finally {
      // Some requests carry secrets.
      bytes.fill(0);
    }
    const { result, response } = answer;
    const given = conversion?.fromAnswer
      ? conversion.fromAnswer(answer, request)
      : result === 0
      ? response
      : undefined;
    if (given !== undefined) return given;
    throw TssError.fromResult(result, { command: command ?? method ?? operation.name });
  }

  async #exchange(request: Uint8Array, ordinal: number): Promise<Uint8Array> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#stream.close();
    }, this.#answerTimeout);
    try {
      await this.#stream.send(request);
      return await this.#receive(ordinal);
    } catch (error) {
      throw late ? commFailure(`${this.#name} did not answer in time`, error) : error;
    } finally {
      clearTimeout(timer);
    }
  }

  async #receive(ordinal: number): Promise<Uint8Array> {
    for (let packet = this.#reader.next();; packet = this.#reader.next()) {
      if (packet !== null) return packet;
      const bytes = await this.#stream.receive(ordinal);
      if (bytes.length === 0) throw commFailure(`${this.#name} closed the connection`);
      this.#reader.push(bytes.slice());
    }
  }

  /** After a failure here the stream is at no known place: it is not used again. */
  #break(error: unknown): unknown {
    const failure = error instanceof TssError
      ? error
      : error instanceof PacketError
      ? commFailure(`${this.#name} does not speak the protocol: ${error.message}`, error)
      : commFailure(`the connection to ${this.#name} failed`, error);
    this.#broken ??= failure;
    this.#stream.close();
    return failure;
  }
}
