import { errnoName } from "./errno.ts";

/**
 * The functions of libc we call. A `*_parked` one runs on another thread while the event loop goes
 * on; its errno is lost. Pointers that we pass on come as `usize`: the views that read a `pointer`
 * need an unscoped grant.
 *
 * open() and ioctl() take a variable number of arguments in C. On x86-64 and AArch64 Linux integer
 * arguments of such functions travel as those of any other.
 */
const SYMBOLS = {
  /** `int open(const char *path, int flags);` */
  open: { parameters: ["buffer", "i32"], result: "i32" },
  /** `int close(int fd);` */
  close: { parameters: ["i32"], result: "i32" },
  /** `int close(int fd);` */
  close_parked: { name: "close", parameters: ["i32"], result: "i32", nonblocking: true },
  /** `ssize_t read(int fd, void *buf, size_t count);` */
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  /** `ssize_t write(int fd, const void *buf, size_t count);` */
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  /** `ssize_t write(int fd, const void *buf, size_t count);` */
  write_parked: {
    name: "write",
    parameters: ["i32", "buffer", "usize"],
    result: "isize",
    nonblocking: true,
  },
  /** `off_t lseek(int fd, off_t offset, int whence);` */
  lseek: { parameters: ["i32", "i64", "i32"], result: "i64" },
  /** `int poll(struct pollfd *fds, nfds_t nfds, int timeout);` */
  poll: { parameters: ["buffer", "u64", "i32"], result: "i32" },
  /** `int poll(struct pollfd *fds, nfds_t nfds, int timeout);` */
  poll_parked: {
    name: "poll",
    parameters: ["buffer", "u64", "i32"],
    result: "i32",
    nonblocking: true,
  },
  /**
   * `int ppoll(struct pollfd *fds, nfds_t nfds, const struct timespec *tmo_p,
   * const sigset_t *sigmask);`
   */
  ppoll: { parameters: ["buffer", "u64", "buffer", "usize"], result: "i32" },
  /** `int eventfd(unsigned int initval, int flags);` */
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  /** `int socket(int domain, int type, int protocol);` */
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  /** `int connect(int fd, const struct sockaddr *addr, socklen_t len);` */
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  /** `int setsockopt(int fd, int level, int name, const void *value, socklen_t len);` */
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  /** `int getsockopt(int fd, int level, int name, void *value, socklen_t *len);` */
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  /** `ssize_t send(int fd, const void *buf, size_t len, int flags);` */
  send: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
  /** `ssize_t recv(int fd, void *buf, size_t len, int flags);` */
  recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
  /** `void *memcpy(void *dest, const void *src, size_t n);` */
  memcpy: { parameters: ["buffer", "usize", "usize"], result: "usize" },
  /** `int *__errno_location(void);` in glibc and in musl. */
  __errno_location: { parameters: [], result: "usize" },
} as const satisfies Deno.ForeignLibraryInterface;

/** Calls into libc. */
export type LibcSymbols = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/** Where Linux systems keep libc, by processor: glibc, then musl. */
const CANDIDATES: Readonly<Record<string, readonly string[]>> = {
  x86_64: [
    "/lib/x86_64-linux-gnu/libc.so.6",
    "/usr/lib/x86_64-linux-gnu/libc.so.6",
    "/lib64/libc.so.6",
    "/usr/lib64/libc.so.6",
    "/usr/lib/libc.so.6",
    "/lib/ld-musl-x86_64.so.1",
    "/lib/libc.musl-x86_64.so.1",
  ],
  aarch64: [
    "/lib/aarch64-linux-gnu/libc.so.6",
    "/usr/lib/aarch64-linux-gnu/libc.so.6",
    "/lib64/libc.so.6",
    "/usr/lib64/libc.so.6",
    "/usr/lib/libc.so.6",
    "/lib/ld-musl-aarch64.so.1",
    "/lib/libc.musl-aarch64.so.1",
  ],
};

