import { openTransport } from "../emulator/server/open_transport.ts";
import type { Connection, Receiver, Transport } from "../emulator/server/transport.ts";
import type { SocketAddress, SpinOptions } from "../tddl/mod.ts";
import type { TcsService } from "../tcs/mod.ts";
import { ordinalsOfRemoteOps } from "./operations/mod.ts";
import { describePeer, type TcsdPeer } from "./peer.ts";
import type { RemoteOp } from "./remote_ops.ts";
import {
  type ClientSummary,
  type ConnectionLimits,
  ServerConnection,
} from "./server_connection.ts";
import { type AnsweredRequest, TcsdSession } from "./session.ts";
import { Statistics } from "./statistics.ts";
import { encodeStatus, type TcsdStatus } from "./status.ts";

/** Where and how to listen. */
export interface ListenOptions {
  /** The address; port 0 takes any that is free. */
  readonly address: SocketAddress;
  /** Mode of a unix socket; 0o660 when absent. */
  readonly mode?: number;
  /** Group id of a unix socket; the process' own when absent. */
  readonly gid?: number;
  /**
   * User ids that may connect to a unix socket; everybody that its mode lets when absent. Takes
   * `--allow-ffi`, as Deno does not tell who a peer is.
   */
  readonly uids?: readonly number[];
  /** Lets nobody in who comes by IPv4 to an address of IPv6, as the system would. */
  readonly onlyIpv6?: boolean;
}

/** How a server behaves, as far as that can change while it runs. */
export interface TcsdSettings {
  /** What peers on other machines may do; nothing when absent. */
  readonly remoteOps?: readonly RemoteOp[];
  /** Connections at a time; 1024 when absent. Of more, those without a context make room. */
  readonly maxConnections?: number;
  /** Contexts of one connection; 64 when absent. */
  readonly maxContexts?: number;
  /** Bytes of a request; 64 KiB when absent. */
  readonly maxRequestSize?: number;
  /** Milliseconds from connecting to the first byte; 30 000 when absent. */
  readonly firstByteTimeout?: number;
  /** Milliseconds for a request to come whole, and for its answer to be taken; 10 000 when absent. */
  readonly transferTimeout?: number;
}

/** How a server behaves; everything may be left out. */
export interface TcsdServerOptions extends TcsdSettings, SpinOptions {
  /** Milliseconds that requests under way get when the server closes; 5 000 when absent. */
  readonly drainTimeout?: number;
  /** `libc`, or `deno` for `Deno.listen`; when absent libc where `--allow-ffi` is granted for it. */
  readonly transport?: "libc" | "deno";
  /** Nothing else runs in this process: libc's way may hold it up for a few milliseconds. */
  readonly alone?: boolean;
  /** Told what happens. */
  readonly onEvent?: (event: TcsdEvent) => void;
}

/** Something that happened to a connection. */
export interface TcsdEvent {
  /** `refused`: too many, or not allowed. `answered`: a request. `closed`: by whom and why is told. */
  readonly kind: "connected" | "refused" | "answered" | "closed";
  /** The peer. */
  readonly peer: string;
  /** The request of `answered`. */
  readonly request?: AnsweredRequest;
  /** Why the server refused or closed; absent when the peer closed. */
  readonly reason?: string;
  /** What the client of `closed` had done. */
  readonly summary?: ClientSummary;
}

/** Bytes of answers that all clients together leave waiting. */
const MAX_WAITING = 0x4000000;
/** Milliseconds between looks for connections whose time is up. */
const SWEEP = 250;

/**
 * A TCS daemon: TrouSerS' protocol on sockets, over core services, which stay the caller's to
 * dispose.
 */
export class TcsdServer implements AsyncDisposable {
  readonly #service: TcsService;
  readonly #transport: Transport;
  readonly #options: TcsdServerOptions;
  readonly #addresses: SocketAddress[] = [];
  readonly #clients = new Set<ServerConnection>();
  readonly #statistics = new Statistics();
  readonly #counts = { accepted: 0, refused: 0 };
  readonly #started = Date.now();
  #settings: TcsdSettings;
  #remote: ReadonlySet<number>;
  #sweeper: ReturnType<typeof setInterval> | undefined;
  #closing: Promise<void> | undefined;

  private constructor(service: TcsService, transport: Transport, options: TcsdServerOptions) {
    this.#service = service;
    this.#transport = transport;
    this.#options = options;
    this.#settings = options;
    this.#remote = ordinalsOfRemoteOps(options.remoteOps ?? []);
  }

  /** Starts listening at all of `addresses`; when one fails, at none. */
  static async start(
    service: TcsService,
    { addresses, ...options }: TcsdServerOptions & { readonly addresses: readonly ListenOptions[] },
  ): Promise<TcsdServer> {
    const { transport: kind, spin = true, alone = false } = options;
    const transport = await openTransport({
      addresses: addresses.map(({ address }) => address),
      spin,
      alone,
      ...kind && { transport: kind },
    });
    const server = new TcsdServer(service, transport, options);
    try {
      for (const address of addresses) await server.#listen(address);
    } catch (error) {
      await transport[Symbol.asyncDispose]();
      throw error;
    }
    return server;
  }

