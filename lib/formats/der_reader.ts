import { CodecError, type CodecReason, concat } from "../codec/mod.ts";
import { DER } from "./der_tags.ts";

/** One tag, length and value. */
export interface DerElement {
  /** The identifier octet. */
  readonly tag: number;
  /** The contents octets, as a view. */
  readonly content: Uint8Array;
  /** Tag, length and contents, as a view. */
  readonly raw: Uint8Array;
}

/** How strict a {@linkcode DerReader} is. */
export interface DerReaderOptions {
  /** Take BER: lengths and integers that are longer than need be, indefinite lengths, strings in parts. */
  readonly ber?: boolean;
}

/** Constructed strings within constructed strings; more is an attack. */
const MAX_DEPTH = 8;

/**
 * Reads the elements of one DER value in order (X.690). Every method takes the name of the field
 * it reads, for the message of the {@linkcode CodecError} it throws.
 */
export class DerReader {
  readonly #bytes: Uint8Array;
  readonly #path: string;
  readonly #ber: boolean;
  #offset = 0;

  /** Wraps `bytes` without copying; `path` is the name of what they hold. */
  constructor(bytes: Uint8Array, path: string, options: DerReaderOptions = {}) {
    this.#bytes = bytes;
    this.#path = path;
    this.#ber = options.ber ?? false;
  }

  /** Whether everything has been read. */
  get done(): boolean {
    return this.#offset >= this.#bytes.length;
  }

  /** Whether the next element has this tag. */
  nextIs(tag: number): boolean {
    return this.#bytes[this.#offset] === tag;
  }

  /** Throws when bytes are left over. */
  end(): void {
    if (!this.done) {
      const left = this.#bytes.length - this.#offset;
      throw new CodecError("trailing", `Cannot decode ${this.#path}: ${left} bytes left over`);
    }
  }

  /** The next element, whatever its tag. */
  any(field: string): DerElement {
    const start = this.#offset;
    const tag = this.#byte(field);
    if ((tag & 0x1f) === 0x1f) throw this.#error("value", field, "its tag number is above 30");
    const length = this.#length(field);
    const at = this.#offset;
    if (length === undefined) {
      if ((tag & DER.CONSTRUCTED) === 0) {
        throw this.#error("value", field, "a primitive element has no length");
      }
      const end = this.#endOfContents(field, 0);
      return {
        tag,
        content: this.#bytes.subarray(at, end),
        raw: this.#bytes.subarray(start, end + 2),
      };
    }
    if (length > this.#bytes.length - at) {
      const left = this.#bytes.length - at;
      throw this.#error("truncated", field, `it takes ${length} bytes, ${left} remain`);
    }
    this.#offset = at + length;
    return {
      tag,
      content: this.#bytes.subarray(at, this.#offset),
      raw: this.#bytes.subarray(start, this.#offset),
    };
  }

  /** The contents of the next element, which must have this tag. */
  content(tag: number, field: string): Uint8Array {
    const found = this.#bytes[this.#offset];
    if (found !== undefined && found !== tag) {
      throw this.#error("tag", field, `tag ${hex(found)} where ${hex(tag)} is expected`);
    }
    return this.any(field).content;
  }

