import { assert, assertEquals } from "@std/assert";
import { commandRows, COMMANDS } from "../../lib/tpm12/commands/mod.ts";
import {
  decodeRequest,
  decodeResponse,
  encodeErrorResponse,
  encodeRequest,
} from "../../lib/wire/mod.ts";
import { generate, Seeded } from "../codec/generate.ts";
import { fromHex } from "../hex.ts";

const AUTH = {
  authHandle: 0x01020304,
  nonceOdd: new Uint8Array(20).fill(0x55),
  continueAuthSession: true,
  authData: new Uint8Array(20).fill(0x66),
};

Deno.test("every request decodes to its values, and no prefix of it throws", () => {
  const random = new Seeded(9);
  for (const row of commandRows()) {
    const values = Object.fromEntries(
      Object.entries({ ...row.handles, ...row.in }).map((
        [name, codec],
      ) => [name, generate(codec, random)]),
    );
    const packet = encodeRequest(row, values, row.auth.map(() => AUTH));
    const decoded = decodeRequest(row, packet, { secrets: true });
    assertEquals(decoded.malformed, null, row.name);
    assertEquals(decoded.values, values, row.name);
    assertEquals(decoded.auths, row.auth.map(() => AUTH));
    const { leftOut, ...shown } = decodeRequest(row, packet);
    assertEquals(
      [...Object.keys(shown.values), ...leftOut].toSorted(),
      Object.keys(values).toSorted(),
    );
    for (let size = 0; size < packet.length; size += 3) {
      const cut = decodeRequest(row, packet.subarray(0, size));
      assert(cut.leftOut.every((name) => !(name in cut.values)));
      decodeResponse(row, packet.subarray(0, size));
    }
  }
});

Deno.test("an answer that is an error has no values, one that is none says so", () => {
  const row = COMMANDS.TPM_Unseal;
  assertEquals(decodeResponse(row, encodeErrorResponse(0x18)), {
    values: {},
    auths: [],
    leftOut: [],
    malformed: null,
  });
  const answer = fromHex("00c4 00000010 00000000 00000002 abcd");
  assertEquals(decodeResponse(row, answer).leftOut, ["secret"]);
  assertEquals(decodeResponse(row, answer).values, {});
  const { values } = decodeResponse(row, answer, { secrets: true });
  assertEquals(values, { secret: Uint8Array.of(0xab, 0xcd) });
  assert(decodeResponse(row, answer.subarray(0, 12)).malformed !== null);
});
