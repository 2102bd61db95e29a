import { assertEquals, assertThrows } from "@std/assert";
import { CodecError } from "../../lib/codec/mod.ts";
import { COMMANDS } from "../../lib/tpm12/commands/mod.ts";
import {
  type AuthRequest,
  decodeResponseBody,
  encodeErrorResponse,
  encodeRequest,
  encodeRequestBody,
  encodeResponseBody,
  flattenResponseBody,
  requestDigest,
  responseDigest,
  sessionsOfTag,
  splitResponse,
} from "../../lib/wire/mod.ts";
import { fromHex, toHex } from "../hex.ts";

const auth: AuthRequest = {
  authHandle: 0x01020304,
  nonceOdd: new Uint8Array(20).fill(0x55),
  continueAuthSession: true,
  authData: new Uint8Array(20).fill(0x66),
};
const BLOCK = `01020304 ${"55".repeat(20)} 01 ${"66".repeat(20)}`;
const ok = (hex: string) => fromHex(hex);

Deno.test("encodeRequest() writes header, handles, parameters and sessions in this order", () => {
  const request = { keyHandle: 0x0a0b0c0d, areaToSign: Uint8Array.of(1, 2, 3) };
  assertEquals(
    toHex(encodeRequest(COMMANDS.TPM_Sign, request, [auth])),
    toHex(fromHex(`00c2 00000042 0000003c 0a0b0c0d 00000003 010203 ${BLOCK}`)),
  );
  assertEquals(
    toHex(encodeRequest(COMMANDS.TPM_Sign, request, [null])),
    "00c1000000150000003c0a0b0c0d00000003010203",
  );
});

Deno.test("encodeRequest() takes a structure decoded or as its bytes", () => {
  const decoded = { pcrSelection: { pcrSelect: Uint8Array.of(0, 0, 1) } };
  const flat = { pcrSelection: fromHex("0003 000001") };
  const row = COMMANDS.TPM_PCR_Reset;
  assertEquals(encodeRequest(row, decoded), encodeRequest(row, flat));
});

Deno.test("the request digest covers ordinal and parameters, not handles", () => {
  const body = encodeRequestBody(COMMANDS.TPM_Sign, {
    keyHandle: 1,
    areaToSign: Uint8Array.of(0x61),
  });
  assertEquals(toHex(body), "0000000161");
  // printf '\0\0\0\x3c\0\0\0\1a' | sha1sum
  assertEquals(
    toHex(requestDigest(0x3c, body)),
    "bc170765b25b4abb58dbc855560ed50a3b6fe3cc",
  );
});

Deno.test("the answer digest covers return code, ordinal and parameters", () => {
  // printf '\0\0\0\0\0\0\0\x15' | sha1sum
  assertEquals(
    toHex(responseDigest(0x15, new Uint8Array(0))),
    "71deae84c562ad34f075352a1ae30130f2f96174",
  );
});

Deno.test("splitResponse() takes handles, parameters and sessions apart", () => {
  const block = `${"77".repeat(20)} 00 ${"88".repeat(20)}`;
  const parts = splitResponse(
    COMMANDS.TPM_LoadKey2,
    ok(`00c5 00000037 00000000 0a0b0c0d ${block}`),
  );
  assertEquals(parts.outHandles, { inkeyHandle: 0x0a0b0c0d });
  assertEquals(parts.body.length, 0);
  assertEquals(parts.auths, [{
    nonceEven: new Uint8Array(20).fill(0x77),
    continueAuthSession: false,
    authData: new Uint8Array(20).fill(0x88),
  }]);
});

Deno.test("splitResponse() gives a return code and no more for an error", () => {
  const parts = splitResponse(COMMANDS.TPM_Sign, encodeErrorResponse(24));
  assertEquals([parts.returnCode, parts.body.length, parts.auths.length], [24, 0, 0]);
});

Deno.test("splitResponse() refuses a wrong tag, a wrong size and sessions that do not fit", () => {
  const row = COMMANDS.TPM_PCRRead;
  const good = fromHex(`00c4 0000001e 00000000 ${"00".repeat(20)}`);
  assertEquals(splitResponse(row, good).returnCode, 0);
  const changed = (at: number, byte: number) => good.map((old, i) => i === at ? byte : old);
  assertThrows(() => splitResponse(row, changed(1, 0xc1)), CodecError, "is no answer's");
  assertThrows(() => splitResponse(row, changed(5, 0x1f)), CodecError, "it says 31 bytes");
  assertThrows(() => splitResponse(row, changed(1, 0xc6)), CodecError, "no room for sessions");
  for (let length = 0; length < good.length; length++) {
    assertThrows(() => splitResponse(row, good.subarray(0, length)), CodecError);
  }
});

Deno.test("an answer's body is read decoded or flat, and every byte of it", () => {
  const row = COMMANDS.TPM_Quote;
  const values = {
    pcrData: {
      select: { pcrSelect: Uint8Array.of(1, 0, 0) },
      pcrValue: [new Uint8Array(20).fill(9)],
    },
    sig: Uint8Array.of(4, 5),
  };
  const body = encodeResponseBody(row, values);
  assertEquals(decodeResponseBody(row, body), values);
  const flat = flattenResponseBody(row, body);
  assertEquals(encodeResponseBody(row, flat), body);
  assertEquals((flat.pcrData as Uint8Array).length, 5 + 4 + 20);
  assertThrows(() => decodeResponseBody(row, Uint8Array.of(...body, 0)), CodecError, "left over");
});

Deno.test("sessionsOfTag() knows the three request tags alone", () => {
  assertEquals([0xc0, 0xc1, 0xc2, 0xc3, 0xc4].map(sessionsOfTag), [
    undefined,
    0,
    1,
    2,
    undefined,
  ]);
});