  /** A reader of the contents of the next element, which must have this tag. */
  enter(tag: number, field: string): DerReader {
    const path = `${this.#path}.${field}`;
    return new DerReader(this.content(tag, field), path, { ber: this.#ber });
  }

  /** A reader of the SEQUENCE that comes next. */
  sequence(field: string): DerReader {
    return this.enter(DER.SEQUENCE, field);
  }

  /** The INTEGER that comes next: not negative, as few bytes as it takes (none for 0). */
  unsigned(field: string): Uint8Array {
    const content = this.content(DER.INTEGER, field);
    const first = content[0];
    if (first === undefined) throw this.#error("value", field, "an integer has no bytes");
    if (first >= 0x80) throw this.#error("value", field, "it is negative");
    const start = content.findIndex((byte) => byte !== 0);
    const value = start < 0 ? content.subarray(content.length) : content.subarray(start);
    const minimal = value.length === 0 || value[0]! >= 0x80 ? value.length + 1 : value.length;
    if (content.length !== minimal && !this.#ber) {
      throw this.#error("value", field, "the integer has more bytes than it takes");
    }
    return value;
  }

  /** The INTEGER that comes next, which must fit 32 bits. */
  number(field: string): number {
    const value = this.unsigned(field);
    if (value.length > 4) throw this.#error("value", field, "it does not fit 32 bits");
    return value.reduce((sum, byte) => sum * 256 + byte, 0);
  }

  /** The OCTET STRING that comes next. */
  octets(field: string): Uint8Array {
    if (this.#ber && this.nextIs(DER.OCTET_STRING | DER.CONSTRUCTED)) {
      const parts: Uint8Array[] = [];
      this.#collectParts(parts, { content: this.any(field).content, field, depth: 0 });
      return concat(parts);
    }
    return this.content(DER.OCTET_STRING, field);
  }

  /** The BIT STRING that comes next: whole bytes. */
  bits(field: string): Uint8Array {
    const content = this.content(DER.BIT_STRING, field);
    if (content[0] !== 0) throw this.#error("value", field, "it is not a number of whole bytes");
    return content.subarray(1);
  }

  /** The BOOLEAN that comes next. */
  boolean(field: string): boolean {
    const content = this.content(DER.BOOLEAN, field);
    const value = content[0];
    if (content.length !== 1 || (!this.#ber && value !== 0 && value !== 0xff)) {
      throw this.#error("value", field, "it is neither TRUE nor FALSE");
    }
    return value !== 0;
  }

  /** The OBJECT IDENTIFIER that comes next, as numbers with dots. */
  oid(field: string): string {
    const content = this.content(DER.OID, field);
    const arcs: number[] = [];
    let arc = 0;
    let started = false;
    for (const byte of content) {
      if (!started && byte === 0x80) throw this.#error("value", field, "an arc begins with zero");
      arc = arc * 128 + (byte & 0x7f);
      if (arc > Number.MAX_SAFE_INTEGER / 128) {
        throw this.#error("value", field, "an arc is too large");
      }
      started = byte >= 0x80;
      if (!started) {
        arcs.push(arc);
        arc = 0;
      }
    }
    if (started || arcs.length === 0) throw this.#error("value", field, "it ends within an arc");
    const first = Math.min(Math.floor(arcs[0]! / 40), 2);
    return [first, arcs[0]! - first * 40, ...arcs.slice(1)].join(".");
  }

  /** An error about a field of this value. */
  fail(field: string, detail: string): CodecError {
    return this.#error("value", field, detail);
  }

  /** Adds the pieces that a constructed string is made of. */
  #collectParts(
    parts: Uint8Array[],
    { content, field, depth }: { content: Uint8Array; field: string; depth: number },
  ): void {
    if (depth > MAX_DEPTH) throw this.#error("value", field, "strings are nested too deeply");
    const reader = new DerReader(content, `${this.#path}.${field}`, { ber: true });
    while (!reader.done) {
      const { tag, content } = reader.any("part");
      if (tag === DER.OCTET_STRING) parts.push(content);
      else if (tag === (DER.OCTET_STRING | DER.CONSTRUCTED)) {
        this.#collectParts(parts, { content, field, depth: depth + 1 });
      } else throw this.#error("tag", field, `tag ${hex(tag)} within an octet string`);
    }
  }

  /** Skips elements up to the two zero bytes that end an indefinite length; gives their offset. */
  #endOfContents(field: string, depth: number): number {
    if (depth > MAX_DEPTH) throw this.#error("value", field, "elements are nested too deeply");
    for (;;) {
      const at = this.#offset;
      const tag = this.#byte(field);
      const length = this.#length(field);
      if (tag === 0) {
        if (length !== 0) throw this.#error("value", field, "end of contents is not empty");
        return at;
      }
      if (length === undefined) this.#endOfContents(field, depth + 1);
      else if (length > this.#bytes.length - this.#offset) {
        throw this.#error("truncated", field, "an element runs past the end");
      } else this.#offset += length;
    }
  }

  /** A length; `undefined` for the indefinite one. */
  #length(field: string): number | undefined {
    const first = this.#byte(field);
    if (first < 0x80) return first;
    if (first === 0x80) {
      if (this.#ber) return undefined;
      throw this.#error("value", field, "its length is indefinite");
    }
    let length = 0;
    for (let i = first & 0x7f; i > 0; i--) {
      length = length * 256 + this.#byte(field);
      if (length > 0xffffffff) throw this.#error("value", field, "its length is out of range");
    }
    const minimal = length < 0x80 ? 0 : Math.ceil((32 - Math.clz32(length)) / 8);
    if (!this.#ber && (first & 0x7f) !== minimal) {
      throw this.#error("value", field, "its length has more bytes than it takes");
    }
    return length;
  }

  #byte(field: string): number {
    const byte = this.#bytes[this.#offset++];
    if (byte === undefined) throw this.#error("truncated", field, "the end comes first");
    return byte;
  }

  #error(reason: CodecReason, field: string, detail: string): CodecError {
    return new CodecError(reason, `Cannot decode DER: ${detail}`).within(this.#path, field);
  }
}

const hex = (tag: number): string => `0x${tag.toString(16).padStart(2, "0")}`;
