import { assert, assertEquals, assertThrows } from "@std/assert";
import { CodecError } from "../../lib/codec/mod.ts";
import {
  decodePacket,
  decodeRequest,
  decodeResponse,
  encodeAnswer,
  encodeRequest,
  encodeResult,
  type Operation,
  operationByMethod,
  OPERATIONS,
  type TcsiMethod,
} from "../../lib/tcsd/protocol.ts";
import { Seeded } from "../codec/generate.ts";
import { fromHex, toHex } from "../hex.ts";
import { generateValues } from "./generate_packets.ts";

const ROUNDS = 20;
const operation = (method: TcsiMethod): Operation => operationByMethod(method)!;
const typesOf = (bytes: Uint8Array, size: number): string => toHex(bytes.subarray(28, 28 + size));

Deno.test("every request comes back as it was, whatever is left out", () => {
  const random = new Seeded(0x7c5d);
  for (const row of OPERATIONS) {
    for (let round = 0; round < ROUNDS; round++) {
      const request = generateValues(row.in, "request", random);
      const bytes = encodeRequest(row, request);
      const packet = decodePacket(bytes, "request");
      assertEquals(packet.code, row.ordinal);
      const decoded = decodeRequest(row, packet);
      assertEquals(decoded, request, row.name);
      assertEquals(encodeRequest(row, decoded), bytes, row.name);
    }
  }
});

Deno.test("every answer comes back as it was, whatever is left out", () => {
  const random = new Seeded(0x5e1f);
  for (const row of OPERATIONS) {
    for (let round = 0; round < ROUNDS; round++) {
      const request = generateValues(row.in, "request", random);
      const response = generateValues(row.out, "response", random);
      const bytes = encodeAnswer(row, { result: 0, response }, { request });
      const answer = decodeResponse(row, decodePacket(bytes, "response"), { request });
      assertEquals(answer, { result: 0, response }, row.name);
      assertEquals(encodeAnswer(row, answer, { request }), bytes, row.name);
    }
  }
});

Deno.test("an error is 28 bytes for every operation, and its answer has no fields", () => {
  for (const row of OPERATIONS) {
    const bytes = encodeAnswer(row, { result: 0x2004, response: {} });
    assertEquals(bytes, encodeResult(0x2004));
    assertEquals(toHex(bytes), "0000001c00002004" + "00".repeat(20));
    assertEquals(decodeResponse(row, decodePacket(bytes, "response")), {
      result: 0x2004,
      response: {},
    });
  }
});

Deno.test("LoadKeyByUUID tells which key takes a secret together with TCS_E_KM_LOADFAILED", () => {
  const row = operation("loadKeyByUUID");
  const { loadkeyInfo } = generateValues(row.failure!.out, "response", new Seeded(3));
  const bytes = encodeAnswer(row, { result: 0x20ca, response: { loadkeyInfo } });
  assertEquals(bytes.length, 28 + 1 + 117);
  assertEquals(decodeResponse(row, decodePacket(bytes, "response")), {
    result: 0x20ca,
    response: { loadkeyInfo },
  });
  assertEquals(encodeAnswer(row, { result: 0x20ca, response: {} }), encodeResult(0x20ca));
  assertEquals(
    encodeAnswer(row, { result: 0x20c1, response: { loadkeyInfo } }),
    encodeResult(0x20c1),
  );
});

Deno.test("parameters left out keep their places in the type list", () => {
  const nv = encodeAnswer(operation("nvWriteValue"), {
    result: 0,
    response: { auths: [null] },
  });
  assertEquals(toHex(nv), "0000001d0000000000000000000000000000001c000000000000001d00");
  const quote2 = encodeAnswer(operation("quote2"), {
    result: 0,
    response: {
      auths: [null],
      pcrData: fromHex("01"),
      versionInfo: new Uint8Array(4),
      sig: fromHex("02"),
    },
  });
  assertEquals(typesOf(quote2, 7), "03040303040000");
  const delegation = encodeRequest(operation("delegateCreateOwnerDelegation"), {
    hContext: 1,
    increment: true,
    publicInfo: fromHex("aa"),
    delAuth: new Uint8Array(20),
    auths: [null],
  });
  assertEquals(
    toHex(delegation.subarray(8, 36)),
    "00000006000000060000001c0000004b000000240301" + "03040a070000",
  );
});

Deno.test("a request without parameters has the offsets of a type list of no length", () => {
  assertEquals(
    toHex(encodeRequest(operation("openContext"), {})),
    "0000001c0000000100000000000000000000001c000000000000001c",
  );
});

Deno.test("of one session where two may be, it is the last", () => {
  const [row, random] = [operation("makeIdentity"), new Seeded(9)];
  const request = generateValues(row.in, "request", random);
  const auths = request.auths as unknown[];
  request.auths = [null, auths[1]];
  const bytes = encodeRequest(row, request);
  assertEquals(typesOf(bytes, 7), "030a0803040700");
  assertEquals(decodeRequest(row, decodePacket(bytes, "request")).auths, request.auths);
});

