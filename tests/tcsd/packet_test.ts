import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  decodePacket,
  decodeRequest,
  decodeResponse,
  encodeAnswer,
  encodeRequest,
  encodeResult,
  HEADER_SIZE,
  operationByMethod,
  operationByOrdinal,
  OPERATIONS,
  PacketError,
} from "../../lib/tcsd/protocol.ts";
import { Seeded } from "../codec/generate.ts";
import { fromHex } from "../hex.ts";
import { generateValues } from "./generate_packets.ts";

const pcrRead = (): Uint8Array =>
  encodeRequest(operationByMethod("pcrRead")!, { hContext: 1, pcrIndex: 10 });

/** The request with one word of its header changed. */
function withWord(offset: number, value: number): Uint8Array {
  const bytes = pcrRead();
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(offset, value);
  return bytes;
}

function failureOf(action: () => unknown): PacketError | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (!(error instanceof PacketError)) throw error;
    return error;
  }
}

/** What the daemon does with a request: the failure, if any. */
const readRequest = (bytes: Uint8Array): PacketError | undefined =>
  failureOf(() => {
    const packet = decodePacket(bytes, "request");
    const operation = operationByOrdinal(packet.code);
    if (operation !== undefined) decodeRequest(operation, packet);
  });

Deno.test("a header that contradicts itself gets 0x2004; a wrong size costs the connection", () => {
  assertEquals(readRequest(pcrRead()), undefined);
  const lies: [offset: number, value: number][] = [
    [8, 0],
    [8, 3],
    [8, 0xffffffff],
    [12, 1],
    [12, 0xfffffffe],
    [16, 0],
    [16, 27],
    [16, 29],
    [16, 0xffffffff],
    [20, 7],
    [20, 9],
    [20, 0xffffffff],
    [24, 0],
    [24, 28],
    [24, 29],
    [24, 31],
    [24, 0x80000000],
  ];
  for (const [offset, value] of lies) {
    const failure = readRequest(withWord(offset, value));
    assert(failure !== undefined, `${offset} ${value}`);
    assertEquals([failure.result, failure.closes], [0x2004, false], `${offset} ${value}`);
  }
  for (const size of [0, 27, 28, 37, 39, 0x80000000, 0xffffffff]) {
    assertEquals(readRequest(withWord(0, size))?.closes, true, `${size}`);
  }
});

Deno.test("a request whose header ends in zeros is refused, an answer is not", () => {
  const bare = encodeResult(1);
  assertEquals(readRequest(bare)?.result, 0x2004);
  assertEquals(decodePacket(bare, "response").count, 0);
});

Deno.test("offsets are obeyed: types may stand elsewhere, and slots may be left over", () => {
  const bytes = fromHex(
    "0000002a 00000020 00000002 00000002 0000001d 00000008 00000022 ff 0303 000000 00000001 0000000a",
  );
  const packet = decodePacket(bytes, "request");
  assertEquals(decodeRequest(operationByOrdinal(32)!, packet), { hContext: 1, pcrIndex: 10 });
});

Deno.test("parameters too many are ignored", () => {
  const bytes = fromHex(
    "00000028 00000020 00000003 00000003 0000001c 00000009 0000001f 030300 00000001 0000000a 07",
  );
  const packet = decodePacket(bytes, "request");
  assertEquals(decodeRequest(operationByOrdinal(32)!, packet), { hContext: 1, pcrIndex: 10 });
});

Deno.test("a type that does not fit is told with its place", () => {
  const bytes = pcrRead();
  bytes[29] = 8;
  assertThrows(
    () => decodeRequest(operationByOrdinal(32)!, decodePacket(bytes, "request")),
    PacketError,
    "Cannot read TCSD_ORD_PCRREAD, pcrIndex: Cannot read parameter 2: UINT32 must come, there is type 8",
  );
});

