import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  BOOL,
  bytes,
  checked32,
  type Codec,
  CodecError,
  type CodecReason,
  counted,
  decode,
  either,
  encode,
  named,
  only,
  opaque32,
  optionalSized32,
  REST,
  SIZED16,
  sized16,
  SIZED32,
  sized32,
  struct,
  tag,
  U16,
  U32,
  U64,
  U8,
  untilEnd,
  Writer,
} from "../../lib/codec/mod.ts";

interface Inner {
  kind: number;
  name: Uint8Array;
}
interface Outer {
  tag: 0x0102;
  flag: boolean;
  inner: Inner;
  list: number[];
}
const INNER: Codec<Inner> = struct("INNER", { kind: U8, name: SIZED16 });
const OUTER: Codec<Outer> = struct("OUTER", {
  tag: tag(0x0102),
  flag: BOOL,
  inner: sized32(INNER),
  list: counted(U16, U32),
});
const outer: Outer = {
  tag: 0x0102,
  flag: true,
  inner: { kind: 7, name: Uint8Array.of(1, 2) },
  list: [0xffffffff, 0],
};

function reasonOf(fn: () => unknown): CodecReason {
  return assertThrows(fn, CodecError).reason;
}

Deno.test("encode() writes integers big-endian and lengths before what they count", () => {
  assertEquals(
    encode(OUTER, outer),
    // deno-fmt-ignore
    Uint8Array.of(
      1, 2,  1,  0, 0, 0, 5,  7, 0, 2, 1, 2,  0, 2, 255, 255, 255, 255, 0, 0, 0, 0,
    ),
  );
  assertEquals(encode(U64, 0x0102030405060708n), Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
});

Deno.test("decode() gives back what encode() took", () => {
  assertEquals(decode(OUTER, encode(OUTER, outer)), outer);
  assertEquals(decode(U64, encode(U64, 2n ** 64n - 1n)), 2n ** 64n - 1n);
});

Deno.test("decode() returns byte strings as views of its input", () => {
  const input = Uint8Array.of(0, 0, 0, 2, 8, 9);
  assertEquals(decode(SIZED32, input).buffer, input.buffer);
});

Deno.test("decode() refuses every truncation and one byte too many", () => {
  const full = encode(OUTER, outer);
  for (let length = 0; length < full.length; length++) {
    assertEquals(reasonOf(() => decode(OUTER, full.subarray(0, length))), "truncated");
  }
  assertEquals(reasonOf(() => decode(OUTER, Uint8Array.of(...full, 0))), "trailing");
});

Deno.test("a decoding error names the path of the field", () => {
  assertThrows(
    () => decode(OUTER, Uint8Array.of(1, 2, 1, 0, 0, 0, 5, 7, 0, 9, 1, 2)),
    CodecError,
    "OUTER.inner.name: Cannot read 9 bytes at offset 3: 2 remain",
  );
});

Deno.test("decode() tells a wrong tag and a wrong BOOL from a wrong length", () => {
  assertEquals(reasonOf(() => decode(OUTER, Uint8Array.of(9, 9))), "tag");
  assertEquals(reasonOf(() => decode(BOOL, Uint8Array.of(2))), "bool");
  assertEquals(reasonOf(() => decode(sized16(U8), Uint8Array.of(0, 2, 1, 1))), "trailing");
});

Deno.test("encode() refuses values outside their type", () => {
  for (const value of [-1, 256, 1.5, NaN]) {
    assertEquals(reasonOf(() => encode(U8, value)), "value");
  }
  assertEquals(reasonOf(() => encode(U16, 65536)), "value");
  assertEquals(reasonOf(() => encode(U32, 2 ** 32)), "value");
  assertEquals(reasonOf(() => encode(U64, 2n ** 64n)), "value");
  assertEquals(reasonOf(() => encode(bytes("TPM_DIGEST", 20), new Uint8Array(19))), "value");
  assertEquals(reasonOf(() => encode(SIZED16, new Uint8Array(65536))), "value");
});

Deno.test("optionalSized32() is null for length 0", () => {
  const codec = optionalSized32(INNER);
  assertEquals(encode(codec, null), new Uint8Array(4));
  assertEquals(decode(codec, new Uint8Array(4)), null);
  assertEquals(decode(codec, encode(codec, outer.inner)), outer.inner);
});

Deno.test("untilEnd() and REST take everything that is left", () => {
  assertEquals(decode(untilEnd(U16), Uint8Array.of(0, 1, 0, 2)), [1, 2]);
  assertEquals(reasonOf(() => decode(untilEnd(U16), Uint8Array.of(0, 1, 0))), "truncated");
  assertEquals(decode(REST, Uint8Array.of(3, 4)), Uint8Array.of(3, 4));
});

Deno.test("either() picks the form by the wire and by the value", () => {
  const codec = either<number, Uint8Array>("EITHER", {
    first: U16,
    second: SIZED16,
    isFirst: (reader) => reader.peekU8() === 0xff,
    holdsFirst: (value): value is number => typeof value === "number",
  });
  for (const value of [0xff01, Uint8Array.of(5)]) {
    assertEquals(decode(codec, encode(codec, value)), value);
  }
});

Deno.test("opaque32() leaves the bytes alone and says what they hold", () => {
  const codec = opaque32(INNER);
  const nonsense = Uint8Array.of(0, 0, 0, 1, 9);
  assertEquals(decode(codec, nonsense), Uint8Array.of(9));
  assertEquals(encode(codec, Uint8Array.of(9)), nonsense);
  assertStrictEquals(codec.inner, INNER);
  assertEquals(codec.name, "INNER");
  assertEquals(codec.structured, undefined);
});

Deno.test("structures are marked, also behind a length and under another name", () => {
  const two = either<Inner, Outer>("TWO", {
    first: INNER,
    second: OUTER,
    isFirst: (reader) => reader.peekU8() === 7,
    holdsFirst: (value): value is Inner => "kind" in value,
  });
  for (const mark of [(c: Codec<Inner>) => c, sized16, sized32, optionalSized32]) {
    assertEquals(mark(INNER).structured, true);
  }
  assertEquals(named("RENAMED", INNER).structured, true);
  assertEquals(sized32(two).structured, true);
  for (const plain of [U8, BOOL, SIZED32, sized32(SIZED16), counted(U8, INNER)]) {
    assertEquals(plain.structured, undefined);
  }
});

Deno.test("only() refuses every other value for its reason, both ways", () => {
  const codec: Codec<1> = only(U8, 1, "TPM_BAD_VERSION");
  assertEquals(decode(codec, encode(codec, 1)), 1);
  assertEquals(reasonOf(() => decode(codec, Uint8Array.of(2))), "TPM_BAD_VERSION");
  assertEquals(reasonOf(() => encode(codec as Codec<number>, 2)), "TPM_BAD_VERSION");
  assertThrows(() => decode(codec, Uint8Array.of(2)), CodecError, "BYTE 2: it must be 1");
});

Deno.test("Writer grows past its capacity and keeps what it holds", () => {
  const writer = new Writer(1);
  writer.u8(1);
  writer.u32(0x02030405);
  writer.bytes(new Uint8Array(300).fill(6));
  writer.setU16(1, 0x0a0b);
  const written = writer.finish();
  assertEquals(written.length, 305);
  assertEquals(written.subarray(0, 6), Uint8Array.of(1, 0x0a, 0x0b, 4, 5, 6));
});

Deno.test("Writer.slice() is what was written from an offset on", () => {
  const writer = new Writer(2);
  writer.u16(0x0102);
  writer.u32(0x03040506);
  assertEquals(writer.slice(2), Uint8Array.of(3, 4, 5, 6));
  assertEquals(writer.slice(6), new Uint8Array());
});

Deno.test("Writer.reset() wipes what was written", () => {
  const writer = new Writer(4);
  writer.u32(0xdeadbeef);
  const view = writer.finish();
  writer.reset();
  assertEquals(view, new Uint8Array(4));
  assertEquals(writer.length, 0);
});

Deno.test("encode() gives bytes of their own, also from inside another encode() and after an error", () => {
  const nested: Codec<Uint8Array> = {
    name: "NESTED",
    read: (reader) => decode(SIZED16, reader.bytes(reader.remaining)),
    write: (writer, value) => writer.bytes(encode(SIZED16, value)),
  };
  const codec = sized32(nested);
  const value = Uint8Array.of(1, 2, 3);
  const bytes = encode(codec, value);
  reasonOf(() => encode(OUTER, { ...outer, list: [1, 2, -1] }));
  encode(OUTER, outer);
  encode(SIZED32, new Uint8Array(100_000));
  assertEquals(bytes, Uint8Array.of(0, 0, 0, 5, 0, 3, 1, 2, 3));
  assertEquals(decode(codec, bytes), value);
  assertEquals(encode(U16, 7), Uint8Array.of(0, 7));
});

Deno.test("U64 and U32 keep all their bits", () => {
  for (const value of [0n, 1n, 0x80000000n, 0xffffffff00000000n, 0x8000000000000001n]) {
    assertEquals(decode(U64, encode(U64, value)), value);
  }
  for (const value of [0x7fffffff, 0x80000000, 0xfffffffe]) {
    assertEquals(decode(U32, encode(U32, value)), value);
  }
});

Deno.test("counted() refuses fewer items than there must be", () => {
  const list = counted(U16, U8, { least: 1 });
  assertEquals(decode(list, Uint8Array.of(0, 1, 7)), [7]);
  assertEquals(reasonOf(() => decode(list, Uint8Array.of(0, 0))), "TPM_INVALID_STRUCTURE");
});

Deno.test("checked32() gives the bytes of a value it has looked at, or none", () => {
  const codec = checked32(U16);
  const bytes = Uint8Array.of(0, 0, 0, 2, 1, 2);
  assertEquals(decode(codec, bytes), Uint8Array.of(1, 2));
  assertEquals(encode(codec, Uint8Array.of(1, 2)), bytes);
  assertEquals(decode(codec, new Uint8Array(4)), new Uint8Array());
  assertEquals(reasonOf(() => decode(codec, Uint8Array.of(0, 0, 0, 1, 1))), "truncated");
  assertEquals(reasonOf(() => decode(codec, Uint8Array.of(0, 0, 0, 3, 1, 2, 3))), "trailing");
});
