import type { Codec } from "./codec.ts";
import { CodecError } from "./error.ts";

function requireUint(name: string, value: number, max: number): void {
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new CodecError("value", `Cannot encode ${name}: ${value} is not between 0 and ${max}`);
  }
}

/** BYTE: one unsigned byte. */
export const U8: Codec<number> = {
  name: "BYTE",
  read: (reader) => reader.u8(),
  write(writer, value) {
    requireUint("BYTE", value, 0xff);
    writer.u8(value);
  },
};

/** UINT16, big-endian. */
export const U16: Codec<number> = {
  name: "UINT16",
  read: (reader) => reader.u16(),
  write(writer, value) {
    requireUint("UINT16", value, 0xffff);
    writer.u16(value);
  },
};

/** UINT32, big-endian. */
export const U32: Codec<number> = {
  name: "UINT32",
  read: (reader) => reader.u32(),
  write(writer, value) {
    requireUint("UINT32", value, 0xffffffff);
    writer.u32(value);
  },
};

/** UINT64, big-endian. */
export const U64: Codec<bigint> = {
  name: "UINT64",
  read: (reader) => reader.u64(),
  write(writer, value) {
    if (value < 0n || value > 0xffffffffffffffffn) {
      throw new CodecError("value", `Cannot encode UINT64: ${value} does not fit`);
    }
    writer.u64(value);
  },
};

/** BOOL: one byte, 0 or 1; anything else has the reason `bool`. */
export const BOOL: Codec<boolean> = {
  name: "BOOL",
  read(reader) {
    const value = reader.u8();
    if (value > 1) throw new CodecError("bool", `Cannot decode BOOL: ${value} is not 0 or 1`);
    return value === 1;
  },
  write(writer, value) {
    if (typeof value !== "boolean") {
      throw new CodecError("value", `Cannot encode BOOL: ${value} is not true or false`);
    }
    writer.u8(value ? 1 : 0);
  },
};

/** A byte string of exactly `size` bytes. */
export function bytes(name: string, size: number): Codec<Uint8Array> {
  return {
    name,
    read: (reader) => reader.bytes(size),
    write(writer, value) {
      if (value.length !== size) {
        throw new CodecError(
          "value",
          `Cannot encode ${name}: it takes ${size} bytes, ${value.length} given`,
        );
      }
      writer.bytes(value);
    },
  };
}

/** All bytes up to the end. */
export const REST: Codec<Uint8Array> = {
  name: "BYTE[]",
  read: (reader) => reader.bytes(reader.remaining),
  write: (writer, value) => writer.bytes(value),
};

/** A byte string after its UINT16 length. */
export const SIZED16: Codec<Uint8Array> = {
  name: "UINT16+BYTE[]",
  read: (reader) => reader.bytes(reader.u16()),
  write(writer, value) {
    requireUint("a UINT16 length", value.length, 0xffff);
    writer.u16(value.length);
    writer.bytes(value);
  },
};

/** A byte string after its UINT32 length. */
export const SIZED32: Codec<Uint8Array> = {
  name: "UINT32+BYTE[]",
  read: (reader) => reader.bytes(reader.u32()),
  write(writer, value) {
    writer.u32(value.length);
    writer.bytes(value);
  },
};

/** The same wire type under the name the specification gives it. */
export function named<T>(name: string, codec: Codec<T>): Codec<T> {
  return { ...codec, name };
}
