import { setImmediate } from "node:timers";
import type { SocketAddress } from "../lib/emulator/server/address.ts";
import {
  type Accept,
  ACCEPT_PAUSE,
  type ListenOptions,
  type PassedDescriptor,
  type Peer,
  READ_SIZE,
  type Transport,
} from "../lib/emulator/server/transport.ts";
import { MSG_DONTWAIT, MSG_NOSIGNAL } from "./constants.ts";
import { Descriptor, type DescriptorCalls } from "./descriptor.ts";
import { Epoll, EPOLLIN } from "./epoll.ts";
import { type Libc, openGrantedLibc, openLibc } from "./libc.ts";
import { type ConnectionHost, LibcConnection } from "./libc_connection.ts";
import { LibcListener } from "./libc_listener.ts";
import { peerOf } from "./peer.ts";
import { DescriptorReceiver } from "./passed_descriptor.ts";
import { openServerLibrary, type ServerLibrary } from "./server_symbols.ts";
import { sockAddrs } from "./sockaddr.ts";
import { Spin } from "./spin.ts";
import { makeVtpm } from "./vtpm_proxy.ts";

const RLIMIT_NOFILE = 7;
/** Descriptors left to everything else in the process: Deno itself ends when there are none. */
const RESERVE = 64;
/** Connections there are in any case. */
const LEAST = 8;
/** Milliseconds after which everything else in the process gets a turn. */
const TURN = 5;
/** The same where there is little else: timers and signals. */
const TURN_ALONE = 10;

/** Resolved promises that are waited for at once: the answer to a command takes fewer. */
const STEPS = 200;

/** How the loop waits. */
export interface LoopOptions {
  /**
   * Whether it asks for a moment what is ready, as by default; if not, every wait is another
   * thread's: slower, and no time is spent on asking.
   */
  readonly spin?: boolean;
  /** Nothing else runs in this process, so that it may be held up for a few milliseconds. */
  readonly alone?: boolean;
}

/** Something in the loop. */
interface Entry {
  /** It is answering, by promises. */
  readonly busy?: boolean;
  ready(): void;
  close(): void;
}

/**
 * Serves sockets by calls into libc: one loop over all of them, which asks for a moment what is
 * ready before it has another thread wait. Serving does not outlive a turn of {@linkcode TURN}.
 */
export class LibcTransport implements Transport, ConnectionHost {
  readonly takesDescriptors = true;
  readonly capacity: number;
  readonly #libc: Libc;
  readonly #library: ServerLibrary;
  readonly #epoll: Epoll;
  readonly #buffer = new Uint8Array(new ArrayBuffer(READ_SIZE));
  readonly #receiver: DescriptorReceiver;
  readonly #entries: (Entry | undefined)[] = [];
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  readonly #spin: Spin | undefined;
  readonly #running: Promise<void>;
  readonly #alone: boolean;
  /** What answers by promises that something else is to resolve. */
  #pending: Entry[] = [];
  #found = 0;
  #closed = false;