/** Paths at which libc may be, the likeliest first; none where it is not Linux. */
export function libcCandidates(
  { os, arch }: Pick<typeof Deno.build, "os" | "arch"> = Deno.build,
): readonly string[] {
  return os === "linux" ? CANDIDATES[arch] ?? [] : [];
}

/** Those of the paths that may be opened without asking. */
export function grantedLibcs(): readonly string[] {
  return libcCandidates().filter((path) =>
    Deno.permissions.querySync({ name: "ffi", path }).state === "granted"
  );
}

/**
 * The functions by path of the library. It stays open with the process: making the calls anew for
 * each connection takes 3 ms.
 */
const opened = new Map<string, LibcSymbols>();

function openSymbols(path: string): LibcSymbols {
  const { symbols } = Deno.dlopen(path, SYMBOLS);
  opened.set(path, symbols);
  return symbols;
}

/** Libc, opened. */
export class Libc {
  readonly #errno = new Int32Array(1);
  /** The functions. */
  readonly symbols: LibcSymbols;
  /** Where it was found. */
  readonly path: string;

  /** Opens the library at `path`, which must be absolute. */
  constructor(path: string) {
    this.symbols = opened.get(path) ?? openSymbols(path);
    this.path = path;
  }

  /**
   * The error number of the last call that was not parked. The runtime may have made calls of its
   * own in between, so it serves messages and never decides what happens next.
   */
  errno(): number {
    this.symbols.memcpy(this.#errno, this.symbols.__errno_location(), 4n);
    return this.#errno[0]!;
  }

  /** The failure of the call just made. */
  failure(call: string): LibcError {
    return new LibcError(call, this.errno());
  }
}

/** A call of libc that failed. */
export class LibcError extends Error {
  /** Name of the error class. */
  override readonly name = "LibcError";
  /** The function. */
  readonly call: string;
  /** The error number. */
  readonly errno: number;
  /** Name of the error number, for example `EIO`. */
  readonly errnoName: string;

  /** Makes the error of a function and an error number. */
  constructor(call: string, errno: number) {
    const name = errnoName(errno);
    super(`Cannot ${call}: ${name}`);
    this.call = call;
    this.errno = errno;
    this.errnoName = name;
  }
}

/** Libc if it may be used without asking; `undefined` when it may not or is not there. */
export function openGrantedLibc(): Libc | undefined {
  for (const path of grantedLibcs()) {
    try {
      return new Libc(path);
    } catch {
      // Not at this path.
    }
  }
  return undefined;
}

/**
 * Libc, for something that cannot be done without it. Throws Deno.errors.NotCapable, which names
 * the flag to add, when it may not be used.
 */
export function openLibc(purpose: string): Libc {
  const libc = openGrantedLibc();
  if (libc !== undefined) return libc;
  const candidates = libcCandidates();
  if (candidates.length === 0) {
    const { os, arch } = Deno.build;
    throw new Deno.errors.NotSupported(
      `Cannot ${purpose}: it needs libc of Linux on x86_64 or aarch64, and this is ${os} on ${arch}`,
    );
  }
  if (grantedLibcs().length > 0) {
    throw new Deno.errors.NotFound(
      `Cannot ${purpose}: libc is at none of ${grantedLibcs().join(", ")}`,
    );
  }
  const path = likeliestLibc(candidates);
  try {
    return new Libc(path); // asks, where there is somebody to ask
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    throw new Deno.errors.NotCapable(
      `Cannot ${purpose}: it needs FFI access to libc. Run with --allow-ffi=${path}`,
    );
  }
}

/** The first path with a file at it, as far as that may be known without asking. */
function likeliestLibc(candidates: readonly string[]): string {
  const found = candidates.find((path) => {
    if (Deno.permissions.querySync({ name: "read", path }).state !== "granted") return false;
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
  return found ?? candidates[0]!;
}
