import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { CodecError } from "../../lib/codec/mod.ts";
import {
  decodePacket,
  decodeResponse,
  encodeRequest,
  type Operation,
  operationByMethod,
  ordinalsOfRemoteOps,
  PacketError,
  type TcsiMethod,
  type Values,
} from "../../lib/tcsd/protocol.ts";
import { type AnsweredRequest, type SessionOptions, TcsdSession } from "../../lib/tcsd/mod.ts";
import { TssError, tssError } from "../../lib/tpm12/tss_error.ts";
import { fromHex, toHex } from "../hex.ts";
import { type FakeMethods, FakeServices } from "./fake_services.ts";

const operation = (method: TcsiMethod): Operation => operationByMethod(method)!;

/** A client's side of a session, without sockets. */
class Peer {
  readonly services: FakeServices;
  readonly session: TcsdSession;
  hContext = 0;

  constructor(methods: FakeMethods = {}, options: SessionOptions = {}) {
    this.services = new FakeServices(methods);
    this.session = new TcsdSession(this.services, options);
  }

  async call(method: TcsiMethod, fields: Values = {}): Promise<[number, Values]> {
    const request = { hContext: this.hContext, ...fields };
    const bytes = await this.session.answer(encodeRequest(operation(method), request));
    const { result, response } = decodeResponse(operation(method), decodePacket(bytes, "response"));
    return [result, response];
  }

  async open(): Promise<this> {
    const [result, { hContext, tpmVersion }] = await this.call("openContext");
    assertEquals([result, tpmVersion], [0, 2]);
    this.hContext = hContext as number;
    return this;
  }
}

Deno.test("a request reaches the context's method, and what it gives comes back", async () => {
  const peer = await new Peer({
    pcrRead: ({ pcrIndex }) => ({ outDigest: new Uint8Array(20).fill(pcrIndex as number) }),
    stirRandom: ({ inData }) => assertEquals(inData, fromHex("0102")),
    enumRegisteredKeys: () => [],
  }).open();
  assertEquals(await peer.call("pcrRead", { pcrIndex: 7 }), [0, {
    outDigest: new Uint8Array(20).fill(7),
  }]);
  assertEquals(await peer.call("stirRandom", { inData: fromHex("0102") }), [0, {}]);
  assertEquals(await peer.call("enumRegisteredKeys"), [0, { keyHierarchy: [] }]);
});

Deno.test("a context's handle is random, and good on its own connection only", async () => {
  const [a, b] = [await new Peer({ forceClear() {} }).open(), await new Peer().open()];
  assertNotEquals(a.hContext, b.hContext);
  assertEquals(await a.call("forceClear"), [0, {}]);
  b.hContext = a.hContext;
  assertEquals((await b.call("forceClear"))[0], 0x20c1);
  assertEquals((await b.call("closeContext"))[0], 0x20c1);
  assertEquals([a.services.open, b.services.open], [1, 1]);
});

Deno.test("contexts are many and close one by one, or all when the connection ends", async () => {
  const peer = await new Peer({}, { maxContexts: 3 }).open();
  const first = peer.hContext;
  await peer.open();
  await peer.open();
  assertEquals((await peer.call("openContext"))[0], 0x15);
  assertEquals(peer.services.open, 3);
  assertEquals(await peer.call("closeContext", { hContext: first }), [0, {}]);
  assertEquals((await peer.call("closeContext", { hContext: first }))[0], 0x20c1);
  assertEquals([peer.services.open, peer.session.contexts], [2, 2]);
  await peer.session.close();
  assertEquals([peer.services.open, peer.session.contexts], [0, 0]);
});

