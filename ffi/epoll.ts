import { EFD_CLOEXEC, EFD_NONBLOCK, EVENT } from "./constants.ts";
import { type Libc, LibcError } from "./libc.ts";
import type { ServerLibrary } from "./server_symbols.ts";

/** Something to read, or the end. */
export const EPOLLIN = 0x01;
/** Room to write. */
export const EPOLLOUT = 0x04;

const EPOLL_CLOEXEC = 0o2000000;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLL_CTL_MOD = 3;

/** Descriptors told of at once. */
const BATCH = 64;
/** `struct epoll_event { uint32_t events; uint64_t data; }`, packed on x86-64 alone. */
const DATA = Deno.build.arch === "x86_64" ? 4 : 8;
const SIZE = DATA + 8;

/** Waits for many descriptors at once. */
export class Epoll {
  readonly #libc: Libc;
  readonly #symbols: ServerLibrary["symbols"];
  readonly #fd: number;
  readonly #wake: number;
  readonly #events = new Uint8Array(new ArrayBuffer(BATCH * SIZE));
  readonly #view = new DataView(this.#events.buffer);
  readonly #change = new Uint8Array(new ArrayBuffer(SIZE));
  readonly #changeView = new DataView(this.#change.buffer);
  #parked: Promise<number> | undefined;

  /** Makes an epoll instance, with nothing to wait for. */
  constructor(libc: Libc, { symbols }: ServerLibrary) {
    this.#libc = libc;
    this.#symbols = symbols;
    this.#fd = symbols.epoll_create1(EPOLL_CLOEXEC);
    if (this.#fd < 0) throw libc.failure("make an epoll instance");
    this.#wake = libc.symbols.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    this.add(this.#wake, EPOLLIN);
  }

  /** Waits for `events` of a descriptor from now on. Throws a LibcError for one that never waits. */
  add(fd: number, events: number): void {
    this.#control(EPOLL_CTL_ADD, fd, events);
  }

  /** Waits for other events of a descriptor. */
  modify(fd: number, events: number): void {
    this.#control(EPOLL_CTL_MOD, fd, events);
  }

  /** Waits for a descriptor no more. One that is closed needs no deletion. */
  delete(fd: number): void {
    this.#control(EPOLL_CTL_DEL, fd, 0);
  }

  /** How many descriptors are ready now. */
  poll(): number {
    return this.wait(0);
  }

  /** Waits on this thread, at most so many milliseconds; gives how many are ready. */
  wait(milliseconds: number): number {
    return this.#symbols.epoll_wait(this.#fd, this.#events, BATCH, milliseconds);
  }

  /** Waits on another thread until some are ready; gives how many. */
  async park(): Promise<number> {
    this.#parked = this.#symbols.epoll_wait_parked(this.#fd, this.#events, BATCH, -1);
    const count = await this.#parked;
    this.#parked = undefined;
    return count;
  }

  /** The descriptor that is ready, by its place among those found last. */
  fdAt(index: number): number {
    return this.#view.getInt32(index * SIZE + DATA, true);
  }

  /** What it is ready for. */
  eventsAt(index: number): number {
    return this.#view.getUint32(index * SIZE, true);
  }

  /** Ends the wait, and closes. */
  async close(): Promise<void> {
    this.#libc.symbols.write(this.#wake, EVENT, 8n);
    await this.#parked;
    this.#libc.symbols.close(this.#wake);
    this.#libc.symbols.close(this.#fd);
  }

  #control(operation: number, fd: number, events: number): void {
    this.#changeView.setUint32(0, events, true);
    this.#changeView.setInt32(DATA, fd, true);
    if (this.#symbols.epoll_ctl(this.#fd, operation, fd, this.#change) === 0) return;
    throw new LibcError("wait for a descriptor", this.#libc.errno());
  }
}
