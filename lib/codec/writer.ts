/** Growing big-endian writer. */
export class Writer {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  /** Starts with room for `capacity` bytes; the buffer doubles when it is full. */
  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** Appends a BYTE. */
  u8(value: number): void {
    const at = this.#grow(1);
    this.#view.setUint8(at, value);
  }

  /** Appends a UINT16. */
  u16(value: number): void {
    const at = this.#grow(2);
    this.#view.setUint16(at, value);
  }

  /** Appends a UINT32. */
  u32(value: number): void {
    const at = this.#grow(4);
    this.#view.setUint32(at, value);
  }

  /** Appends a UINT64. */
  u64(value: bigint): void {
    const at = this.#grow(8);
    this.#view.setBigUint64(at, value);
  }

  /** Appends bytes as they are. */
  bytes(value: Uint8Array): void {
    const at = this.#grow(value.length);
    this.#bytes.set(value, at);
  }

  /** Overwrites the UINT16 at `offset`, for a length known only afterwards. */
  setU16(offset: number, value: number): void {
    this.#view.setUint16(offset, value);
  }

  /** Overwrites the UINT32 at `offset`, for a length known only afterwards. */
  setU32(offset: number, value: number): void {
    this.#view.setUint32(offset, value);
  }

  /** The bytes written from `start` on, as a view that the next write may leave behind. */
  slice(start: number): Uint8Array {
    return this.#bytes.subarray(start, this.#length);
  }

  /** The bytes written, as a view of the buffer: write no more after this. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(length: number): number {
    const at = this.#length;
    const needed = at + length;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      larger.set(this.finish());
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.#length = needed;
    return at;
  }
}
