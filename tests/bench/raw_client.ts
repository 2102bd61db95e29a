import { median } from "../median.ts";
import type { Address } from "../peers/network.ts";
import { requirePeer } from "../peers/requirements.ts";
import { TempFolder } from "../peers/temp_folder.ts";

const SYMBOLS = {
  raw_connect: { parameters: ["buffer"], result: "i32" },
  raw_close: { parameters: ["i32"], result: "void" },
  raw_exchange: {
    parameters: ["i32", "buffer", "i32", "buffer", "i32", "buffer"],
    result: "i32",
  },
  raw_repeat: { parameters: ["i32", "buffer", "i32", "i32", "i32", "buffer"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** The client in raw_client.c, compiled. */
export class RawClient implements Disposable {
  readonly #library: Deno.DynamicLibrary<typeof SYMBOLS>;
  readonly #answer = new Uint8Array(4096);
  readonly #took = new Float64Array(1);

  /** Compiles it. */
  constructor() {
    using folder = new TempFolder();
    const object = folder.join("raw_client.so");
    const source = new URL("raw_client.c", import.meta.url).pathname;
    const { success, stderr } = new Deno.Command(requirePeer("cc"), {
      args: ["-O2", "-shared", "-fPIC", "-o", object, source],
    }).outputSync();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    this.#library = Deno.dlopen(object, SYMBOLS);
  }

  /** Connects; gives the descriptor, to be closed by {@linkcode close}. */
  connect(address: Address): number {
    const text = "port" in address ? `${address.port}` : address.path;
    const fd = this.#library.symbols.raw_connect(new TextEncoder().encode(`${text}\0`));
    if (fd < 0) throw new Error(`Cannot connect to ${text}`);
    return fd;
  }

  /** Closes a connection. */
  close(fd: number): void {
    this.#library.symbols.raw_close(fd);
  }

  /** One command; gives its answer and the microseconds it took. */
  exchange(fd: number, command: Uint8Array): { answer: Uint8Array; took: number } {
    const bytes = command as Uint8Array<ArrayBuffer>;
    const length = this.#library.symbols.raw_exchange(
      fd,
      bytes,
      bytes.length,
      this.#answer,
      this.#answer.length,
      this.#took,
    );
    if (length < 0) throw new Error("Cannot exchange a command");
    return { answer: this.#answer.slice(0, length), took: this.#took[0]! };
  }

  /** A command `count` times over; gives the median of the microseconds each took. */
  repeat(
    fd: number,
    { command, count, flush = false }: {
      readonly command: Uint8Array;
      readonly count: number;
      /** Close the session that each answer opens; that is not counted. */
      readonly flush?: boolean;
    },
  ): number {
    const times = new Float64Array(count);
    const bytes = command as Uint8Array<ArrayBuffer>;
    const codes = this.#library.symbols.raw_repeat(
      fd,
      bytes,
      bytes.length,
      count,
      flush ? 1 : 0,
      times,
    );
    if (codes !== 0) throw new Error(`Cannot measure: return codes 0x${codes.toString(16)}`);
    return median(times);
  }

  /** Lets go of it. */
  [Symbol.dispose](): void {
    this.#library.close();
  }
}
