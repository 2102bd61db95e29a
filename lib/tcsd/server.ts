import type { SocketAddress } from "../tddl/mod.ts";
import type { TcsService } from "../tcs/mod.ts";
import type { Connection, Listener } from "./connection.ts";
import { type ListenOptions, listenWithDeno } from "./deno_listener.ts";
import { ordinalsOfRemoteOps } from "./operations/mod.ts";
import { PacketReader } from "./packet_reader.ts";
import type { RemoteOp } from "./remote_ops.ts";
import { type AnsweredRequest, TcsdSession } from "./session.ts";

/** How a server behaves; everything may be left out. */
export interface TcsdServerOptions {
  /** What peers on other machines may do; nothing when absent. */
  readonly remoteOps?: readonly RemoteOp[];
  /** Connections at a time; further ones are closed at once. 1024 when absent. */
  readonly maxConnections?: number;
  /** Contexts of one connection; 64 when absent. */
  readonly maxContexts?: number;
  /** Bytes of a request; 64 KiB when absent. */
  readonly maxRequestSize?: number;
  /** Milliseconds from connecting to the first byte; 30 000 when absent. */
  readonly firstByteTimeout?: number;
  /** Milliseconds for a request to come whole, and for its answer to be taken; 10 000 when absent. */
  readonly transferTimeout?: number;
  /** Milliseconds that requests under way get when the server closes; 5 000 when absent. */
  readonly drainTimeout?: number;
  /** What makes a listener; `Deno.listen` when absent. */
  readonly listen?: (options: ListenOptions) => Promise<Listener>;
  /** Told what happens. */
  readonly onEvent?: (event: TcsdEvent) => void;
}

/** Something that happened to a connection. */
export interface TcsdEvent {
  /** `refused`: there were too many. `answered`: a request. `closed`: by whom and why is told. */
  readonly kind: "connected" | "refused" | "answered" | "closed";
  /** The peer. */
  readonly peer: string;
  /** The request of `answered`. */
  readonly request?: AnsweredRequest;
  /** Why the server closed; absent when the peer did. */
  readonly reason?: string;
}

/** What a server has done so far. */
export interface TcsdStatus {
  /** Connections now. */
  readonly connections: number;
  /** Contexts now. */
  readonly contexts: number;
  /** Connections since the start. */
  readonly accepted: number;
  /** Connections turned away. */
  readonly refused: number;
  /** Requests since the start. */
  readonly requests: number;
}

/** Milliseconds between looks for connections whose time is up. */
const SWEEP = 250;

/** A connection and what it is waited for. */
interface Client {
  readonly connection: Connection;
  readonly session: TcsdSession;
  /** When its time is up, as `performance.now()` counts; Infinity while nothing is awaited. */
  deadline: number;
  /** Why the server closed it. */
  reason: string | undefined;
  busy: boolean;
}

/**
 * A TCS daemon: TrouSerS' protocol on sockets, over core services, which stay the caller's to
 * dispose.
 */
export class TcsdServer implements AsyncDisposable {
  readonly #service: TcsService;
  readonly #options: TcsdServerOptions;
  readonly #remote: ReadonlySet<number>;
  readonly #listeners: Listener[] = [];
  readonly #clients = new Map<Client, Promise<void>>();
  readonly #counts = { accepted: 0, refused: 0, requests: 0 };
  #sweeper: ReturnType<typeof setInterval> | undefined;
  #closing = false;

  private constructor(service: TcsService, options: TcsdServerOptions) {
    this.#service = service;
    this.#options = options;
    this.#remote = ordinalsOfRemoteOps(options.remoteOps ?? []);
  }