  /** Where it listens, ports as they came to be. */
  get addresses(): readonly SocketAddress[] {
    return this.#addresses;
  }

  /** What it has done so far. */
  get status(): TcsdStatus {
    let contexts = 0;
    for (const { session } of this.#clients) contexts += session.contexts;
    return {
      started: new Date(this.#started).toISOString(),
      connections: this.#clients.size,
      contexts,
      ...this.#counts,
      requests: this.#statistics.requests,
      operations: this.#statistics.list(),
    };
  }

  /** Goes by other settings from now on; those of connections that are open stay, but remote_ops. */
  reload(settings: TcsdSettings): void {
    this.#settings = settings;
    this.#remote = ordinalsOfRemoteOps(settings.remoteOps ?? []);
  }

  /**
   * Takes no more connections, lets requests under way be answered, and closes all connections and
   * their contexts. A TPM that does not answer in the time for that is not waited for.
   */
  close(): Promise<void> {
    return this.#closing ??= this.#drain();
  }

  /** As {@linkcode close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #listen(options: ListenOptions): Promise<void> {
    const { address, mode, gid, uids } = options;
    if (uids !== undefined && !this.#transport.takesDescriptors) {
      throw new Deno.errors.NotSupported(
        "Cannot ask who connects to a unix socket without --allow-ffi for libc",
      );
    }
    const bound = await this.#transport.listen(address, {
      accept: (connection) => this.#accept(connection, options),
      ...mode === undefined ? {} : { mode },
      ...gid === undefined ? {} : { gid },
    });
    this.#addresses.push(bound);
  }

  #accept(
    connection: Connection,
    options: ListenOptions,
  ): Receiver | undefined {
    const peer = describePeer(connection.peer, options.address);
    const reason = this.#refusalOf(peer, options);
    if (reason === undefined) return this.#take(connection, peer);
    this.#counts.refused++;
    this.#tell({ kind: "refused", peer: peer.name, reason });
    return undefined;
  }

  #refusalOf(peer: TcsdPeer, { uids, onlyIpv6 = false }: ListenOptions): string | undefined {
    if (this.#closing !== undefined) return "the server ends";
    if (onlyIpv6 && peer.mapped) return "it came by IPv4";
    if (uids !== undefined && !uids.includes(peer.uid ?? -1)) return "this user may not connect";
    if (!peer.local && this.#remote.size === 0) return "remote_ops is empty";
    const { maxConnections = 1024 } = this.#settings;
    if (this.#clients.size < maxConnections) return undefined;
    // Those that have done nothing yet must not keep out those that would.
    for (const client of this.#clients) {
      if (client.busy || client.session.contexts > 0) continue;
      client.close("it made room for another");
      return undefined;
    }
    return "there are too many";
  }

  #take(connection: Connection, peer: TcsdPeer): ServerConnection {
    const remote = () => peer.local ? undefined : this.#remote;
    const { maxContexts } = this.#settings;
    const session = new TcsdSession(this.#service, {
      get allowed() {
        return remote();
      },
      ...maxContexts === undefined ? {} : { maxContexts },
      ...peer.local && { status: () => encodeStatus(this.status) },
      onAnswer: (request) => {
        this.#statistics.add(request);
        client.count(request);
        this.#tell({ kind: "answered", peer: peer.name, request });
      },
    });
    const client = new ServerConnection(connection, {
      peer,
      session,
      limits: this.#limits,
      onBlocked: () => this.#boundAnswers(client),
    });
    this.#clients.add(client);
    this.#counts.accepted++;
    this.#tell({ kind: "connected", peer: peer.name });
    client.gone.finally(() => this.#forget(client));
    this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP);
    return client;
  }

  /** Clients that take no answers must not fill the memory: the one that goes too far is closed. */
  #boundAnswers(client: ServerConnection): void {
    let waiting = 0;
    for (const other of this.#clients) waiting += other.waiting;
    if (waiting > MAX_WAITING) client.close("answers that clients do not take are too many");
  }

  get #limits(): ConnectionLimits {
    const { maxRequestSize = 0x10000, firstByteTimeout = 30_000, transferTimeout = 10_000 } =
      this.#settings;
    return { maxRequestSize, firstByteTimeout, transferTimeout };
  }

  #forget(client: ServerConnection): void {
    this.#clients.delete(client);
    const { reason, summary, peer } = client;
    this.#tell({ kind: "closed", peer: peer.name, summary, ...reason !== undefined && { reason } });
    if (this.#clients.size > 0) return;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }

  async #drain(): Promise<void> {
    const clients = [...this.#clients];
    for (const client of clients) client.end("the server ends");
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.#options.drainTimeout ?? 5_000);
    await Promise.race([Promise.allSettled(clients.map(({ gone }) => gone)), late]);
    clearTimeout(timer);
    await this.#transport[Symbol.asyncDispose]();
    clearInterval(this.#sweeper);
  }

  #sweep(): void {
    const now = performance.now();
    for (const client of this.#clients) {
      if (client.deadline <= now) client.close("its time is up");
    }
  }

  #tell(event: TcsdEvent): void {
    this.#options.onEvent?.(event);
  }
}
