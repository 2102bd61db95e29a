import type { SocketAddress, SpinOptions, Stream, StreamOpener } from "../lib/tddl/stream.ts";
import { formatAddress } from "../lib/tddl/stream.ts";
import { AnswerWait } from "./answer_wait.ts";
import {
  IPPROTO_TCP,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  ON,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
  TCP_NODELAY,
} from "./constants.ts";
import { asDenoError } from "./deno_error.ts";
import { Descriptor, POLLERR, POLLHUP, POLLIN, POLLOUT } from "./descriptor.ts";
import { EAGAIN } from "./errno.ts";
import { type Libc, LibcError, openGrantedLibc } from "./libc.ts";
import { type SockAddr, sockAddrs } from "./sockaddr.ts";
import { maySpin } from "./spin.ts";

const SO_ERROR = 4;

/** More than a response of any TPM 1.2. */
const READ_SIZE = 8192;
/** Milliseconds between attempts at a socket whose queue of callers is full. */
const QUEUE_FULL_PAUSE = 5;

/** Makes connections through libc; `undefined` where libc may not be used without asking. */
export function libcOpener(options: SpinOptions = {}): LibcOpener | undefined {
  const libc = openGrantedLibc();
  return libc && new LibcOpener(libc, options);
}

/** Makes connections through libc. */
export class LibcOpener implements StreamOpener {
  readonly #libc: Libc;
  readonly #spin: boolean;

  /** Over libc. */
  constructor(libc: Libc, { spin = true }: SpinOptions = {}) {
    this.#libc = libc;
    this.#spin = spin && maySpin();
  }

  /** Whether libc can find the address; names other than `localhost` need a name service. */
  static knows(address: SocketAddress): boolean {
    return sockAddrs(address).length > 0;
  }

  /** Connects; `signal` gives the attempt up. */
  async open(address: SocketAddress, signal: AbortSignal): Promise<Stream> {
    signal.throwIfAborted();
    let failure: unknown;
    for (const sockAddr of sockAddrs(address)) {
      try {
        return new LibcStream(await this.#connect(sockAddr, signal), { spin: this.#spin });
      } catch (error) {
        signal.throwIfAborted();
        failure ??= asDenoError(error);
      }
    }
    throw failure ?? new TypeError(`Cannot connect to ${formatAddress(address)}: unknown host`);
  }

  async #connect(address: SockAddr, signal: AbortSignal): Promise<Descriptor> {
    for (;;) {
      const descriptor = this.#socket(address.family);
      try {
        await this.#finishConnect(descriptor, { address, signal });
        return descriptor;
      } catch (error) {
        await descriptor.close();
        // A unix socket whose queue of callers is full says so instead of going on in background.
        if (!(error instanceof LibcError) || error.errno !== EAGAIN) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, QUEUE_FULL_PAUSE));
      signal.throwIfAborted();
    }
  }

  #socket(family: number): Descriptor {
    const libc = this.#libc;
    const { symbols } = libc;
    const fd = symbols.socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) throw libc.failure("make a socket");
    return new Descriptor(libc, fd, {
      read: (into) => symbols.recv(fd, into, BigInt(into.length), MSG_DONTWAIT),
      write: (bytes) => symbols.send(fd, bytes, BigInt(bytes.length), MSG_DONTWAIT | MSG_NOSIGNAL),
    });
  }

  /** connect() has failed when poll() speaks of trouble; otherwise it is done or goes on. */
  async #finishConnect(
    descriptor: Descriptor,
    { address, signal }: { address: SockAddr; signal: AbortSignal },
  ): Promise<void> {
    const { symbols } = this.#libc;
    const { fd } = descriptor;
    const giveUp = () => descriptor.wake();
    signal.addEventListener("abort", giveUp);
    try {
      const done = symbols.connect(fd, address.bytes, address.bytes.length) === 0;
      const errno = done ? 0 : this.#libc.errno();
      const found = done ? POLLOUT : descriptor.ready(POLLOUT) || await descriptor.wait(POLLOUT);
      signal.throwIfAborted();
      if ((found & (POLLERR | POLLHUP)) !== 0) {
        throw new LibcError("connect", this.#pendingError(fd) || errno);
      }
    } finally {
      signal.removeEventListener("abort", giveUp);
    }
    symbols.setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, ON, 4); // fails on a unix socket: no matter
  }

  #pendingError(fd: number): number {
    const value = new Int32Array(1);
    this.#libc.symbols.getsockopt(fd, SOL_SOCKET, SO_ERROR, value, new Uint32Array([4]));
    return value[0]!;
  }
}

/** A stream over a connected socket. */
class LibcStream implements Stream {
  readonly #descriptor: Descriptor;
  readonly #buffer = new Uint8Array(READ_SIZE);
  readonly #wait: AnswerWait;

  constructor(descriptor: Descriptor, options: { readonly spin: boolean }) {
    const isThere = (milliseconds: number) => descriptor.ready(POLLIN, milliseconds) !== 0;
    this.#descriptor = descriptor;
    this.#wait = new AnswerWait(isThere, options);
  }

  send(bytes: Uint8Array): void | Promise<void> {
    const sent = this.#write(bytes);
    if (sent < bytes.length) return this.#sendRest(bytes.subarray(sent));
  }

  receive(kind = 0): Uint8Array | Promise<Uint8Array> {
    const started = performance.now();
    const received = this.#wait.until(kind) ? this.#read() : undefined;
    if (received === undefined) return this.#receiveLater(kind, started);
    this.#wait.learn(kind, performance.now() - started);
    return received;
  }

  isStale(): boolean {
    return this.#descriptor.ready(POLLIN) !== 0;
  }

  close(): void | Promise<void> {
    return this.#descriptor.close();
  }

  async #sendRest(bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.length > 0;) {
      if (await this.#descriptor.wait(POLLOUT) === 0) throw new Error("Cannot send: closed");
      rest = rest.subarray(this.#write(rest));
    }
  }

  async #receiveLater(kind: number, started: number): Promise<Uint8Array> {
    for (;;) {
      if (await this.#descriptor.wait(POLLIN) === 0) throw new Error("Cannot receive: closed");
      const received = this.#read();
      if (received === undefined) continue;
      this.#wait.learn(kind, performance.now() - started);
      return received;
    }
  }

  #write(bytes: Uint8Array): number {
    try {
      return Math.max(this.#descriptor.write(bytes as Uint8Array<ArrayBuffer>), 0);
    } catch (error) {
      throw asDenoError(error);
    }
  }

  #read(): Uint8Array | undefined {
    try {
      const length = this.#descriptor.read(this.#buffer);
      return length < 0 ? undefined : this.#buffer.subarray(0, length);
    } catch (error) {
      throw asDenoError(error);
    }
  }
}
