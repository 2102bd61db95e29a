import { CodecError } from "./error.ts";
import { Reader } from "./reader.ts";
import { Writer } from "./writer.ts";

/** What a codec is put together from, for programs that walk over values or make them up. */
export type CodecParts =
  | { readonly kind: "fields"; readonly fields: Readonly<Record<string, Codec<unknown>>> }
  | { readonly kind: "sized"; readonly inner: Codec<unknown>; readonly optional: boolean }
  | { readonly kind: "list"; readonly item: Codec<unknown>; readonly least: number }
  | { readonly kind: "forms"; readonly forms: readonly Codec<unknown>[] }
  | { readonly kind: "constant"; readonly value: unknown };

/** One wire type: the single declaration that both directions come from. */
export interface Codec<T> {
  /** Name in the specification; error paths begin with it. */
  readonly name: string;
  /** The value is a structure, which the specification gives a layout of its own. */
  readonly structured?: true;
  /** Its parts, when it is not a scalar or a byte string. */
  readonly parts?: CodecParts;
  /** Reads one value. Throws {@linkcode CodecError}. */
  read(reader: Reader): T;
  /** Writes one value. Throws {@linkcode CodecError}. */
  write(writer: Writer, value: T): void;
}

/** The value type of a codec. */
export type Infer<C> = C extends Codec<infer T> ? T : never;

/** Bytes of a buffer that is worth keeping. */
const MAX_SPARE = 16384;

/** The writer of the last call, which the next may use; `null` while one is under way. */
let spare: Writer | null = null;

/** Encodes one value. */
export function encode<T>(codec: Codec<T>, value: T): Uint8Array {
  const writer = spare ?? new Writer(1024);
  spare = null;
  try {
    codec.write(writer, value);
    return writer.finish().slice();
  } finally {
    writer.reset();
    spare = writer.capacity <= MAX_SPARE ? writer : null;
  }
}

/** Decodes one value that takes up all of `bytes`. Byte strings in it are views of `bytes`. */
export function decode<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const reader = new Reader(bytes);
  const value = codec.read(reader);
  requireEnd(codec.name, reader);
  return value;
}

/** Throws when bytes are left over after `name` has been read. */
export function requireEnd(name: string, reader: Reader): void {
  if (reader.remaining > 0) {
    throw new CodecError("trailing", `Cannot decode ${name}: ${reader.remaining} bytes left over`);
  }
}
