import {
  bytes,
  type Codec,
  CodecError,
  type FieldsOf,
  named,
  only,
  sized32,
  struct,
  U32,
} from "../../codec/mod.ts";
import { bigintToBytes, bitLength, bytesToBigint } from "../../crypto/mod.ts";
import { TSS_DAA_LENGTH_HASH } from "../constants/daa.ts";

/** TSS_VERSION of every structure of DAA: 1.2.0.0. */
const VERSION = 0x01020000;
const TSS_VERSION: Codec<number> = only(named("TSS_VERSION", U32), VERSION);

/** 20 bytes after their UINT32 length. */
export const SIZED_HASH: Codec<Uint8Array> = sized32(bytes("BYTE[20]", TSS_DAA_LENGTH_HASH));

/** A structure of DAA: its version, and its fields. */
export function daaStruct<T extends object>(name: string, fields: FieldsOf<T>): Codec<T> {
  const rest = struct(name, fields);
  return {
    name,
    structured: true,
    read(reader) {
      TSS_VERSION.read(reader);
      return rest.read(reader);
    },
    write(writer, value) {
      TSS_VERSION.write(writer, VERSION);
      rest.write(writer, value);
    },
  };
}

/** A structure whose value here has another form than its fields have. */
export function mapped<T, W>(
  codec: Codec<W>,
  { fromWire, toWire }: { fromWire(wire: W): T; toWire(value: T): W },
): Codec<T> {
  return {
    name: codec.name,
    structured: true,
    read: (reader) => fromWire(codec.read(reader)),
    write: (writer, value) => codec.write(writer, toWire(value)),
  };
}

/** A number after its UINT32 length: `length` bytes; fewer are read, too. */
export function number(length: number): Codec<bigint> {
  return numberCodec(length, (value) => bigintToBytes(value, length));
}

/** A number after its UINT32 length: as few bytes as it takes, `longest` at most. */
export function shortNumber(longest: number): Codec<bigint> {
  return numberCodec(longest, bigintToBytes);
}

function numberCodec(longest: number, toBytes: (value: bigint) => Uint8Array): Codec<bigint> {
  const name = `number of ${longest} bytes`;
  return {
    name,
    read(reader) {
      const length = reader.u32();
      if (length > longest) {
        throw new CodecError("value", `Cannot decode a ${name}: it has ${length}`);
      }
      return bytesToBigint(reader.bytes(length));
    },
    write(writer, value) {
      requireNumber(value, longest);
      const bytes = toBytes(value);
      writer.u32(bytes.length);
      writer.bytes(bytes);
    },
  };
}

/** Byte strings of one length: their number, the length, and they themselves. */
export function array(length: number): Codec<Uint8Array[]> {
  const name = `BYTE[][${length}]`;
  return {
    name,
    read(reader) {
      const count = reader.u32();
      const found = reader.u32();
      if (count > 0 && found !== length) {
        throw new CodecError("value", `Cannot decode ${name}: an element has ${found} bytes`);
      }
      return Array.from(
        { length: requireRoom(name, count, reader.remaining / length) },
        () => reader.bytes(length),
      );
    },
    write(writer, items) {
      writer.u32(items.length);
      writer.u32(length);
      for (const item of items) writer.bytes(item);
    },
  };
}

/** Numbers of `length` bytes each: an {@linkcode array}. */
export function numbers(length: number): Codec<bigint[]> {
  return mapped(array(length), {
    fromWire: (items) => items.map(bytesToBigint),
    toWire: (values) =>
      values.map((value) => {
        requireNumber(value, length);
        return bigintToBytes(value, length);
      }),
  });
}

function requireRoom(name: string, count: number, room: number): number {
  if (count <= room) return count;
  throw new CodecError("truncated", `Cannot decode ${name}: there are not ${count} elements`);
}

function requireNumber(value: bigint, longest: number): void {
  if (value >= 0n && bitLength(value) <= 8 * longest) return;
  throw new CodecError("value", `Cannot encode a number: it does not fit ${longest} bytes`);
}