Deno.test("what a method throws is told in the result, with its layer", async () => {
  const told: AnsweredRequest[] = [];
  const fault = new Error("secret detail");
  const throwing = (error: Error) => () => {
    throw error;
  };
  const peer = await new Peer({
    ownerReadPubek: throwing(TssError.fromResult(1)),
    evictKey: throwing(tssError("tcs", "TCS_E_INVALID_KEY")),
    getTestResult: throwing(tssError("tddl", "TDDL_E_IOERROR")),
    pcrReset: throwing(new CodecError("value", "does not fit")),
    forceClear: throwing(fault),
  }, { onAnswer: (request) => told.push(request) }).open();
  const auths = [{
    authHandle: 1,
    nonceOdd: new Uint8Array(20),
    continueAuthSession: false,
    authData: new Uint8Array(20),
  }];
  assertEquals(await peer.call("ownerReadPubek", { auths }), [1, {}]);
  assertEquals(await peer.call("evictKey", { hKey: 1 }), [0x20c5, {}]);
  assertEquals(await peer.call("getTestResult"), [0x1087, {}]);
  assertEquals(await peer.call("pcrReset", { pcrSelection: fromHex("00") }), [0x2003, {}]);
  assertEquals(await peer.call("forceClear"), [0x2004, {}]);
  assertEquals(told.map(({ operation, result }) => [operation, result]), [
    ["TCSD_ORD_OPENCONTEXT", 0],
    ["TCSD_ORD_OWNERREADPUBEK", 1],
    ["TCSD_ORD_EVICTKEY", 0x20c5],
    ["TCSD_ORD_GETTESTRESULT", 0x1087],
    ["TCSD_ORD_PCRRESET", 0x2003],
    ["TCSD_ORD_FORCECLEAR", 0x2004],
  ]);
  assertEquals(told.filter(({ error }) => error !== undefined).map(({ error }) => error), [fault]);
});

Deno.test("an ordinal that is none, or not for this peer, is answered 0x2002", async () => {
  const allowed = ordinalsOfRemoteOps(["random"]);
  const methods: FakeMethods = {
    getRandom: () => ({ randomBytes: fromHex("aa") }),
    pcrRead: () => {
      throw new Error("must not be reached");
    },
  };
  const peer = await new Peer(methods, { allowed }).open();
  assertEquals((await peer.call("getRandom", { bytesRequested: 1 }))[0], 0);
  assertEquals((await peer.call("pcrRead", { pcrIndex: 1 }))[0], 0x2002);
  const none = { ...operation("oiap"), ordinal: 123 };
  for (const row of [none, { ...none, ordinal: 0 }]) {
    const answer = await peer.session.answer(encodeRequest(row, { hContext: peer.hContext }));
    assertEquals(toHex(answer), "0000001c00002002" + "00".repeat(20));
  }
});

Deno.test("a packet that cannot be read is answered 0x2004, or costs the connection", async () => {
  const peer = await new Peer({ pcrRead: () => ({}) }).open();
  const bytes = encodeRequest(operation("pcrRead"), { hContext: peer.hContext, pcrIndex: 1 });
  const types = bytes.slice();
  types[29] = 4;
  assertEquals(toHex(await peer.session.answer(types)), "0000001c00002004" + "00".repeat(20));
  const error = assertThrows(() => peer.session.answer(bytes.subarray(1)), PacketError);
  assert(error.closes);
  assertThrows(() => peer.session.answer(new Uint8Array(3)), PacketError);
  // An answer that the method did not give whole is a fault of ours, told and no more.
  assertEquals((await peer.call("pcrRead", { pcrIndex: 1 }))[0], 0x2004);
});

Deno.test("loading a key by its name tells what is wanted where the request has a place for it", async () => {
  const loadkeyInfo = {
    keyUUID: new Uint8Array(16).fill(1),
    parentKeyUUID: new Uint8Array(16).fill(2),
    paramDigest: new Uint8Array(20).fill(3),
    authHandle: 0,
    nonceOdd: new Uint8Array(20),
    nonceEven: new Uint8Array(20),
    continueAuthSession: false,
    authData: new Uint8Array(20),
  };
  const zeros = { ...loadkeyInfo, keyUUID: new Uint8Array(16), parentKeyUUID: new Uint8Array(16) };
  let wanted = true;
  const peer = await new Peer({
    loadKeyByUUID: () =>
      wanted ? { hKeyTCSI: undefined, loadkeyInfo } : { hKeyTCSI: 5, loadkeyInfo: undefined },
  }).open();
  const keyUUID = new Uint8Array(16);
  assertEquals(await peer.call("loadKeyByUUID", { keyUUID }), [0x20ca, {}]);
  assertEquals(await peer.call("loadKeyByUUID", { keyUUID, loadkeyInfo: zeros }), [0x20ca, {
    loadkeyInfo,
  }]);
  wanted = false;
  assertEquals(await peer.call("loadKeyByUUID", { keyUUID }), [0, { hKeyTCSI: 5 }]);
  assertEquals(await peer.call("loadKeyByUUID", { keyUUID, loadkeyInfo: zeros }), [0, {
    hKeyTCSI: 5,
    loadkeyInfo: zeros,
  }]);
});
