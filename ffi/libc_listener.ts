import { formatAddress, type SocketAddress } from "../lib/emulator/server/address.ts";
import { SOCKET_MODE } from "../lib/emulator/server/transport.ts";
import {
  IPPROTO_TCP,
  O_CLOEXEC,
  O_NONBLOCK,
  ON,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
  TCP_NODELAY,
} from "./constants.ts";
import { asDenoError } from "./deno_error.ts";
import { Descriptor, POLLIN } from "./descriptor.ts";
import { type Libc, LibcError } from "./libc.ts";
import type { ServerLibrary } from "./server_symbols.ts";
import { AF_UNIX, type SockAddr, sockAddrs } from "./sockaddr.ts";

const SO_REUSEADDR = 2;
/** Callers that may wait to be accepted. */
const BACKLOG = 1024;
/** Callers accepted before others get their turn. */
const BATCH = 64;
/** The group or owner stays as it is. */
const NOBODY = 0xffffffff;

/** The two parts of libc. */
export interface Libraries {
  /** What every use takes. */
  readonly libc: Libc;
  /** What serving takes. */
  readonly library: ServerLibrary;
}

/** A socket that listens. */
export class LibcListener {
  /** Where it listens, its port as it came to be. */
  readonly address: SocketAddress;
  readonly #libraries: Libraries;
  readonly #descriptor: Descriptor;

  private constructor(
    libraries: Libraries,
    { fd, address }: { fd: number; address: SocketAddress },
  ) {
    this.#libraries = libraries;
    this.#descriptor = new Descriptor(libraries.libc, fd);
    this.address = address.transport === "tcp"
      ? { ...address, port: portOf(libraries, fd) }
      : address;
  }

  /**
   * Listens. A unix socket that nobody listens at any more is taken over. Throws as `Deno.listen`
   * does.
   */
  static listen(
    libraries: Libraries,
    address: SocketAddress,
    { mode = SOCKET_MODE, gid = NOBODY }: { readonly mode?: number; readonly gid?: number } = {},
  ): LibcListener {
    try {
      const sockAddr = sockAddrs(address)[0];
      if (sockAddr === undefined) throw new TypeError("the host is unknown");
      const fd = bind(libraries, sockAddr);
      const listener = new LibcListener(libraries, { fd, address });
      if (address.transport === "unix") restrict(libraries.library, sockAddr, { mode, gid });
      return listener;
    } catch (error) {
      const cause = asDenoError(error) as Error;
      cause.message = `Cannot listen at ${formatAddress(address)}: ${cause.message}`;
      throw cause;
    }
  }

  /** Number of the descriptor. */
  get fd(): number {
    return this.#descriptor.fd;
  }

  /**
   * Accepts those who wait, up to a batch. Gives `false` when nobody can be accepted although
   * somebody waits: the process has no descriptors left.
   */
  accept(take: (fd: number) => void): boolean {
    const { symbols } = this.#libraries.library;
    for (let i = 0; i < BATCH; i++) {
      const fd = symbols.accept4(this.fd, 0n, 0n, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) return this.#descriptor.ready(POLLIN) === 0;
      if (this.address.transport === "tcp") {
        this.#libraries.libc.symbols.setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, ON, 4);
      }
      take(fd);
    }
    return true;
  }

  /** Listens no more, and removes a unix socket. */
  close(): void {
    this.#descriptor.close();
    if (this.address.transport !== "unix") return;
    this.#libraries.library.symbols.unlink(pathOf(sockAddrs(this.address)[0]!));
  }
}

function bind(libraries: Libraries, address: SockAddr): number {
  const { libc, library } = libraries;
  const type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
  const fd = libc.symbols.socket(address.family, type, 0);
  if (fd < 0) throw libc.failure("make a socket");
  try {
    libc.symbols.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, ON, 4);
    const { bind, listen } = library.symbols;
    if (bind(fd, address.bytes, address.bytes.length) < 0) {
      const failure = libc.failure("bind");
      if (!isLeftBehind(libc, address)) throw failure;
      library.symbols.unlink(pathOf(address));
      if (bind(fd, address.bytes, address.bytes.length) < 0) throw libc.failure("bind");
    }
    if (listen(fd, BACKLOG) < 0) throw libc.failure("listen");
    return fd;
  } catch (error) {
    libc.symbols.close(fd);
    throw error;
  }
}

/** Whether there is a unix socket at the address and nobody listens: open() alone tells a socket. */
function isLeftBehind(libc: Libc, address: SockAddr): boolean {
  if (address.family !== AF_UNIX) return false;
  const { symbols } = libc;
  const opened = symbols.open(pathOf(address), O_NONBLOCK | O_CLOEXEC);
  if (opened >= 0) symbols.close(opened);
  if (opened >= 0 || libc.failure("open").errnoName !== "ENXIO") return false;
  const fd = symbols.socket(address.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const connected = symbols.connect(fd, address.bytes, address.bytes.length) === 0;
  const refused = !connected && libc.failure("connect").errnoName === "ECONNREFUSED";
  symbols.close(fd);
  return refused;
}

function restrict(
  { symbols }: ServerLibrary,
  address: SockAddr,
  { mode, gid }: { readonly mode: number; readonly gid: number },
): void {
  const path = pathOf(address);
  if (gid !== NOBODY) symbols.chown(path, NOBODY, gid);
  symbols.chmod(path, mode);
}

/** The path of a `struct sockaddr_un`, with a NUL behind it. */
function pathOf({ bytes }: SockAddr): Uint8Array<ArrayBuffer> {
  return bytes.slice(2);
}

/** The port stands behind the family in either family's structure. */
function portOf({ libc, library }: Libraries, fd: number): number {
  const address = new Uint8Array(28);
  if (library.symbols.getsockname(fd, address, new Uint32Array([address.length])) < 0) {
    throw new LibcError("tell the port", libc.errno());
  }
  return address[2]! << 8 | address[3]!;
}
