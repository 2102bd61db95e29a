import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CodecError } from "../../lib/codec/mod.ts";
import { DerReader } from "../../lib/formats/der_reader.ts";
import { DER } from "../../lib/formats/der_tags.ts";
import {
  derBits,
  derElement,
  derInteger,
  derOid,
  derSequence,
  derText,
  derTime,
} from "../../lib/formats/der_writer.ts";
import { fromHex, toHex } from "../hex.ts";
import { onlyThrows, survivesNoise } from "./malformed.ts";

const read = (hex: string, options = {}) => new DerReader(fromHex(hex), "T", options);

Deno.test("an INTEGER is written in as few bytes as it takes and read back", () => {
  const vectors: [number, string][] = [
    [0, "020100"],
    [127, "02017f"],
    [128, "02020080"],
    [256, "02020100"],
    [65537, "0203010001"],
    [0xffffffff, "020500ffffffff"],
  ];
  for (const [value, hex] of vectors) {
    assertEquals(toHex(derInteger(value)), hex);
    assertEquals(read(hex).number("n"), value);
  }
  assertEquals(toHex(derInteger(fromHex("0000ff"))), "020200ff");
});

Deno.test("a fixed-width INTEGER is read as BER and refused as DER", () => {
  assertEquals(read("02040000011c", { ber: true }).number("n"), 0x11c);
  assertThrows(() => read("02040000011c").number("n"), CodecError, "more bytes than it takes");
  assertEquals(read("02050000000000", { ber: true }).number("n"), 0);
});

Deno.test("negative, empty and oversized INTEGERs are refused", () => {
  assertThrows(() => read("0201ff").number("n"), CodecError, "negative");
  assertThrows(() => read("0200").number("n"), CodecError, "no bytes");
  assertThrows(() => read("02050100000000").number("n"), CodecError, "32 bits");
});

Deno.test("lengths take one byte up to 127, then as few as they need", () => {
  const hexOf = (size: number) => toHex(derElement(4, new Uint8Array(size)).subarray(0, 5));
  assertEquals(hexOf(127), "047f000000");
  assertEquals(hexOf(128), "0481800000");
  assertEquals(hexOf(256), "0482010000");
  assertEquals(toHex(derElement(4, new Uint8Array(65536)).subarray(0, 5)), "0483010000");
  assertThrows(() => read("048101aa").octets("s"), CodecError, "length has more bytes");
  assertEquals(toHex(read("04820001aa", { ber: true }).octets("s")), "aa");
  assertThrows(() => read("0489010101010101010101").octets("s"), CodecError, "out of range");
});

Deno.test("indefinite lengths and strings in parts are BER alone", () => {
  const hex = "30802480040201020401030000020105 0000".replace(" ", "");
  const sequence = read(hex, { ber: true }).sequence("s");
  assertEquals(toHex(sequence.octets("o")), "010203");
  assertEquals(sequence.number("n"), 5);
  sequence.end();
  assertThrows(() => read(hex).sequence("s"), CodecError, "indefinite");
  assertThrows(() => read("0480010000", { ber: true }).octets("o"), CodecError, "primitive");
  const deep = "2480".repeat(40) + "0000".repeat(40);
  assertThrows(() => read(deep, { ber: true }).octets("o"), CodecError, "too deeply");
});

Deno.test("object identifiers keep large and double-digit arcs", () => {
  for (const oid of ["1.2.840.113549.1.1.7", "2.23.133.8.1", "2.5.29.17", "0.9", "2.999.1"]) {
    assertEquals(new DerReader(derOid(oid), "T").oid("o"), oid);
  }
  assertEquals(toHex(derOid("1.2.840.113549.1.1.1")), "06092a864886f70d010101");
  for (const hex of ["0600", "060181", "06028001", "060b80ffffffffffffffffff7f"]) {
    assertThrows(() => read(hex).oid("o"), CodecError);
  }
});

Deno.test("times before 2050 are UTCTime, later ones GeneralizedTime", () => {
  const text = (time: string) => new TextDecoder().decode(derTime(new Date(time)).subarray(2));
  assertEquals(text("2049-12-31T23:59:59Z"), "491231235959Z");
  assertEquals(text("9999-12-31T23:59:59.9Z"), "99991231235959Z");
  assertEquals(derTime(new Date("2050-01-01T00:00:00Z"))[0], DER.GENERALIZED_TIME);
});

Deno.test("an error names the field, and what is there instead", () => {
  const reader = new DerReader(derSequence(derText("x")), "Thing");
  const error = assertThrows(
    () => reader.sequence("inner").number("count"),
    CodecError,
    "Thing.inner.count",
  );
  assertStringIncludes(error.message, "tag 0x0c where 0x02 is expected");
  assertEquals(error.reason, "tag");
});

Deno.test("bytes after the last element are refused by end()", () => {
  const reader = read("05000500");
  reader.any("first");
  assert(!reader.done);
  assertThrows(() => reader.end(), CodecError, "2 bytes left over");
});

Deno.test("a BIT STRING must hold whole bytes, a BOOLEAN be 00 or ff", () => {
  assertEquals(toHex(new DerReader(derBits(fromHex("aa")), "T").bits("b")), "aa");
  assertThrows(() => read("030203a8").bits("b"), CodecError, "whole bytes");
  assertThrows(() => read("0300").bits("b"), CodecError, "whole bytes");
  assertEquals(read("0101ff").boolean("b"), true);
  assertThrows(() => read("010101").boolean("b"), CodecError);
  assertEquals(read("010101", { ber: true }).boolean("b"), true);
});

Deno.test("random bytes give a value or a CodecError, as DER and as BER", () => {
  for (const ber of [false, true]) {
    const walk = (reader: DerReader, depth: number): void => {
      while (!reader.done) {
        const { tag, content } = reader.any("x");
        if (tag & DER.CONSTRUCTED && depth < 5) {
          walk(new DerReader(content, "T", { ber }), depth + 1);
        }
      }
    };
    survivesNoise(5000, {
      decode: (bytes) => walk(new DerReader(bytes, "T", { ber }), 0),
      expected: CodecError,
    });
    for (const method of ["number", "octets", "oid", "bits", "boolean"] as const) {
      for (const tag of [1, 2, 3, 4, 6, 0x24]) {
        survivesNoise(200, {
          decode: (bytes) => new DerReader(derElement(tag, bytes), "T", { ber })[method]("x"),
          expected: CodecError,
        });
      }
    }
    onlyThrows(() => new DerReader(new Uint8Array(), "T", { ber }).oid("x"), CodecError);
  }
});
