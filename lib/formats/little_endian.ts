import { type Codec, U16, U32 } from "../codec/mod.ts";

const swap16 = (value: number): number => (value & 0xff) << 8 | value >>> 8;
const swap32 = (value: number): number =>
  (swap16(value & 0xffff) << 16 | swap16(value >>> 16)) >>> 0;

/** A UINT16 of a little-endian machine. */
export const U16_LE: Codec<number> = {
  name: "UINT16",
  read: (reader) => swap16(reader.u16()),
  write(writer, value) {
    const at = writer.length;
    U16.write(writer, value);
    writer.setU16(at, swap16(value));
  },
};

/** A UINT32 of a little-endian machine. */
export const U32_LE: Codec<number> = {
  name: "UINT32",
  read: (reader) => swap32(reader.u32()),
  write(writer, value) {
    const at = writer.length;
    U32.write(writer, value);
    writer.setU32(at, swap32(value));
  },
};

/** A byte string after its length as {@linkcode U32_LE}. */
export const SIZED32_LE: Codec<Uint8Array> = {
  name: "UINT32+BYTE[]",
  read: (reader) => reader.bytes(U32_LE.read(reader)),
  write(writer, value) {
    U32_LE.write(writer, value.length);
    writer.bytes(value);
  },
};
