import { CodecError } from "./error.ts";

/** Sequential big-endian reader over one buffer. Byte strings are views of it, not copies. */
export class Reader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  /** Wraps `bytes` without copying. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Bytes consumed so far. */
  get offset(): number {
    return this.#offset;
  }

  /** Bytes not yet consumed. */
  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  /** Reads a BYTE. */
  u8(): number {
    return this.#bytes[this.#advance(1)]!;
  }

  /** Reads a UINT16. */
  u16(): number {
    return u16At(this.#bytes, this.#advance(2));
  }

  /** Reads a UINT32. */
  u32(): number {
    return u32At(this.#bytes, this.#advance(4));
  }

  /** Reads a UINT64. */
  u64(): bigint {
    const at = this.#advance(8);
    return BigInt(u32At(this.#bytes, at)) << 32n | BigInt(u32At(this.#bytes, at + 4));
  }

  /** Looks at the next byte without consuming it; `undefined` at the end. */
  peekU8(): number | undefined {
    return this.#bytes[this.#offset];
  }

  /** Looks at the next UINT16 without consuming it; `undefined` with fewer than two bytes left. */
  peekU16(): number | undefined {
    return this.remaining < 2 ? undefined : u16At(this.#bytes, this.#offset);
  }

  /** Reads `length` bytes as a view of the buffer. */
  bytes(length: number): Uint8Array {
    const at = this.#advance(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** The bytes between two offsets that have been read, as a view of the buffer. */
  slice(start: number, end: number): Uint8Array {
    return this.#bytes.subarray(start, end);
  }

  #advance(length: number): number {
    if (length > this.remaining) {
      throw new CodecError(
        "truncated",
        `Cannot read ${length} bytes at offset ${this.#offset}: ${this.remaining} remain`,
      );
    }
    const at = this.#offset;
    this.#offset += length;
    return at;
  }
}

// Plain indexing: making a DataView takes as long as reading a small structure.
function u16At(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

/** The big-endian number of four bytes at an offset, which must be there. */
export function u32At(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>>
    0;
}
