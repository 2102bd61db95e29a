import { assertEquals } from "@std/assert";
import {
  decodePacket,
  decodeRequest,
  decodeResponse,
  encodeAnswer,
  encodeRequest,
  operationByMethod,
  type Values,
} from "../../lib/tcsd/protocol.ts";
import { fromHex, toHex } from "../hex.ts";

const row = operationByMethod("executeTransport")!;
const { toRequest, fromRequest, toAnswer, fromAnswer } = row.conversion!;
const session = {
  authHandle: 9,
  nonceOdd: new Uint8Array(20).fill(1),
  continueAuthSession: true,
  authData: new Uint8Array(20).fill(2),
};
const block = "00000005" + "aa".repeat(20) + "01" + "bb".repeat(20);
const answerBlock = "cc".repeat(20) + "00" + "dd".repeat(20);
const answered = {
  nonceEven: new Uint8Array(20).fill(3),
  continueAuthSession: true,
  authData: new Uint8Array(20).fill(4),
};

/** Commands and answers as they are wrapped, with what the wire names apart. */
const EXCHANGES = {
  "TPM_Sign with a session": {
    command: `00c2 0000004f 0000003c 01000001 00000014 ${"11".repeat(20)} ${block}`,
    handles: [0x01000001],
    sessions: 1,
    answer: `00c5 00000035 00000000 00000002 abcd ${answerBlock}`.replace("35", "39"),
    outHandles: [],
  },
  "TPM_LoadKey2, whose answer has a handle": {
    command: "00c1 00000010 00000041 40000000 aabb",
    handles: [0x40000000],
    sessions: 0,
    answer: "00c4 0000000e 00000000 01000007",
    outHandles: [0x01000007],
  },
  "TPM_CertifyKey with two keys and two sessions": {
    command: `00c3 00000080 00000032 01000001 01000002 ${"22".repeat(20)} ${block} ${block}`,
    handles: [0x01000001, 0x01000002],
    sessions: 2,
    answer: `00c6 0000005d 00000000 1234567890abcdef1200 ${answerBlock} ${answerBlock}`,
    outHandles: [],
  },
  "TPM_OIAP, whose handle is no key's": {
    command: "00c1 0000000a 0000000a",
    handles: [],
    sessions: 0,
    answer: `00c4 00000022 00000000 00000001 ${"33".repeat(20)}`,
    outHandles: [],
  },
  "a command that fails": {
    command: "00c1 0000000e 00000015 00000063",
    handles: [],
    sessions: 0,
    answer: "00c4 0000000a 00000002",
    outHandles: [],
  },
};

/** The packet with the right size in its header. */
function sized(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  new DataView(bytes.buffer).setUint32(2, bytes.length);
  return bytes;
}

for (const [name, exchange] of Object.entries(EXCHANGES)) {
  Deno.test(`a wrapped command goes over the wire in parts and comes whole: ${name}`, () => {
    const request = { wrappedCmd: sized(exchange.command), auths: [session] };
    const fields = toRequest!({ hContext: 1, ...request });
    assertEquals(fields.rghHandles, exchange.handles);
    const present = (fields.auths as unknown[]).map((auth) => auth !== null);
    assertEquals(present, [exchange.sessions > 0, exchange.sessions > 1, true]);
    const received = decodeRequest(row, decodePacket(encodeRequest(row, fields), "request"));
    assertEquals(fromRequest!(received), request);

    const given = {
      wrappedRsp: sized(exchange.answer),
      currentTicks: 77n,
      locality: 3,
      auths: [answered],
    };
    const answer = toAnswer!(given, received);
    assertEquals(answer.response.rghHandles, exchange.outHandles);
    const bytes = encodeAnswer(row, answer, { request: received });
    const back = decodeResponse(row, decodePacket(bytes, "response"), { request: fields });
    const whole = fromAnswer!(back, request as Values) as Values;
    assertEquals(toHex(whole.wrappedRsp as Uint8Array), toHex(given.wrappedRsp));
    assertEquals(whole, given);
  });
}
