import { libcCandidates } from "../../../ffi/libc.ts";
import { sockAddrs } from "../../../ffi/sockaddr.ts";
import { exists } from "../../exists.ts";

const SYMBOLS = {
  fcntl: { parameters: ["i32", "i32"], result: "i32" },
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  socketpair: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  pipe: { parameters: ["buffer"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  sendmsg: { parameters: ["i32", "buffer", "i32"], result: "isize" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize", nonblocking: true },
  close: { parameters: ["i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

const AF_UNIX = 1;
const F_GETFD = 1;
const SOCK_STREAM = 1;
const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const MSG_NOSIGNAL = 0x4000;

/** The side of QEMU: sockets by libc, because Deno cannot send file descriptors. */
export class DescriptorSender implements Disposable {
  readonly #library = Deno.dlopen(libcCandidates().find(exists)!, SYMBOLS);
  readonly #open = new Set<number>();

  /** Open descriptors of this process below 1024. */
  count(): number {
    let count = 0;
    for (let fd = 0; fd < 1024; fd++) {
      if (this.#library.symbols.fcntl(fd, F_GETFD) >= 0) count++;
    }
    return count;
  }

  /** Connects to a unix socket. */
  connect(path: string): number {
    const fd = this.#note(this.#library.symbols.socket(AF_UNIX, SOCK_STREAM, 0));
    const { bytes } = sockAddrs({ transport: "unix", path })[0]!;
    if (this.#library.symbols.connect(fd, bytes, bytes.length) < 0) throw new Error("connect");
    return fd;
  }

  /** Two sockets that are connected with each other. */
  pair(): [number, number] {
    const fds = new Int32Array(2);
    if (this.#library.symbols.socketpair(AF_UNIX, SOCK_STREAM, 0, fds) < 0) throw new Error("pair");
    return [this.#note(fds[0]!), this.#note(fds[1]!)];
  }

  /** The reading end of a pipe, which no socket call takes. */
  pipe(): number {
    const fds = new Int32Array(2);
    if (this.#library.symbols.pipe(fds) < 0) throw new Error("pipe");
    this.#note(fds[1]!);
    return this.#note(fds[0]!);
  }

  /** Sends bytes and file descriptors with them. */
  send(fd: number, bytes: Uint8Array<ArrayBuffer>, passed: readonly number[] = []): void {
    const address = (part: Uint8Array<ArrayBuffer>) =>
      Deno.UnsafePointer.value(Deno.UnsafePointer.of(part));
    const control = new Uint8Array(16 + 4 * passed.length + 8);
    const controlView = new DataView(control.buffer);
    controlView.setBigUint64(0, BigInt(16 + 4 * passed.length), true);
    controlView.setInt32(8, SOL_SOCKET, true);
    controlView.setInt32(12, SCM_RIGHTS, true);
    passed.forEach((one, index) => controlView.setInt32(16 + 4 * index, one, true));
    const iovec = new BigUint64Array([address(bytes), BigInt(bytes.length)]);
    const header = new BigUint64Array(7);
    header[2] = address(new Uint8Array(iovec.buffer));
    header[3] = 1n;
    if (passed.length > 0) {
      header[4] = address(control);
      header[5] = controlView.getBigUint64(0, true);
    }
    const message = new Uint8Array(header.buffer);
    const sent = this.#library.symbols.sendmsg(fd, message, MSG_NOSIGNAL);
    if (sent !== BigInt(bytes.length)) throw new Error("sendmsg");
  }

  /** What one read gives. */
  async read(fd: number): Promise<Uint8Array> {
    const buffer = new Uint8Array(8192);
    const length = Number(await this.#library.symbols.read(fd, buffer, 8192n));
    return buffer.subarray(0, Math.max(length, 0));
  }

  /** Closes one. */
  close(fd: number): void {
    if (this.#open.delete(fd)) this.#library.symbols.close(fd);
  }

  /** Closes all. */
  closeAll(): void {
    for (const fd of this.#open) this.close(fd);
  }

  /** Closes all and lets go of libc. */
  [Symbol.dispose](): void {
    this.closeAll();
    this.#library.close();
  }

  #note(fd: number): number {
    if (fd < 0) throw new Error("no descriptor");
    this.#open.add(fd);
    return fd;
  }
}
