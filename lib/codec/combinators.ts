import type { Codec } from "./codec.ts";
import { requireEnd } from "./codec.ts";
import { CodecError, type CodecReason } from "./error.ts";
import { SIZED32 } from "./primitives.ts";
import { Reader } from "./reader.ts";

/** A codec for each field of `T`, in wire order. */
export type FieldsOf<T> = { readonly [K in keyof T]-?: Codec<T[K]> };

/** A structure: its fields in wire order. */
export function struct<T extends object>(name: string, fields: FieldsOf<T>): Codec<T> {
  const entries = Object.entries(fields) as [keyof T & string, Codec<unknown>][];
  return {
    name,
    structured: true,
    parts: { kind: "fields", fields: fields as Readonly<Record<string, Codec<unknown>>> },
    read(reader) {
      const value: Record<string, unknown> = {};
      for (const [field, codec] of entries) {
        try {
          value[field] = codec.read(reader);
        } catch (error) {
          throw error instanceof CodecError ? error.within(name, field) : error;
        }
      }
      return value as T;
    },
    write(writer, value) {
      for (const [field, codec] of entries) {
        try {
          codec.write(writer, value[field]);
        } catch (error) {
          throw error instanceof CodecError ? error.within(name, field) : error;
        }
      }
    },
  };
}

/** A UINT16 structure tag that must have one value. */
export function tag<const N extends number>(value: N): Codec<N> {
  return {
    name: "TPM_STRUCTURE_TAG",
    parts: { kind: "constant", value },
    read(reader) {
      const found = reader.u16();
      if (found !== value) {
        throw new CodecError("tag", `Cannot decode tag ${hex(found)}: ${hex(value)} expected`);
      }
      return value;
    },
    write: (writer) => writer.u16(value),
  };
}

/** A field that must have one value; any other is refused for `reason`. */
export function only<T, const V extends T>(
  codec: Codec<T>,
  value: V,
  reason: CodecReason = "value",
): Codec<V> {
  const refuse = (verb: string, found: T) =>
    new CodecError(reason, `Cannot ${verb} ${codec.name} ${found}: it must be ${value}`);
  return {
    name: codec.name,
    parts: { kind: "constant", value },
    read(reader) {
      const found = codec.read(reader);
      if (found !== value) throw refuse("decode", found);
      return value;
    },
    write(writer, given) {
      if (given !== value) throw refuse("encode", given);
      codec.write(writer, value);
    },
  };
}

/** A structure after its UINT16 length, which it must fill. */
export function sized16<T>(inner: Codec<T>): Codec<T> {
  return {
    ...marksOf(inner, false),
    read: (reader) => within(reader, reader.u16(), inner),
    write(writer, value) {
      const at = writer.length;
      writer.u16(0);
      inner.write(writer, value);
      writer.setU16(at, writer.length - at - 2);
    },
  };
}

/** A structure after its UINT32 length, which it must fill. */
export function sized32<T>(inner: Codec<T>): Codec<T> {
  return {
    ...marksOf(inner, false),
    read: (reader) => within(reader, reader.u32(), inner),
    write(writer, value) {
      const at = writer.length;
      writer.u32(0);
      inner.write(writer, value);
      writer.setU32(at, writer.length - at - 4);
    },
  };
}

/** A structure after its UINT32 length, or nothing (`null`) when the length is 0. */
export function optionalSized32<T>(inner: Codec<T>): Codec<T | null> {
  const present = sized32(inner);
  return {
    ...marksOf(inner, true),
    read(reader) {
      const length = reader.u32();
      return length === 0 ? null : within(reader, length, inner);
    },
    write(writer, value) {
      if (value === null) writer.u32(0);
      else present.write(writer, value);
    },
  };
}

/** A byte string of which it is known what it holds, for a receiver that looks inside later. */
export interface OpaqueCodec extends Codec<Uint8Array> {
  /** What the bytes hold. */
  readonly inner: Codec<unknown>;
}

/** Bytes after their UINT32 length, left undecoded; `inner` says what they hold. */
export function opaque32<T>(inner: Codec<T>): OpaqueCodec {
  return { ...SIZED32, name: inner.name, inner: inner as Codec<unknown> };
}

/**
 * As {@linkcode opaque32}, for a receiver that looks inside at once: what is read must be an
 * `inner` or nothing.
 */
export function checked32<T>(inner: Codec<T>): OpaqueCodec {
  return {
    ...opaque32(inner),
    read(reader) {
      const value = SIZED32.read(reader);
      if (value.length > 0) within(new Reader(value), value.length, inner);
      return value;
    },
  };
}

/**
 * As many items as the count before them says; fewer than `least` have the reason
 * TPM_INVALID_STRUCTURE.
 */
export function counted<T>(
  count: Codec<number>,
  item: Codec<T>,
  { least = 0 }: { readonly least?: number } = {},
): Codec<T[]> {
  return {
    name: `${item.name}[]`,
    parts: { kind: "list", item: item as Codec<unknown>, least },
    read(reader) {
      const length = count.read(reader);
      if (length < least) {
        throw new CodecError(
          "TPM_INVALID_STRUCTURE",
          `Cannot decode ${length} of ${item.name}: there must be ${least} at least`,
        );
      }
      const items: T[] = [];
      for (let i = 0; i < length; i++) items.push(item.read(reader));
      return items;
    },
    write(writer, items) {
      count.write(writer, items.length);
      for (const value of items) item.write(writer, value);
    },
  };
}

/** Items up to the end of the buffer. An item must take at least one byte. */
export function untilEnd<T>(item: Codec<T>): Codec<T[]> {
  return {
    name: `${item.name}[]`,
    parts: { kind: "list", item: item as Codec<unknown>, least: 0 },
    read(reader) {
      const items: T[] = [];
      while (reader.remaining > 0) items.push(item.read(reader));
      return items;
    },
    write(writer, items) {
      for (const value of items) item.write(writer, value);
    },
  };
}

/** One of two forms, told apart by the first bytes on the wire and by the value in memory. */
export function either<A, B>(name: string, form: {
  /** The form taken when {@linkcode isFirst} or {@linkcode holdsFirst} says so. */
  readonly first: Codec<A>;
  /** The other form. */
  readonly second: Codec<B>;
  /** Looks at the wire without consuming it. */
  readonly isFirst: (reader: Reader) => boolean;
  /** Looks at the value. */
  readonly holdsFirst: (value: A | B) => value is A;
}): Codec<A | B> {
  return {
    name,
    structured: true,
    parts: { kind: "forms", forms: [form.first, form.second] as Codec<unknown>[] },
    read: (reader) => form.isFirst(reader) ? form.first.read(reader) : form.second.read(reader),
    write(writer, value) {
      if (form.holdsFirst(value)) form.first.write(writer, value);
      else form.second.write(writer, value);
    },
  };
}

/** What a codec says of itself behind a length. */
function marksOf<T>(
  inner: Codec<T>,
  optional: boolean,
): Pick<Codec<T>, "name" | "structured" | "parts"> {
  const marks = {
    name: inner.name,
    parts: { kind: "sized", inner: inner as Codec<unknown>, optional },
  } as const;
  return inner.structured ? { ...marks, structured: true } : marks;
}

function within<T>(reader: Reader, length: number, inner: Codec<T>): T {
  const part = new Reader(reader.bytes(length));
  const value = inner.read(part);
  requireEnd(inner.name, part);
  return value;
}

function hex(tagValue: number): string {
  return `0x${tagValue.toString(16).padStart(4, "0")}`;
}
