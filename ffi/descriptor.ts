import { EFD_CLOEXEC, EFD_NONBLOCK, EVENT } from "./constants.ts";
import { EAGAIN, EBADF, EINTR } from "./errno.ts";
import { type Libc, LibcError } from "./libc.ts";

/** Something to read, or the end. */
export const POLLIN = 0x01;
/** Room to write. */
export const POLLOUT = 0x04;
/** An error is waiting. */
export const POLLERR = 0x08;
/** The other side has gone. */
export const POLLHUP = 0x10;
/** The descriptor is not open. */
const POLLNVAL = 0x20;
const TROUBLE = POLLERR | POLLHUP | POLLNVAL;

/** What a read or write gives when there is nothing to read or no room to write at the moment. */
export const NOTHING_NOW = -1;

/** Calls that fail although poll() calls the descriptor ready, before the failure is believed. */
const ATTEMPTS = 3;

/** How a descriptor is read and written. */
export interface DescriptorCalls {
  /** One read call; below 0 when it fails. */
  read(into: Uint8Array<ArrayBuffer>): bigint;
  /** One write call; below 0 when it fails. */
  write(bytes: Uint8Array<ArrayBuffer>): bigint;
}

/** A file descriptor that never blocks. Waiting is done by poll(), here or on another thread. */
export class Descriptor {
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #calls: DescriptorCalls;
  readonly #pollOne: Int32Array<ArrayBuffer>;
  /** `struct timespec { time_t tv_sec; long tv_nsec; }`, for less than a second. */
  readonly #timespec = new BigInt64Array(2);
  #wake = -1;
  #woken = false;
  #closed = false;
  #parked: Promise<unknown> | undefined;

  /** Takes over an open descriptor that has O_NONBLOCK set. */
  constructor(libc: Libc, fd: number, calls?: DescriptorCalls) {
    const { symbols } = libc;
    this.#libc = libc;
    this.#fd = fd;
    this.#calls = calls ?? {
      read: (into) => symbols.read(fd, into, BigInt(into.length)),
      write: (bytes) => symbols.write(fd, bytes, BigInt(bytes.length)),
    };
    this.#pollOne = new Int32Array([fd, 0]);
  }

  /** The number of the descriptor. */
  get fd(): number {
    return this.#fd;
  }

  /** Reads what there is: its length, 0 at the end, or {@linkcode NOTHING_NOW}. */
  read(into: Uint8Array<ArrayBuffer>): number {
    return this.#attempt("read", POLLIN | TROUBLE, () => this.#calls.read(into));
  }

  /** Writes what there is room for: its length, or {@linkcode NOTHING_NOW}. */
  write(bytes: Uint8Array<ArrayBuffer>): number {
    return this.#attempt("write", POLLOUT | TROUBLE, () => this.#calls.write(bytes));
  }

  /** Writes as {@linkcode write}, on another thread, for drivers that answer before they return. */
  async writeSlowly(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    if (this.#closed) throw new LibcError("write", EBADF);
    const { symbols } = this.#libc;
    const writing = symbols.write_parked(this.#fd, bytes, BigInt(bytes.length));
    this.#parked = writing;
    const written = Number(await writing);
    this.#parked = undefined;
    // Why it failed is known on this thread only, so it is tried here again.
    return written >= 0 || this.#woken ? written : this.write(bytes);
  }

  /** Those of `events`, or of the bad ones, that are so now, or in so many milliseconds. */
  ready(events: number, patience = 0): number {
    this.#pollOne[1] = events;
    const found = patience === 0
      ? this.#libc.symbols.poll(this.#pollOne, 1n, 0)
      : this.#sleep(patience);
    return found > 0 ? this.#pollOne[1]! >> 16 : 0;
  }

  #sleep(milliseconds: number): number {
    this.#timespec[1] = BigInt(Math.round(milliseconds * 1e6));
    return this.#libc.symbols.ppoll(this.#pollOne, 1n, this.#timespec, 0n);
  }

  /** Waits on another thread for `events` or trouble; 0 when {@linkcode wake} ended the wait. */
  async wait(events: number): Promise<number> {
    const { symbols } = this.#libc;
    if (this.#wake < 0) {
      this.#wake = symbols.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
      if (this.#wake < 0) throw this.#libc.failure("make an eventfd");
    }
    while (!this.#woken) {
      const fds = new Int32Array([this.#fd, events, this.#wake, POLLIN]);
      const polling = symbols.poll_parked(fds, 2n, -1);
      this.#parked = polling;
      const found = await polling;
      this.#parked = undefined;
      if (!this.#woken && found > 0 && fds[1]! >> 16 !== 0) return fds[1]! >> 16;
    }
    return 0;
  }

  /** Ends waits, now and later. */
  wake(): void {
    this.#woken = true;
    if (this.#wake >= 0) this.#libc.symbols.write(this.#wake, EVENT, 8n);
  }

  /**
   * Ends waits and closes. A descriptor that another thread waits for is closed once that has
   * stopped: its number may be given out anew at once.
   */
  close(): void | Promise<void> {
    this.wake();
    if (this.#parked !== undefined) return this.#parked.then(() => this.#closeNow());
    this.#closeNow();
  }

  /** Closes as {@linkcode close}, on another thread: a driver may take its time over it. */
  async closeSlowly(): Promise<void> {
    this.wake();
    await this.#parked;
    this.#closeWake();
    if (this.#release()) await this.#libc.symbols.close_parked(this.#fd);
  }

  #closeNow(): void {
    this.#closeWake();
    if (this.#release()) this.#libc.symbols.close(this.#fd);
  }

  #closeWake(): void {
    if (this.#wake >= 0) this.#libc.symbols.close(this.#wake);
    this.#wake = -1;
  }

  /** Says once that the descriptor is ours to close. */
  #release(): boolean {
    const open = !this.#closed;
    this.#closed = true;
    return open;
  }

  /**
   * A call fails because of the descriptor when poll() says it should have worked. To tell that by
   * errno would be shorter, but errno may be that of another call.
   */
  #attempt(call: string, ready: number, make: () => bigint): number {
    if (this.#closed) throw new LibcError(call, EBADF);
    let failure = 0;
    for (let attempt = 1;; attempt++) {
      const result = Number(make());
      // What ended a connection or a command is told once; afterwards there is just the end.
      if (result > 0 || (result === 0 && failure === 0)) return result;
      const errno = result === 0 ? failure : this.#libc.errno();
      if (result < 0 && (this.ready(ready) & ready) === 0) return NOTHING_NOW;
      if (result === 0 || attempt === ATTEMPTS) throw new LibcError(call, failure || errno);
      if (errno !== EAGAIN && errno !== EINTR) failure ||= errno;
    }
  }
}
