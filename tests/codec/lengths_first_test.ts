import { assertEquals, assertThrows } from "@std/assert";
import {
  type Codec,
  CodecError,
  decode,
  encode,
  lengthsFirst,
  U16,
  U8,
} from "../../lib/codec/mod.ts";

interface Letter {
  version: number;
  stamp: number;
  from: Uint8Array;
  text: Uint8Array;
}
const LETTER: Codec<Letter> = lengthsFirst("LETTER", {
  head: { version: U8 },
  body: { stamp: U16 },
  areas: ["from", "text"],
});
const letter: Letter = {
  version: 1,
  stamp: 0x0203,
  from: Uint8Array.of(4),
  text: Uint8Array.of(5, 6),
};

Deno.test("lengthsFirst() writes head, lengths, body and byte strings, in this order", () => {
  assertEquals(
    encode(LETTER, letter),
    // deno-fmt-ignore
    Uint8Array.of(1,  0, 0, 0, 1,  0, 0, 0, 2,  2, 3,  4,  5, 6),
  );
  assertEquals(decode(LETTER, encode(LETTER, letter)), letter);
  assertEquals(LETTER.structured, true);
});

Deno.test("lengthsFirst() names the field that cannot be read, be it a length or the bytes", () => {
  const bytes = encode(LETTER, letter);
  const cut = (length: number) => () => decode(LETTER, bytes.subarray(0, length));
  assertThrows(cut(0), CodecError, "LETTER.version: Cannot read 1 bytes");
  assertThrows(cut(6), CodecError, "LETTER.text: Cannot read 4 bytes");
  assertThrows(cut(10), CodecError, "LETTER.stamp: Cannot read 2 bytes");
  assertThrows(cut(13), CodecError, "LETTER.text: Cannot read 2 bytes");
});
