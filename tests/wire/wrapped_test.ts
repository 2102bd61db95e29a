import { assertEquals, assertThrows } from "@std/assert";
import { CodecError } from "../../lib/codec/mod.ts";
import { commandRows, COMMANDS } from "../../lib/tpm12/commands/mod.ts";
import { TPM_KH_SRK } from "../../lib/tpm12/constants/mod.ts";
import {
  encodeErrorResponse,
  encodeRequest,
  encodeRequestBody,
  wrappedRequestData,
  wrappedResponseData,
} from "../../lib/wire/mod.ts";
import { fromHex } from "../hex.ts";

const AUTH = {
  authHandle: 1,
  nonceOdd: new Uint8Array(20),
  continueAuthSession: true,
  authData: new Uint8Array(20),
};

Deno.test("what a transport session encrypts lies between handles and sessions", () => {
  const row = COMMANDS.TPM_Sign;
  const request = { keyHandle: TPM_KH_SRK, areaToSign: Uint8Array.of(1, 2, 3) };
  for (const auths of [[], [AUTH], [AUTH, AUTH]]) {
    const data = wrappedRequestData(row, encodeRequest(row, request, auths));
    assertEquals(data, encodeRequestBody(row, request));
  }
});

Deno.test("of TPM_DSAP it is entityValue without its size, of TPM_OSAP and TPM_OIAP nothing", () => {
  const dsap = encodeRequest(COMMANDS.TPM_DSAP, {
    entityType: 8,
    keyHandle: 0,
    nonceOddDSAP: new Uint8Array(20),
    entityValue: Uint8Array.of(4, 5, 6, 7),
  });
  assertEquals(wrappedRequestData(COMMANDS.TPM_DSAP, dsap), Uint8Array.of(4, 5, 6, 7));
  const osap = encodeRequest(COMMANDS.TPM_OSAP, {
    entityType: 4,
    entityValue: TPM_KH_SRK,
    nonceOddOSAP: new Uint8Array(20),
  });
  assertEquals(wrappedRequestData(COMMANDS.TPM_OSAP, osap).length, 0);
  assertEquals(
    wrappedRequestData(COMMANDS.TPM_OIAP, encodeRequest(COMMANDS.TPM_OIAP, {})),
    osap.subarray(0, 0),
  );
});

Deno.test("what is encrypted is a view: decrypting it decrypts the command", () => {
  const row = COMMANDS.TPM_PCRRead;
  const packet = encodeRequest(row, { pcrIndex: 7 });
  wrappedRequestData(row, packet)[3] = 9;
  assertEquals(packet, encodeRequest(row, { pcrIndex: 9 }));
});

Deno.test("a handle that an answer carries outside its digest is left clear", () => {
  const loadKey2 = fromHex(`00c5 00000037 00000000 0a0b0c0d ${"11".repeat(41)}`);
  assertEquals(wrappedResponseData(COMMANDS.TPM_LoadKey2, loadKey2).length, 0);
  const loadKey = fromHex(`00c5 00000037 00000000 0a0b0c0d ${"11".repeat(41)}`);
  assertEquals(wrappedResponseData(COMMANDS.TPM_LoadKey, loadKey), fromHex("0a0b0c0d"));
});

Deno.test("an error has nothing to encrypt", () => {
  for (const row of commandRows()) {
    assertEquals(wrappedResponseData(row, encodeErrorResponse(1)).length, 0);
  }
});

Deno.test("a request with no room for handles or sessions, or under no tag, is refused", () => {
  const short = [
    "00c1 0000000a 00000021",
    "00c2 0000000e 00000021 40000000",
    "00c4 0000000e 00000021 40000000",
  ];
  for (const packet of short) {
    assertThrows(() => wrappedRequestData(COMMANDS.TPM_GetPubKey, fromHex(packet)), CodecError);
  }
});