Deno.test("the sizes that crash TrouSerS' daemon are refused", () => {
  const stir = (size: string) =>
    `0000002b 0000002d 00000003 00000003 0000001c 0000000c 0000001f
    030304 00000001 ${size} 61626364`;
  for (const size of ["00000005", "7fffffff", "80000000", "fffffff0", "ffffffff"]) {
    assertEquals(readRequest(fromHex(stir(size)))?.result, 0x2004, size);
  }
  const label = new Uint8Array(600);
  const counter = encodeRequest({
    ...operationByMethod("createCounter")!,
    in: operationByMethod("createCounter")!.in.map((slot) =>
      slot.kind === "bytes" ? { kind: "bytes", field: "label", unit: 1 } : slot
    ),
  }, {
    hContext: 1,
    label,
    encAuth: new Uint8Array(20),
    auths: [{
      authHandle: 1,
      nonceOdd: new Uint8Array(20),
      continueAuthSession: false,
      authData: new Uint8Array(20),
    }],
  });
  assertEquals(readRequest(counter)?.result, 0x2004);
  assertThrows(
    () => decodeRequest(operationByMethod("createCounter")!, decodePacket(counter, "request")),
    PacketError,
    "label",
  );
});

Deno.test("a count of 2^32 - 1 items costs no memory", () => {
  const log = operationByMethod("getPcrEventLog")!;
  const bytes = fromHex(
    "00000021 00000000 00000001 00000001 0000001c 00000004 0000001d 03 ffffffff",
  );
  assertThrows(() => decodeResponse(log, decodePacket(bytes, "response")), PacketError);
});

Deno.test("a packet cut short anywhere is refused", () => {
  const random = new Seeded(21);
  for (const row of OPERATIONS) {
    const bytes = encodeRequest(row, generateValues(row.in, "request", random));
    for (let length = 0; length < bytes.length; length++) {
      // As it comes, and with a header that owns up to the length.
      assertEquals(readRequest(bytes.subarray(0, length))?.closes, true);
      const parameterOffset = new DataView(bytes.buffer).getUint32(24);
      if (length < parameterOffset) continue;
      const honest = bytes.slice(0, length);
      new DataView(honest.buffer).setUint32(0, length);
      new DataView(honest.buffer).setUint32(20, length - parameterOffset);
      assertEquals(readRequest(honest)?.result, 0x2004, `${row.name} ${length}`);
    }
  }
});

Deno.test("10,000 mutated requests and as many answers fail in the documented way or not at all", () => {
  const random = new Seeded(0xbad5eed);
  let refused = 0;
  for (let round = 0; round < 10_000; round++) {
    const row = OPERATIONS[round % OPERATIONS.length]!;
    const request = generateValues(row.in, "request", random);
    const asked = mutate(encodeRequest(row, request), random);
    const said = mutate(
      encodeAnswer(row, { result: 0, response: generateValues(row.out, "response", random) }, {
        request,
      }),
      random,
    );
    if (readRequest(asked) !== undefined) refused++;
    failureOf(() => decodeResponse(row, decodePacket(said, "response"), { request }));
  }
  assert(refused > 1000 && refused < 10_000, `${refused} refused`);
});

/** Words that programs trip over. */
const EDGES = [0, 1, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff];

function mutate(bytes: Uint8Array, random: Seeded): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  for (let times = 1 + random.below(3); times > 0; times--) {
    const at = random.below(copy.length);
    if (random.below(2) === 0) copy[at] = random.below(256);
    else if (at + 4 <= copy.length) view.setUint32(at, EDGES[random.below(EDGES.length)]!);
  }
  // Most keep a right size and offsets, so that the damage is met further in.
  if (random.below(4) > 0) copy.set(bytes.subarray(0, HEADER_SIZE));
  return copy;
}

Deno.test("10,000 packets of random parameters under a right header are refused or read", () => {
  const random = new Seeded(0xfeed);
  let read = 0;
  for (let round = 0; round < 10_000; round++) {
    const row = OPERATIONS[random.below(OPERATIONS.length)]!;
    const count = random.below(8);
    const parameters = random.bytes(random.below(100));
    const bytes = new Uint8Array(HEADER_SIZE + count + parameters.length);
    const view = new DataView(bytes.buffer);
    const words = [bytes.length, row.ordinal, count, count, 28, parameters.length, 28 + count];
    words.forEach((word, i) => view.setUint32(4 * i, word));
    for (let i = 0; i < count; i++) bytes[28 + i] = random.below(19);
    bytes.set(parameters, HEADER_SIZE + count);
    if (readRequest(bytes) === undefined) read++;
  }
  assert(read > 0 && read < 5000, `${read} read`);
});