Deno.test("Unseal without the parent's session is understood with libtspi's gap and without", () => {
  const [row, random] = [operation("unseal"), new Seeded(11)];
  const request = generateValues(row.in, "request", random);
  request.auths = [null, (request.auths as unknown[])[1]];
  const bytes = encodeRequest(row, request);
  assertEquals(typesOf(bytes, 6), "030303040700");
  const gap = bytes.slice();
  gap.set([0, 7], 32);
  for (const packet of [bytes, gap]) {
    assertEquals(decodeRequest(row, decodePacket(packet, "request")), request);
  }
  const session = {
    nonceEven: new Uint8Array(20).fill(1),
    continueAuthSession: true,
    authData: new Uint8Array(20).fill(2),
  };
  const answer = encodeAnswer(row, {
    result: 0,
    response: { auths: [null, session], secret: fromHex("0102") },
  });
  assertEquals(typesOf(answer, 4), "07070304");
  assertEquals(answer.subarray(32, 32 + 41), new Uint8Array(41));
});

Deno.test("an empty byte string may stand in the type list or be left out of it", () => {
  const row = operation("registerKey");
  const request = {
    hContext: 1,
    wrappingKeyUUID: new Uint8Array(16),
    keyUUID: new Uint8Array(16),
    rgbKey: fromHex("00"),
    gbVendorData: new Uint8Array(0),
  };
  const bytes = encodeRequest(row, request);
  assertEquals(typesOf(bytes, 7), "03090903040304");
  const short = bytes.slice();
  new DataView(short.buffer).setUint32(8, 6);
  new DataView(short.buffer).setUint32(12, 6);
  assertEquals(decodeRequest(row, decodePacket(short, "request")), request);
});

Deno.test("handles of a transported command are in the order of x86", () => {
  const row = operation("executeTransport");
  const request = generateValues(row.in, "request", new Seeded(5));
  request.rghHandles = [0x40000000, 0x01020304];
  const hex = toHex(encodeRequest(row, request));
  assert(hex.includes("00000002" + "00000040" + "04030201"));
});

Deno.test("the length of an audited list is told in ordinals", () => {
  const response = {
    auditDigest: new Uint8Array(20),
    counterValue: new Uint8Array(10),
    more: false,
    ordList: fromHex("0000000d00000010"),
  };
  const row = operation("getAuditDigest");
  const hex = toHex(encodeAnswer(row, { result: 0, response }));
  assert(hex.endsWith("00" + "00000002" + "0000000d00000010"));
  const wrong = { result: 0, response: { ...response, ordList: fromHex("00") } };
  assertThrows(() => encodeAnswer(row, wrong), CodecError);
});

Deno.test("what a request lacks is said by the field's name", () => {
  const row = operation("sign");
  const request = { hContext: 1, keyHandle: 2, areaToSign: new Uint8Array(20), auths: [null] };
  assertThrows(() => encodeRequest(row, { ...request, areaToSign: 1 }), TypeError, "areaToSign");
  assertThrows(
    () => encodeRequest(row, { ...request, keyHandle: undefined }),
    CodecError,
    "TCSD_ORD_SIGN.keyHandle",
  );
  assertThrows(
    () => encodeRequest(operation("ownerClear"), { hContext: 1, auths: [null] }),
    TypeError,
    "auths[0]",
  );
});

Deno.test("fields that the TCS interface does not know are sent as nothing or 0", () => {
  const loaded = encodeAnswer(operation("loadKeyByBlob"), {
    result: 0,
    response: { auths: [null], hKeyTCSI: 7 },
  });
  assertEquals(toHex(loaded.subarray(31)), "0000000700000000");
  const upgrade = encodeRequest(operation("fieldUpgrade"), { hContext: 1 });
  assertEquals(typesOf(upgrade, 4), "03030400");
  const event = encodeRequest(operation("getPcrEvent"), {
    hContext: 1,
    pcrIndex: 2,
    eventNumber: 3,
  });
  assertEquals(toHex(event.subarray(-1)), "00");
});

Deno.test("a length inside a field is sent once, and must be right", () => {
  const row = operation("delegateLoadOwnerDelegation");
  const request = { hContext: 1, index: 2, blob: fromHex("00000002abcd"), auths: [null] };
  const bytes = encodeRequest(row, request);
  assertEquals(toHex(bytes.subarray(33, 47)), "000000010000000200000002abcd");
  assertEquals(decodeRequest(row, decodePacket(bytes, "request")), request);
  for (const blob of ["", "00000003abcd", "000000"]) {
    assertThrows(() => encodeRequest(row, { ...request, blob: fromHex(blob) }), CodecError, "blob");
  }
});