  private constructor(libc: Libc, { spin = true, alone = false }: LoopOptions) {
    this.#libc = libc;
    this.#library = openServerLibrary(libc.path);
    this.#epoll = new Epoll(libc, this.#library);
    this.capacity = Math.max(descriptorLimit(this.#library) - RESERVE, LEAST);
    this.#receiver = new DescriptorReceiver(libc, this.#library, this.#buffer);
    this.#spin = spin ? new Spin() : undefined;
    this.#alone = alone;
    this.#running = this.#run();
  }

  /** Starts, if libc may be used without asking; `undefined` when not. */
  static open(options: LoopOptions = {}): LibcTransport | undefined {
    const libc = openGrantedLibc();
    return libc && new LibcTransport(libc, options);
  }

  /** As {@linkcode LibcTransport.open}; throws where libc may not be used, naming the flag. */
  static require(options: LoopOptions = {}): LibcTransport {
    return new LibcTransport(openLibc("serve by libc"), options);
  }

  /** Whether libc can find the address; names but `localhost` need a name service. */
  static knows(address: SocketAddress): boolean {
    return sockAddrs(address).length > 0;
  }

  /** As {@linkcode Transport.listen}. */
  listen(address: SocketAddress, options: ListenOptions): Promise<SocketAddress> {
    const libraries = { libc: this.#libc, library: this.#library };
    const listener = LibcListener.listen(libraries, address, options);
    const calls = options.descriptors ? this.#messageCalls : this.#socketCalls;
    const take = (fd: number) => this.#take(fd, { accept: options.accept, calls });
    const entry: Entry = {
      ready: () => {
        if (!listener.accept(take)) this.#pause(listener.fd);
      },
      close: () => listener.close(),
    };
    this.#entries[listener.fd] = entry;
    this.#epoll.add(listener.fd, EPOLLIN);
    return Promise.resolve(listener.address);
  }

  /** Makes a TPM of the kernel's and serves it as a connection; gives its path. */
  serveVtpm(accept: Accept): string {
    const { fd, path } = makeVtpm({ libc: this.#libc, library: this.#library });
    this.#take(fd, { accept, calls: () => undefined });
    return path;
  }

  /** Closes everything, and removes unix sockets. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    for (const entry of this.#entries) entry?.close();
    await this.#epoll.close();
    await this.#running;
    this.#library.close();
  }

  /** Where bytes are received. */
  get buffer(): Uint8Array<ArrayBuffer> {
    return this.#buffer;
  }

  /** As {@linkcode ConnectionHost.await}. */
  await(fd: number, events: number): void {
    this.#epoll.modify(fd, events);
  }

  /** As {@linkcode ConnectionHost.peerOf}. */
  peerOf(fd: number): Peer {
    return peerOf({ libc: this.#libc, library: this.#library }, fd);
  }

  /** As {@linkcode ConnectionHost.forget}. */
  forget({ fd }: LibcConnection): void {
    this.#entries[fd] = undefined;
  }

  async #run(): Promise<void> {
    const poll = () => (this.#found = this.#epoll.poll()) > 0;
    const wait = (milliseconds: number) => {
      const others = this.#pending.some(isBusy);
      return !others && (this.#found = this.#epoll.wait(milliseconds)) > 0;
    };
    const onThis = this.#alone ? wait : undefined;
    const rest = this.#alone ? TURN_ALONE : TURN;
    let turn = performance.now();
    while (!this.#closed) {
      if (performance.now() - turn > rest) {
        await eventLoopTurn();
        turn = performance.now();
      }
      if (this.#spin === undefined || !this.#spin.until(poll, onThis)) {
        this.#found = await this.#epoll.park();
        turn = performance.now();
      }
      const ready: Entry[] = [];
      for (let index = 0; index < this.#found; index++) {
        const entry = this.#entries[this.#epoll.fdAt(index)];
        if (entry !== undefined) ready.push(entry);
      }
      for (const entry of ready) if (!this.#closed) entry.ready();
      // Asking what is ready would keep promises waiting that are resolved.
      if (ready.some(isBusy)) await settle(ready);
      if (ready.some(isBusy)) {
        // What is to be resolved may be waiting for no more than a turn.
        await eventLoopTurn();
        turn = performance.now();
        await settle(ready);
      }
      this.#pending = this.#pending.concat(ready).filter(isBusy);
    }
  }

  /** Lets nobody in for a while. */
  #pause(fd: number): void {
    this.#epoll.modify(fd, 0);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#epoll.modify(fd, EPOLLIN);
    }, ACCEPT_PAUSE);
    this.#timers.add(timer);
  }

  #take(fd: number, { accept, calls }: { accept: Accept; calls: MakeCalls }): void {
    const descriptor = new Descriptor(this.#libc, fd, calls(fd));
    const takePassed = calls === this.#messageCalls ? () => this.#takePassed() : undefined;
    const connection = new LibcConnection(descriptor, this, takePassed);
    try {
      this.#epoll.add(fd, EPOLLIN);
    } catch {
      return connection.close(); // a file, which is never waited for
    }
    this.#entries[fd] = connection;
    connection.receiver = accept(connection);
    if (connection.receiver === undefined) connection.close();
  }

  #takePassed(): PassedDescriptor | undefined {
    const fd = this.#receiver.passed;
    if (fd === undefined) return undefined;
    return {
      serve: (accept) => this.#take(fd, { accept, calls: this.#socketCalls }),
      close: () => void this.#libc.symbols.close(fd),
    };
  }

  readonly #socketCalls = (fd: number): DescriptorCalls => {
    const { symbols } = this.#libc;
    return {
      read: (into) => symbols.recv(fd, into, BigInt(into.length), MSG_DONTWAIT),
      write: (bytes) => symbols.send(fd, bytes, BigInt(bytes.length), MSG_DONTWAIT | MSG_NOSIGNAL),
    };
  };

  /** As for sockets, but file descriptors are taken; all is received into {@linkcode buffer}. */
  readonly #messageCalls = (fd: number): DescriptorCalls => ({
    ...this.#socketCalls(fd),
    read: () => this.#receiver.receive(fd),
  });
}

/** Has resolved promises go on until nobody of these is busy, or something else must happen. */
async function settle(entries: readonly Entry[]): Promise<void> {
  for (let step = 0; step < STEPS && entries.some(isBusy); step++) await undefined;
}

function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** `struct rlimit { rlim_t current, maximum; }`; "unlimited" is a number as large as any. */
function descriptorLimit({ symbols }: ServerLibrary): number {
  const limit = new BigUint64Array(2);
  return symbols.getrlimit(RLIMIT_NOFILE, limit) === 0 ? Number(limit[0]) : Infinity;
}

function isBusy({ busy }: Entry): boolean {
  return busy === true;
}

type MakeCalls = (fd: number) => DescriptorCalls | undefined;
