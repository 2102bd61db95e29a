import { Descriptor, POLLIN } from "../../ffi/descriptor.ts";
import { type Libc, openLibc } from "../../ffi/libc.ts";
import { after } from "../after.ts";

const O_RDWR = 2;
const O_NOCTTY = 0o400;
const O_NONBLOCK = 0o4000;
const TERMIOS_SIZE = 256; // struct termios takes 60 bytes

/** What only a test needs of libc. */
const SYMBOLS = {
  /** `int posix_openpt(int flags);` */
  posix_openpt: { parameters: ["i32"], result: "i32" },
  /** `int grantpt(int fd);` */
  grantpt: { parameters: ["i32"], result: "i32" },
  /** `int unlockpt(int fd);` */
  unlockpt: { parameters: ["i32"], result: "i32" },
  /** `int ptsname_r(int fd, char *buf, size_t buflen);` */
  ptsname_r: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  /** `int tcgetattr(int fd, struct termios *termios);` */
  tcgetattr: { parameters: ["i32", "buffer"], result: "i32" },
  /** `int tcsetattr(int fd, int actions, const struct termios *termios);` */
  tcsetattr: { parameters: ["i32", "i32", "buffer"], result: "i32" },
  /** `void cfmakeraw(struct termios *termios);` */
  cfmakeraw: { parameters: ["buffer"], result: "void" },
} as const satisfies Deno.ForeignLibraryInterface;

/** A pseudo-terminal in raw mode, whose other end can be opened as a device. */
export class Pty implements AsyncDisposable {
  readonly #libc: Libc;
  readonly #master: Descriptor;
  #open = true;
  /** Path of the device. */
  readonly path: string;

  constructor() {
    this.#libc = openLibc("make a pseudo-terminal");
    const library = Deno.dlopen(this.#libc.path, SYMBOLS);
    const c = library.symbols;
    const fd = c.posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
    const name = new Uint8Array(64);
    const termios = new Uint8Array(TERMIOS_SIZE);
    const made = fd >= 0 && c.grantpt(fd) === 0 && c.unlockpt(fd) === 0 &&
      c.ptsname_r(fd, name, BigInt(name.length)) === 0 && c.tcgetattr(fd, termios) === 0;
    c.cfmakeraw(termios);
    if (!made || c.tcsetattr(fd, 0, termios) !== 0) throw this.#libc.failure("make a terminal");
    library.close();
    this.path = new TextDecoder().decode(name.subarray(0, name.indexOf(0)));
    this.#master = new Descriptor(this.#libc, fd);
  }

  /** What the other end wrote next; no bytes once this end is closed. */
  async read(): Promise<Uint8Array> {
    const buffer = new Uint8Array(8192);
    while (this.#open && await this.#master.wait(POLLIN) !== 0) {
      // Until the device is opened for the first time, and after it is closed, there is an error.
      try {
        const length = this.#master.read(buffer);
        if (length > 0) return buffer.subarray(0, length);
      } catch {
        await after(1);
      }
    }
    return new Uint8Array();
  }

  /** Gives the other end something to read. */
  write(bytes: Uint8Array): void {
    this.#master.write(bytes.slice());
  }

  /** Takes the device away. */
  async hangUp(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#master.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.hangUp();
  }
}
