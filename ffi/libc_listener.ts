import { formatAddress, type SocketAddress } from "../lib/emulator/server/address.ts";
import { SOCKET_MODE } from "../lib/emulator/server/transport.ts";
import {
  IPPROTO_TCP,
  ON,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
  TCP_NODELAY,
} from "./constants.ts";
import { asDenoError } from "./deno_error.ts";
import { Descriptor, POLLIN } from "./descriptor.ts";
import { fileStatus } from "./file_status.ts";
import { type Libc, LibcError } from "./libc.ts";
import type { ServerLibrary } from "./server_symbols.ts";
import { AF_UNIX, type SockAddr, sockAddrs } from "./sockaddr.ts";

const SO_REUSEADDR = 2;
const SOCKET_TYPE = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
/** Callers that may wait to be accepted. */
const BACKLOG = 1024;
/** Callers accepted before others get their turn. */
const BATCH = 64;
/** The group or owner stays as it is. */
const NOBODY = 0xffffffff;

type Path = Uint8Array<ArrayBuffer>;

/** The two parts of libc. */
export interface Libraries {
  /** What every use takes. */
  readonly libc: Libc;
  /** What serving takes. */
  readonly library: ServerLibrary;
}

/** A socket that listens. */
export class LibcListener {
  readonly #libraries: Libraries;
  readonly #descriptor: Descriptor;
  /** A unix socket's path, and what was there once it was bound. */
  readonly #file: { readonly path: Path; readonly id: string | undefined } | undefined;
  #address: SocketAddress;

  private constructor(libraries: Libraries, { fd, address, sockAddr }: {
    readonly fd: number;
    readonly address: SocketAddress;
    readonly sockAddr: SockAddr;
  }) {
    this.#libraries = libraries;
    this.#descriptor = new Descriptor(libraries.libc, fd);
    this.#address = address;
    if (address.transport === "tcp") return;
    const path = pathOf(sockAddr);
    this.#file = { path, id: fileStatus(libraries, path)?.id };
  }

  /**
   * Listens. A unix socket that nobody listens at any more is taken over. Throws as `Deno.listen`
   * does, also where the mode or the group cannot be set.
   */
  static listen(
    libraries: Libraries,
    address: SocketAddress,
    { mode = SOCKET_MODE, gid = NOBODY }: { readonly mode?: number; readonly gid?: number } = {},
  ): LibcListener {
    let listener: LibcListener | undefined;
    try {
      const sockAddr = sockAddrs(address)[0];
      if (sockAddr === undefined) throw new TypeError("the host is unknown");
      listener = new LibcListener(libraries, { fd: bind(libraries, sockAddr), address, sockAddr });
      listener.#start({ mode, gid });
      return listener;
    } catch (error) {
      listener?.close();
      const cause = asDenoError(error) as Error;
      cause.message = `Cannot listen at ${formatAddress(address)}: ${cause.message}`;
      throw cause;
    }
  }

  /** Where it listens, its port as it came to be. */
  get address(): SocketAddress {
    return this.#address;
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

  /**
   * Listens no more, and removes its unix socket, unless something else is at the path by now.
   * Where nobody tells what is there, that is taken for the socket.
   */
  close(): void {
    if (this.#file !== undefined) {
      const { path, id } = this.#file;
      // An inode is not given out anew before the socket is closed.
      const isOurs = id === undefined || fileStatus(this.#libraries, path)?.id === id;
      if (isOurs) this.#libraries.library.symbols.unlink(path);
    }
    this.#descriptor.close();
  }

  /** Nobody can connect before the mode is set. */
  #start({ mode, gid }: { readonly mode: number; readonly gid: number }): void {
    const { libc, library: { symbols } } = this.#libraries;
    if (this.#file !== undefined) {
      const { path } = this.#file;
      const failed = gid !== NOBODY && symbols.chown(path, NOBODY, gid) < 0;
      if (failed) throw libc.failure("set the group of the socket");
      if (symbols.chmod(path, mode) < 0) throw libc.failure("set the mode of the socket");
    }
    if (symbols.listen(this.fd, BACKLOG) < 0) throw libc.failure("listen");
    if (this.#address.transport === "tcp") {
      this.#address = { ...this.#address, port: portOf(this.#libraries, this.fd) };
    }
  }
}

/** A socket with an address. */
function bind(libraries: Libraries, address: SockAddr): number {
  const { libc, library } = libraries;
  const fd = libc.symbols.socket(address.family, SOCKET_TYPE, 0);
  if (fd < 0) throw libc.failure("make a socket");
  try {
    libc.symbols.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, ON, 4);
    const { bind } = library.symbols;
    if (bind(fd, address.bytes, address.bytes.length) < 0) {
      const failure = libc.failure("bind");
      if (!isLeftBehind(libraries, address)) throw failure;
      library.symbols.unlink(pathOf(address));
      if (bind(fd, address.bytes, address.bytes.length) < 0) throw libc.failure("bind");
    }
    return fd;
  } catch (error) {
    libc.symbols.close(fd);
    throw error;
  }
}

/** Whether there is a unix socket at the address and nobody listens. */
function isLeftBehind(libraries: Libraries, address: SockAddr): boolean {
  if (address.family !== AF_UNIX) return false;
  if (fileStatus(libraries, pathOf(address))?.isSocket !== true) return false;
  const { libc, libc: { symbols } } = libraries;
  const fd = symbols.socket(address.family, SOCKET_TYPE, 0);
  const connected = symbols.connect(fd, address.bytes, address.bytes.length) === 0;
  const refused = !connected && libc.failure("connect").errnoName === "ECONNREFUSED";
  symbols.close(fd);
  return refused;
}

/** The path of a `struct sockaddr_un`, with a NUL behind it. */
function pathOf({ bytes }: SockAddr): Path {
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
