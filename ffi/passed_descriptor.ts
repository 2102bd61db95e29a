import { MSG_DONTWAIT, SOL_SOCKET } from "./constants.ts";
import type { Libc } from "./libc.ts";
import type { ServerLibrary } from "./server_symbols.ts";

const MSG_CMSG_CLOEXEC = 0x40000000;
const SCM_RIGHTS = 1;

/** `struct msghdr`: name, namelen, iov, iovlen, control, controllen, flags, each 8 bytes. */
const MSGHDR_SIZE = 56;
/** `struct iovec { void *base; size_t len; }` */
const IOVEC_SIZE = 16;
/** `struct cmsghdr { size_t len; int level; int type; }` and one file descriptor. */
const CMSG_SIZE = 20;

/** Receives bytes and at most one file descriptor with them, into one buffer. */
export class DescriptorReceiver {
  readonly #symbols: ServerLibrary["symbols"];
  readonly #header = new DataView(new ArrayBuffer(MSGHDR_SIZE));
  readonly #message = new Uint8Array(this.#header.buffer);
  readonly #iovec = new DataView(new ArrayBuffer(IOVEC_SIZE));
  readonly #control = new DataView(new ArrayBuffer(CMSG_SIZE));

  /** Receives into `buffer`, which must not be moved: it has an ArrayBuffer made for it. */
  constructor(libc: Libc, library: ServerLibrary, buffer: Uint8Array<ArrayBuffer>) {
    this.#symbols = library.symbols;
    const header = this.#header;
    this.#iovec.setBigUint64(0, addressOf(libc, buffer), true);
    this.#iovec.setBigUint64(8, BigInt(buffer.length), true);
    header.setBigUint64(16, addressOf(libc, new Uint8Array(this.#iovec.buffer)), true);
    header.setBigUint64(24, 1n, true);
    header.setBigUint64(32, addressOf(libc, new Uint8Array(this.#control.buffer)), true);
  }

  /** One recvmsg call; below 0 when it fails. */
  receive(fd: number): bigint {
    // The room for one descriptor and no more: the kernel closes any others.
    this.#header.setBigUint64(40, BigInt(CMSG_SIZE), true);
    return this.#symbols.recvmsg(fd, this.#message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  }

  /** The descriptor that came last; `undefined` when none did. */
  get passed(): number | undefined {
    const control = this.#control;
    if (this.#header.getUint32(40, true) < CMSG_SIZE) return undefined;
    const isRights = control.getInt32(8, true) === SOL_SOCKET &&
      control.getInt32(12, true) === SCM_RIGHTS;
    return isRights ? control.getInt32(16, true) : undefined;
  }
}

/** Where a buffer is: what memcpy() copies nothing to, it returns. */
function addressOf({ symbols }: Libc, buffer: Uint8Array<ArrayBuffer>): bigint {
  return symbols.memcpy(buffer, symbols.__errno_location(), 0n);
}