  /** Starts listening at all of `addresses`; when one fails, at none. */
  static async start(
    service: TcsService,
    { addresses, ...options }: TcsdServerOptions & { readonly addresses: readonly ListenOptions[] },
  ): Promise<TcsdServer> {
    const server = new TcsdServer(service, options);
    try {
      for (const address of addresses) {
        const listener = await (options.listen ?? listenWithDeno)(address);
        server.#listeners.push(listener);
      }
    } catch (error) {
      for (const listener of server.#listeners) listener.close();
      throw error;
    }
    for (const listener of server.#listeners) server.#acceptFrom(listener);
    return server;
  }

  /** Where it listens, ports as they came to be. */
  get addresses(): readonly SocketAddress[] {
    return this.#listeners.map(({ address }) => address);
  }

  /** What it has done so far. */
  get status(): TcsdStatus {
    let contexts = 0;
    for (const { session } of this.#clients.keys()) contexts += session.contexts;
    return { connections: this.#clients.size, contexts, ...this.#counts };
  }

  /**
   * Stops listening, lets requests under way be answered, and closes all connections and their
   * contexts. A TPM that does not answer in the time for that is not waited for.
   */
  async close(): Promise<void> {
    this.#closing = true;
    for (const listener of this.#listeners.splice(0)) listener.close();
    for (const client of this.#clients.keys()) {
      client.reason ??= "the server ends";
      if (!client.busy) client.connection.close();
    }
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.#options.drainTimeout ?? 5_000);
    await Promise.race([Promise.allSettled(this.#clients.values()), late]);
    clearTimeout(timer);
    for (const { connection } of this.#clients.keys()) connection.close();
    clearInterval(this.#sweeper);
  }

  /** As {@linkcode close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #acceptFrom(listener: Listener): Promise<void> {
    for (;;) {
      const connection = await listener.accept();
      if (connection === undefined) return;
      const { maxConnections = 1024 } = this.#options;
      if (this.#closing || this.#clients.size >= maxConnections) {
        connection.close();
        this.#counts.refused++;
        this.#tell({ kind: "refused", peer: connection.peer.name });
      } else this.#take(connection);
    }
  }

  #take(connection: Connection): void {
    const { peer } = connection;
    const { maxContexts, firstByteTimeout = 30_000 } = this.#options;
    const session = new TcsdSession(this.#service, {
      allowed: peer.local ? undefined : this.#remote,
      ...maxContexts === undefined ? {} : { maxContexts },
      onAnswer: (request) => this.#tell({ kind: "answered", peer: peer.name, request }),
    });
    const deadline = performance.now() + firstByteTimeout;
    const client: Client = { connection, session, deadline, reason: undefined, busy: false };
    this.#counts.accepted++;
    this.#tell({ kind: "connected", peer: peer.name });
    this.#clients.set(client, this.#serve(client));
    this.#sweeper ??= this.#startSweeper();
  }

  async #serve(client: Client): Promise<void> {
    const { connection, session } = client;
    try {
      await this.#exchange(client);
    } catch (error) {
      client.reason ??= error instanceof Error ? error.message : String(error);
    }
    connection.close();
    await session.close();
    this.#clients.delete(client);
    const { reason } = client;
    const peer = connection.peer.name;
    this.#tell({ kind: "closed", peer, ...reason === undefined ? {} : { reason } });
    if (this.#clients.size === 0) {
      clearInterval(this.#sweeper);
      this.#sweeper = undefined;
    }
  }

  /** Reads requests and answers them until the peer closes or breaks the protocol. */
  async #exchange(client: Client): Promise<void> {
    const { connection, session } = client;
    const { maxRequestSize = 0x10000, transferTimeout = 10_000 } = this.#options;
    const reader = new PacketReader({ maxSize: maxRequestSize });
    for (;;) {
      let request = reader.next();
      for (; request === null; request = reader.next()) {
        const bytes = await connection.receive();
        if (bytes.length === 0) return;
        if (reader.pending === 0) client.deadline = performance.now() + transferTimeout;
        reader.push(bytes);
      }
      client.deadline = Infinity;
      client.busy = true;
      const answer = await session.answer(request);
      this.#counts.requests++;
      client.deadline = performance.now() + transferTimeout;
      await connection.send(answer);
      client.busy = false;
      if (this.#closing) return;
      client.deadline = reader.pending === 0 ? Infinity : performance.now() + transferTimeout;
    }
  }

  #startSweeper(): ReturnType<typeof setInterval> {
    return setInterval(() => {
      const now = performance.now();
      for (const client of this.#clients.keys()) {
        if (client.deadline > now) continue;
        client.reason ??= "its time is up";
        client.connection.close();
      }
    }, SWEEP);
  }

  #tell(event: TcsdEvent): void {
    this.#options.onEvent?.(event);
  }
}
