import { concat } from "../../codec/mod.ts";
import type { Connection, PassedDescriptor, Receiver } from "./transport.ts";

const EMPTY = new Uint8Array(0);

/**
 * Cuts what comes on a connection into requests. What is kept between two calls is less than one
 * request; while an answer waits for room nothing more is taken.
 */
export abstract class RequestStream implements Receiver {
  /** When its time is up, as `performance.now()` counts; Infinity while nothing is awaited. */
  deadline = Infinity;
  /** The connection. */
  protected readonly connection: Connection;
  readonly #patience: number;
  #kept: Uint8Array = EMPTY;
  #ended = false;

  /** On a connection whose requests are to be whole, and answers taken, after `patience` ms. */
  constructor(connection: Connection, patience: number) {
    this.connection = connection;
    this.#patience = patience;
  }

  /** As {@linkcode Receiver.received}. */
  received(bytes: Uint8Array, passed?: PassedDescriptor): void {
    passed?.close();
    const kept = this.#kept;
    this.#takeAll(kept.length === 0 ? bytes : concat([kept, bytes]));
  }

  /** As {@linkcode Receiver.drained}. */
  drained(): void {
    this.#takeAll(this.#kept);
  }

  /** As {@linkcode Receiver.closed}. */
  closed(): void {
    this.#ended = true;
    this.#kept = EMPTY;
    this.deadline = Infinity;
  }

  /** Its time is up: half a request came, or answers are not taken. */
  expired(): void {
    if (!this.connection.blocked) this.sayTooShort();
    this.end();
    this.connection.close();
  }

  /** Answers the first request of `bytes`; gives its length, or 0 when it is not whole yet. */
  protected abstract take(bytes: Uint8Array): number;

  /** Says that the rest of a request did not come. */
  protected abstract sayTooShort(): void;

  /** Takes no more requests, and closes once everything is answered. */
  end(): void {
    this.#ended = true;
    this.connection.end();
  }

  #takeAll(bytes: Uint8Array): void {
    let offset = 0;
    while (offset < bytes.length && !this.connection.blocked && !this.#ended) {
      const taken = this.take(offset === 0 ? bytes : bytes.subarray(offset));
      if (taken === 0) break;
      offset += taken;
    }
    if (offset === bytes.length || this.#ended) this.#kept = EMPTY;
    else if (offset > 0 || bytes !== this.#kept) this.#kept = bytes.slice(offset);
    this.#setDeadline(offset > 0);
  }

  /** Time runs for the rest of a request or the room for an answer, anew when one was taken. */
  #setDeadline(progress: boolean): void {
    const waiting = this.#kept.length > 0 || this.connection.blocked;
    if (!waiting) this.deadline = Infinity;
    else if (progress || this.deadline === Infinity) {
      this.deadline = performance.now() + this.#patience;
    }
  }
}
