import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { type Codec, CodecError, decode, encode, struct } from "../../../lib/codec/mod.ts";
import { commandRows } from "../../../lib/tpm12/commands/mod.ts";
import { generate, Seeded } from "../../codec/generate.ts";

type Values = Record<string, unknown>;

/** The parameters of a request and of an answer as one structure each. */
const LISTS: readonly Codec<Values>[] = commandRows().flatMap((row) => [
  struct<Values>(`${row.name} request`, { ...row.handles, ...row.in }),
  struct<Values>(`${row.name} answer`, { ...row.outHandles, ...row.out }),
]);

/** Whether the bytes are taken; when they are not, it must be for a CodecError. */
function takes(codec: Codec<unknown>, bytes: Uint8Array): boolean {
  try {
    decode(codec, bytes);
    return true;
  } catch (error) {
    assertInstanceOf(error, CodecError, codec.name);
    return false;
  }
}

Deno.test("parameters are decoded from the bytes they are encoded to", () => {
  const random = new Seeded(1);
  for (const list of LISTS) {
    for (let i = 0; i < 10; i++) {
      const values = generate(list, random);
      const bytes = encode(list, values as Values);
      assertEquals(decode(list, bytes), values, list.name);
      assertEquals(encode(list, decode(list, bytes)), bytes, list.name);
    }
  }
});

Deno.test("parameters are refused when they are cut short at any byte, and with one too many", () => {
  const random = new Seeded(2);
  for (const list of LISTS) {
    const bytes = encode(list, generate(list, random) as Values);
    for (let length = 0; length < bytes.length; length++) {
      assert(!takes(list, bytes.subarray(0, length)), `${list.name} of ${length} bytes`);
    }
    assert(!takes(list, Uint8Array.of(...bytes, 0)), list.name);
  }
});

Deno.test("10,000 random byte strings are refused by CodecError or stand for themselves", () => {
  const random = new Seeded(3);
  for (let i = 0; i < 10_000; i++) {
    const list = LISTS[i % LISTS.length]!;
    const bytes = random.bytes(random.below(200));
    if (takes(list, bytes)) assertEquals(encode(list, decode(list, bytes)), bytes, list.name);
  }
});

Deno.test("parameters with one bit changed are refused by CodecError or stand for themselves", () => {
  const random = new Seeded(4);
  for (const list of LISTS) {
    for (let i = 0; i < 10; i++) {
      const bytes = encode(list, generate(list, random) as Values);
      if (bytes.length === 0) continue;
      bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
      if (takes(list, bytes)) assertEquals(encode(list, decode(list, bytes)), bytes, list.name);
    }
  }
});

Deno.test("an error names the command and the path of the parameter", () => {
  const row = commandRows().find(({ name }) => name === "TPM_CreateWrapKey")!;
  const error = (() => {
    try {
      decode(struct<Values>(row.name, row.in), new Uint8Array(42));
    } catch (thrown) {
      return thrown;
    }
  })();
  assertInstanceOf(error, CodecError);
  assert(error.message.startsWith("TPM_CreateWrapKey.keyInfo."), error.message);
});
