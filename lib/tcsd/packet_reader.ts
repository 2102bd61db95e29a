import { u32At } from "../codec/reader.ts";
import { HEADER_SIZE } from "./packet.ts";
import { PacketError } from "./packet_error.ts";

/** Bytes of the largest packet a {@linkcode PacketReader} takes unless told otherwise: 1 MiB. */
const MAX_PACKET_SIZE = 0x100000;

/**
 * Cuts a stream into packets. Memory grows with the bytes that have come, never with the size that
 * a packet announces.
 */
export class PacketReader {
  readonly #maxSize: number;
  #buffer: Uint8Array = new Uint8Array(0);
  #start = 0;
  #end = 0;

  /** `maxSize`: bytes of the largest packet that is taken. */
  constructor(options: { readonly maxSize?: number } = {}) {
    this.#maxSize = options.maxSize ?? MAX_PACKET_SIZE;
  }

  /** Bytes that have come and belong to no packet handed out yet. */
  get pending(): number {
    return this.#end - this.#start;
  }

  /**
   * Takes the next bytes of the stream. They become the reader's: packets handed out may be views
   * of them.
   */
  push(chunk: Uint8Array): void {
    if (this.pending === 0) {
      this.#buffer = chunk;
      this.#start = 0;
      this.#end = chunk.length;
      return;
    }
    const needed = this.pending + chunk.length;
    if (this.#start > 0 || needed > this.#buffer.length) {
      // A fresh buffer, as packets handed out may be views of this one.
      const larger = new Uint8Array(Math.max(needed, Math.min(this.#maxSize, 2 * this.pending)));
      larger.set(this.#buffer.subarray(this.#start, this.#end));
      this.#end -= this.#start;
      this.#start = 0;
      this.#buffer = larger;
    }
    this.#buffer.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /**
   * The next whole packet, or `null` until more bytes come. Throws {@linkcode PacketError} with
   * `closes` when the announced size is impossible or too large.
   */
  next(): Uint8Array | null {
    if (this.pending < 4) return null;
    const size = u32At(this.#buffer, this.#start);
    if (size < HEADER_SIZE || size > this.#maxSize) {
      const limits = `a packet has ${HEADER_SIZE} to ${this.#maxSize} bytes`;
      throw new PacketError(`Cannot read packet: it says ${size} bytes, ${limits}`, {
        closes: true,
      });
    }
    if (this.pending < size) return null;
    const packet = this.#buffer.subarray(this.#start, this.#start + size);
    this.#start += size;
    return packet;
  }
}
