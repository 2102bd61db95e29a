/** Growing big-endian writer. */
export class Writer {
  #bytes: Uint8Array;
  #length = 0;

  /** Starts with room for `capacity` bytes; the buffer doubles when it is full. */
  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** Bytes there is room for before the buffer grows. */
  get capacity(): number {
    return this.#bytes.length;
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** Appends a BYTE. */
  u8(value: number): void {
    this.#bytes[this.#grow(1)] = value;
  }

  /** Appends a UINT16. */
  u16(value: number): void {
    this.setU16(this.#grow(2), value);
  }

  /** Appends a UINT32. */
  u32(value: number): void {
    this.setU32(this.#grow(4), value);
  }

  /** Appends a UINT64. */
  u64(value: bigint): void {
    this.u32(Number((value >> 32n) & 0xffffffffn));
    this.u32(Number(value & 0xffffffffn));
  }

  /** Appends bytes as they are. */
  bytes(value: Uint8Array): void {
    const at = this.#grow(value.length);
    this.#bytes.set(value, at);
  }

  /** Overwrites the BYTE at `offset`, for one known only afterwards. */
  setU8(offset: number, value: number): void {
    this.#bytes[offset] = value;
  }

  /** Overwrites the UINT16 at `offset`, for a length known only afterwards. */
  setU16(offset: number, value: number): void {
    this.#bytes[offset] = value >>> 8;
    this.#bytes[offset + 1] = value;
  }

  /** Overwrites the UINT32 at `offset`, for a length known only afterwards. */
  setU32(offset: number, value: number): void {
    this.#bytes[offset] = value >>> 24;
    this.#bytes[offset + 1] = value >>> 16;
    this.#bytes[offset + 2] = value >>> 8;
    this.#bytes[offset + 3] = value;
  }

  /** The bytes written, as a view of the buffer: write no more after this. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** The bytes written from `start` on, as a view that the next write may wipe or leave behind. */
  slice(start: number): Uint8Array {
    return this.#bytes.subarray(start, this.#length);
  }

  /** Wipes what was written, which may be a secret, and starts anew with the same buffer. */
  reset(): void {
    this.#bytes.fill(0, 0, this.#length);
    this.#length = 0;
  }

  /** Makes room for `length` bytes and says where they begin. */
  #grow(length: number): number {
    const at = this.#length;
    const needed = at + length;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      larger.set(this.finish());
      this.#bytes.fill(0);
      this.#bytes = larger;
    }
    this.#length = needed;
    return at;
  }
}
