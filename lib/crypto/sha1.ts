import { createHash } from "node:crypto";
import { allocate } from "./allocate.ts";

/** Length of a SHA-1 digest in bytes. */
export const SHA1_SIZE = 20;
const BLOCK = 64;
/** From this many bytes on `node:crypto` is faster: it takes 1.4 µs to begin with. */
const NATIVE_FROM = 640;

/** SHA-1 over the parts one after the other: 20 bytes (FIPS 180-4). */
export function sha1(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (let i = 0; i < parts.length; i++) length += parts[i]!.length;
  if (length >= NATIVE_FROM) {
    const hash = createHash("sha1");
    for (const part of parts) hash.update(part);
    return plain(hash.digest());
  }
  shared ??= new Sha1();
  shared.reset();
  for (let i = 0; i < parts.length; i++) shared.update(parts[i]!);
  return shared.digest();
}

/** The bytes of a `Buffer`, not copied. */
export function plain(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

let shared: Sha1 | undefined;

/** A SHA-1 in progress, whose state can be copied, kept as bytes and taken up again. */
export class Sha1 {
  /** Length of {@linkcode Sha1.toBytes} in bytes. */
  static readonly STATE_SIZE: number = SHA1_SIZE + 8 + BLOCK;

  readonly #state = new Int32Array(5);
  readonly #block = new Uint8Array(BLOCK);
  readonly #view = new DataView(this.#block.buffer);
  #length = 0;

  /** One that has seen nothing yet. */
  constructor() {
    this.reset();
  }

  /** How many bytes it has seen. */
  get length(): number {
    return this.#length;
  }

  /** Appends bytes, any number of them. */
  update(data: Uint8Array): this {
    const block = this.#block;
    const end = data.length;
    let fill = this.#length % BLOCK;
    this.#length += end;
    let at = 0;
    if (fill > 0) {
      while (fill < BLOCK && at < end) block[fill++] = data[at++]!;
      if (fill < BLOCK) return this;
      compress(this.#state, this.#view, 0);
    }
    if (at + BLOCK <= end) {
      const view = new DataView(data.buffer, data.byteOffset, end);
      for (; at + BLOCK <= end; at += BLOCK) compress(this.#state, view, at);
    }
    for (fill = 0; at < end;) block[fill++] = data[at++]!;
    return this;
  }

  /** The digest of what it has seen, 20 bytes. More may follow. Written to `target` if given. */
  digest(target: Uint8Array = allocate(SHA1_SIZE)): Uint8Array {
    const fill = this.#length % BLOCK;
    // Loops, since typed arrays' own methods take longer for so few items.
    this.#block[fill] = 0x80;
    for (let i = fill + 1; i < BLOCK; i++) this.#block[i] = 0;
    for (let i = 0; i < 5; i++) result[i] = this.#state[i]!;
    if (fill < BLOCK - 8) {
      putBitLength(this.#view, this.#length);
      compress(result, this.#view, 0);
    } else {
      compress(result, this.#view, 0);
      putBitLength(lastBlock, this.#length);
      compress(result, lastBlock, 0);
    }
    for (let i = 0; i < SHA1_SIZE; i++) target[i] = result[i >> 2]! >>> (24 - 8 * (i & 3));
    return target;
  }

  /** Another one that has seen the same bytes. */
  clone(): Sha1 {
    const copy = new Sha1();
    copy.#state.set(this.#state);
    copy.#block.set(this.#block);
    copy.#length = this.#length;
    return copy;
  }

  /** Back to having seen nothing; wipes what it held. */
  reset(): void {
    const state = this.#state;
    [state[0], state[1], state[2]] = [0x67452301, 0xefcdab89, 0x98badcfe];
    [state[3], state[4]] = [0x10325476, 0xc3d2e1f0];
    this.#block.fill(0);
    this.#length = 0;
  }

  /**
   * Its state: five UINT32 of intermediate digest, the length so far in bytes as UINT64, and the
   * bytes of the unfinished block, filled up with zeros to 64.
   */
  toBytes(): Uint8Array {
    const bytes = new Uint8Array(Sha1.STATE_SIZE);
    const view = new DataView(bytes.buffer);
    this.#state.forEach((word, i) => view.setInt32(4 * i, word));
    view.setBigUint64(SHA1_SIZE, BigInt(this.#length));
    bytes.set(this.#block.subarray(0, this.#length % BLOCK), SHA1_SIZE + 8);
    return bytes;
  }

  /** One with the state that {@linkcode Sha1.toBytes} gave; `RangeError` for another length. */
  static fromBytes(bytes: Uint8Array): Sha1 {
    if (bytes.length !== Sha1.STATE_SIZE) {
      throw new RangeError(
        `Cannot take up a SHA-1 from ${bytes.length} bytes: its state has ${Sha1.STATE_SIZE}`,
      );
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const hash = new Sha1();
    for (let i = 0; i < 5; i++) hash.#state[i] = view.getInt32(4 * i);
    hash.#length = Number(view.getBigUint64(SHA1_SIZE));
    hash.#block.set(bytes.subarray(SHA1_SIZE + 8));
    return hash;
  }
}

const schedule = new Int32Array(80);
const result = new Int32Array(5);
/** Zeros and then the length, when that finds no room in the block before. */
const lastBlock = new DataView(new ArrayBuffer(BLOCK));

function putBitLength(block: DataView, length: number): void {
  block.setUint32(BLOCK - 8, length / 0x2000_0000);
  block.setInt32(BLOCK - 4, length << 3);
}

/** FIPS 180-4, 6.1.2, for the block at `at`. */
function compress(state: Int32Array, data: DataView, at: number): void {
  const w = schedule;
  for (let t = 0; t < 16; t++) w[t] = data.getInt32(at + 4 * t);
  for (let t = 16; t < 80; t++) {
    const x = w[t - 3]! ^ w[t - 8]! ^ w[t - 14]! ^ w[t - 16]!;
    w[t] = (x << 1) | (x >>> 31);
  }
  let a = state[0]!, b = state[1]!, c = state[2]!, d = state[3]!, e = state[4]!;
  for (let t = 0; t < 20; t++) {
    const next = step(a, e, d ^ (b & (c ^ d)), w[t]! + 0x5a827999);
    e = d;
    d = c;
    c = rotate30(b);
    b = a;
    a = next;
  }
  for (let t = 20; t < 40; t++) {
    const next = step(a, e, b ^ c ^ d, w[t]! + 0x6ed9eba1);
    e = d;
    d = c;
    c = rotate30(b);
    b = a;
    a = next;
  }
  for (let t = 40; t < 60; t++) {
    const next = step(a, e, (b & c) | (d & (b | c)), w[t]! - 0x70e44324);
    e = d;
    d = c;
    c = rotate30(b);
    b = a;
    a = next;
  }
  for (let t = 60; t < 80; t++) {
    const next = step(a, e, b ^ c ^ d, w[t]! - 0x359d3e2a);
    e = d;
    d = c;
    c = rotate30(b);
    b = a;
    a = next;
  }
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
  state[4]! += e;
}

function step(a: number, e: number, f: number, w: number): number {
  return ((((e + w) | 0) + f) | 0) + ((a << 5) | (a >>> 27)) | 0;
}

function rotate30(x: number): number {
  return (x << 30) | (x >>> 2);
}
