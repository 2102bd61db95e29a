import type { Codec } from "./codec.ts";
import { type FieldsOf, struct } from "./combinators.ts";
import { CodecError } from "./error.ts";
import { SIZED32 } from "./primitives.ts";
import type { Reader } from "./reader.ts";
import type { Writer } from "./writer.ts";

/** What a {@linkcode lengthsFirst} structure is made of, in wire order. */
export interface LengthsFirstLayout<H, B, K extends string> {
  /** Fields ahead of the lengths. */
  readonly head: FieldsOf<H>;
  /** Fields between the lengths and the byte strings. */
  readonly body: FieldsOf<B>;
  /** The byte strings at the end. */
  readonly areas: readonly K[];
}

/** A structure whose byte strings come last, and all their UINT32 lengths before other fields. */
export function lengthsFirst<H extends object, B extends object, const K extends string>(
  name: string,
  { head, body, areas }: LengthsFirstLayout<H, B, K>,
): Codec<H & B & Record<K, Uint8Array>> {
  type Value = H & B & Record<K, Uint8Array>;
  const headCodec = struct(name, head);
  const bodyCodec = struct(name, body);
  const fields: Record<string, Codec<unknown>> = { ...head, ...body };
  for (const area of areas) fields[area] = SIZED32;
  return {
    name,
    structured: true,
    parts: { kind: "fields", fields },
    read(reader) {
      const first = headCodec.read(reader);
      const lengths = areas.map((area) => inField(area, reader, readLength));
      const value = { ...first, ...bodyCodec.read(reader) } as Record<string, unknown>;
      areas.forEach((area, i) => {
        value[area] = inField(area, reader, (from) => from.bytes(lengths[i]!));
      });
      return value as Value;
    },
    write(writer: Writer, value: Value) {
      headCodec.write(writer, value);
      for (const area of areas) writer.u32(value[area].length);
      bodyCodec.write(writer, value);
      for (const area of areas) writer.bytes(value[area]);
    },
  };

  function inField<T>(area: string, reader: Reader, read: (reader: Reader) => T): T {
    try {
      return read(reader);
    } catch (error) {
      throw error instanceof CodecError ? error.within(name, area) : error;
    }
  }
}

function readLength(reader: Reader): number {
  return reader.u32();
}
