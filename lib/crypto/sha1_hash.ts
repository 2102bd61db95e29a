/** Bytes of a saved {@linkcode Sha1}: five words, the length, and up to 64 bytes not yet hashed. */
const STATE_HEAD = 28;
const BLOCK = 64;

/** SHA-1 a piece at a time, whose state can be saved and restored (FIPS 180-4). */
export class Sha1 {
  readonly #words: Int32Array = Int32Array.of(
    0x67452301,
    0xefcdab89,
    0x98badcfe,
    0x10325476,
    0xc3d2e1f0,
  );
  readonly #block: Uint8Array = new Uint8Array(BLOCK);
  readonly #view: DataView = new DataView(this.#block.buffer);
  #length = 0;

  /** Bytes hashed so far. */
  get length(): number {
    return this.#length;
  }

  /** Hashes more bytes, any number of them. */
  update(data: Uint8Array): this {
    let at = 0;
    while (at < data.length) {
      const used = this.#length % BLOCK;
      const part = data.subarray(at, at + BLOCK - used);
      this.#block.set(part, used);
      this.#length += part.length;
      at += part.length;
      if (this.#length % BLOCK === 0) compress(this.#words, this.#view);
    }
    return this;
  }

  /** The hash, 20 bytes; the object is not to be used after it. */
  digest(): Uint8Array {
    const bits = this.#length * 8;
    let used = this.#length % BLOCK;
    this.#block[used++] = 0x80;
    this.#block.fill(0, used);
    if (used > BLOCK - 8) {
      compress(this.#words, this.#view);
      this.#block.fill(0);
    }
    this.#view.setUint32(BLOCK - 8, Math.floor(bits / 2 ** 32));
    this.#view.setUint32(BLOCK - 4, bits >>> 0);
    compress(this.#words, this.#view);
    const output = new Uint8Array(20);
    const view = new DataView(output.buffer);
    this.#words.forEach((word, i) => view.setInt32(4 * i, word));
    return output;
  }

  /** Everything {@linkcode Sha1.fromState} needs, 28 to 91 bytes. */
  saveState(): Uint8Array {
    const used = this.#length % BLOCK;
    const state = new Uint8Array(STATE_HEAD + used);
    const view = new DataView(state.buffer);
    this.#words.forEach((word, i) => view.setInt32(4 * i, word));
    view.setBigUint64(20, BigInt(this.#length));
    state.set(this.#block.subarray(0, used), STATE_HEAD);
    return state;
  }

  /** Goes on where {@linkcode saveState} left off. Throws a RangeError for bytes that are none. */
  static fromState(state: Uint8Array): Sha1 {
    if (state.length < STATE_HEAD) throw new RangeError("Cannot restore SHA-1: too few bytes");
    const view = new DataView(state.buffer, state.byteOffset, state.length);
    const hash = new Sha1();
    hash.#words.forEach((_, i) => hash.#words[i] = view.getInt32(4 * i));
    hash.#length = Number(view.getBigUint64(20));
    if (state.length - STATE_HEAD !== hash.#length % BLOCK) {
      throw new RangeError("Cannot restore SHA-1: its length does not fit");
    }
    hash.#block.set(state.subarray(STATE_HEAD));
    return hash;
  }
}

const schedule = new Int32Array(80);

/** One block: 80 rounds, 20 of each kind (FIPS 180-4, 6.1.2). */
function compress(words: Int32Array, block: DataView): void {
  for (let t = 0; t < 16; t++) schedule[t] = block.getInt32(4 * t);
  for (let t = 16; t < 80; t++) {
    const x = schedule[t - 3]! ^ schedule[t - 8]! ^ schedule[t - 14]! ^ schedule[t - 16]!;
    schedule[t] = (x << 1) | (x >>> 31);
  }
  let a = words[0]!, b = words[1]!, c = words[2]!, d = words[3]!, e = words[4]!;
  for (let t = 0; t < 80; t++) {
    const f = t < 20
      ? ((b & c) | (~b & d)) + 0x5a827999
      : t < 40
      ? (b ^ c ^ d) + 0x6ed9eba1
      : t < 60
      ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
      : (b ^ c ^ d) + 0xca62c1d6;
    const next = (((a << 5) | (a >>> 27)) + f + e + schedule[t]!) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  words[0]! += a;
  words[1]! += b;
  words[2]! += c;
  words[3]! += d;
  words[4]! += e;
}
