import type { Connection, Receiver } from "../emulator/server/transport.ts";
import { READ_SIZE } from "../emulator/server/transport.ts";
import { copyBytes } from "../crypto/mod.ts";
import { PacketReader } from "./packet_reader.ts";
import type { TcsdPeer } from "./peer.ts";
import type { AnsweredRequest, TcsdSession } from "./session.ts";

/** What one client has done. */
export interface ClientSummary {
  /** Its requests. */
  readonly requests: number;
  /** Those with a result other than 0. */
  readonly failed: number;
  /** Milliseconds spent on them. */
  readonly busy: number;
  /** Milliseconds it was connected. */
  readonly connected: number;
}

/** What a connection is bound by. */
export interface ConnectionLimits {
  /** Bytes of a request. */
  readonly maxRequestSize: number;
  /** Milliseconds to the first byte. */
  readonly firstByteTimeout: number;
  /** Milliseconds for a request to come whole, and for its answer to be taken. */
  readonly transferTimeout: number;
}

/** One client of a server: cuts requests out of what it sends, has them answered one at a time. */
export class ServerConnection implements Receiver {
  /** Who it is. */
  readonly peer: TcsdPeer;
  /** Its side of the protocol. */
  readonly session: TcsdSession;
  /** When its time is up, as `performance.now()` counts; Infinity while nothing is awaited. */
  deadline: number;
  /** Why the server closed it; `undefined` when the client did. */
  reason: string | undefined;
  /** A request is being answered. */
  busy = false;
  /** Bytes of an answer that the client has not taken yet. */
  waiting = 0;
  /** Resolves when everything it held is let go. */
  readonly gone: Promise<void>;
  readonly #connection: Connection;
  readonly #onBlocked: () => void;
  readonly #limits: ConnectionLimits;
  readonly #reader: PacketReader;
  readonly #since = performance.now();
  readonly #resolveGone: (value: Promise<void>) => void;
  readonly #counts = { requests: 0, failed: 0, busy: 0 };
  #ending = false;
  #closed = false;

  /** Takes over an accepted connection. */
  constructor(connection: Connection, { peer, session, limits, onBlocked }: {
    readonly peer: TcsdPeer;
    readonly session: TcsdSession;
    readonly limits: ConnectionLimits;
    /** Told when an answer is not taken at once. */
    readonly onBlocked: () => void;
  }) {
    this.peer = peer;
    this.session = session;
    this.#connection = connection;
    this.#onBlocked = onBlocked;
    this.#limits = limits;
    this.#reader = new PacketReader({ maxSize: limits.maxRequestSize });
    this.deadline = this.#since + limits.firstByteTimeout;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.gone = promise;
    this.#resolveGone = resolve;
  }

  /** What it has done so far. */
  get summary(): ClientSummary {
    return { ...this.#counts, connected: performance.now() - this.#since };
  }

  /** Counts a request of its session. */
  count({ result, duration }: AnsweredRequest): void {
    this.#counts.requests++;
    if (result !== 0) this.#counts.failed++;
    this.#counts.busy += duration;
  }

  /** As {@linkcode Receiver.received}. */
  received(bytes: Uint8Array): void {
    const reader = this.#reader;
    if (this.#ending || this.#closed) return;
    if (reader.pending === 0 && !this.busy) this.#expect();
    reader.push(copyBytes(bytes));
    if (reader.pending > this.#limits.maxRequestSize + READ_SIZE) {
      this.close("it sends on without waiting for answers");
    } else if (!this.busy) this.#answerAll();
  }

  /** As {@linkcode Receiver.drained}. */
  drained(): void {
    this.waiting = 0;
    if (this.busy || this.#closed) return;
    this.deadline = Infinity;
    this.#answerAll();
  }

  /** As {@linkcode Receiver.closed}. */
  closed(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.waiting = 0;
    this.deadline = Infinity;
    this.#resolveGone(this.session.close());
  }

  /** Closes at once. */
  close(reason: string): void {
    this.reason ??= reason;
    this.#connection.close();
  }

  /** Closes once the request under way is answered. */
  end(reason: string): void {
    if (!this.busy) return this.close(reason);
    this.reason ??= reason;
    this.#ending = true;
  }

  /** Time runs for the rest of a request, or for an answer to be taken. */
  #expect(): void {
    this.deadline = performance.now() + this.#limits.transferTimeout;
  }

  /** Answers what requests have come whole, until one takes waiting. */
  #answerAll(): void {
    try {
      for (;;) {
        if (this.#closed || this.#connection.blocked) return;
        const packet = this.#reader.next();
        if (packet === null) break;
        const answer = this.session.answer(packet);
        if (!(answer instanceof Uint8Array)) {
          this.busy = true;
          this.deadline = Infinity;
          answer.then((bytes) => this.#answered(bytes), (error) => this.#fail(error));
          return;
        }
        this.#send(answer);
      }
    } catch (error) {
      return this.#fail(error);
    }
    if (this.#reader.pending === 0) this.deadline = Infinity;
    else if (this.deadline === Infinity) this.#expect();
  }

  #answered(bytes: Uint8Array): void {
    this.busy = false;
    this.#send(bytes);
    if (this.#ending) this.#connection.end();
    else this.#answerAll();
  }

  #send(bytes: Uint8Array): void {
    this.#connection.send(bytes);
    if (!this.#connection.blocked) return;
    this.waiting = bytes.length;
    this.#expect();
    this.#onBlocked();
  }

  /** A client that breaks the protocol is told nothing more. */
  #fail(error: unknown): void {
    this.busy = false;
    this.close(error instanceof Error ? error.message : String(error));
  }
}
