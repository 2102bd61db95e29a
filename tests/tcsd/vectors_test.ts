import { assert, assertEquals, assertExists } from "@std/assert";
import {
  type Answer,
  decodePacket,
  decodeRequest,
  decodeResponse,
  encodeAnswer,
  encodeRequest,
  type Operation,
  operationByOrdinal,
  type Values,
} from "../../lib/tcsd/protocol.ts";
import { fromHex, toHex } from "../hex.ts";

/** What one request of the captured conversation said, and what came back. */
interface Captured {
  operation: Operation;
  request: { bytes: Uint8Array; values: Values };
  response: { bytes: Uint8Array; answer: Answer };
}

/** The packets that libtspi and Debian's tcsd sent each other: `>` request, `<` answer. */
function captured(): Captured[] {
  const url = new URL("../vectors/tcsd-trousers.txt", import.meta.url);
  const packets = Deno.readTextFileSync(url).trim().split("\n").map((line) => {
    const [, way, hex] = line.split(" ");
    return { way, bytes: fromHex(hex!) };
  });
  return Array.from({ length: packets.length / 2 }, (_, i) => {
    const [asked, said] = [packets[2 * i]!, packets[2 * i + 1]!];
    assertEquals([asked.way, said.way], [">", "<"]);
    const packet = decodePacket(asked.bytes, "request");
    const operation = operationByOrdinal(packet.code);
    assertExists(operation);
    const values = decodeRequest(operation, packet);
    const answer = decodeResponse(operation, decodePacket(said.bytes, "response"), {
      request: values,
    });
    return {
      operation,
      request: { bytes: asked.bytes, values },
      response: { bytes: said.bytes, answer },
    };
  });
}

Deno.test("every captured packet decodes, and re-encodes byte for byte", () => {
  const exchanges = captured();
  assertEquals(exchanges.length, 66);
  assert(new Set(exchanges.map(({ operation }) => operation.ordinal)).size >= 43);
  for (const { operation, request, response } of exchanges) {
    const { values } = request;
    assertEquals(toHex(encodeRequest(operation, values)), toHex(request.bytes), operation.name);
    const again = encodeAnswer(operation, response.answer, { request: values });
    assertEquals(toHex(again), toHex(response.bytes), `answer to ${operation.name}`);
  }
});

Deno.test("captured packets decode to what was asked and answered", () => {
  const exchanges = captured();
  const find = (method: string) =>
    exchanges.filter(({ operation }) => operation.method === method).map((
      { request, response },
    ) => ({ request: request.values, ...response.answer }));
  const hContext = 0xa0d84100;
  assertEquals(find("openContext"), [
    { request: {}, result: 0, response: { hContext, tpmVersion: 2 } },
  ]);
  assertEquals(find("pcrRead")[0]!.request, { hContext, pcrIndex: 10 });
  assertEquals(find("stirRandom")[0], {
    request: { hContext, inData: fromHex("61626364") },
    result: 0,
    response: {},
  });
  assertEquals(find("getPubKey")[0]!.result, 12);
  assertEquals(find("sign")[0]!.request.auths, [null]);
  assertEquals(find("certifyKey")[0]!.request.auths, [null, null]);
  const { request, response } = find("createWrapKey")[0]!;
  assertEquals(Object.keys(request), [
    "hContext",
    "parentHandle",
    "dataUsageAuth",
    "dataMigrationAuth",
    "keyInfo",
    "auths",
  ]);
  assertEquals((request.keyInfo as Uint8Array).length, 47);
  assertEquals((response.wrappedKey as Uint8Array).length, 559);
  const keys = find("enumRegisteredKeys")[0]!.response.keyHierarchy as { rgbVendorData: unknown }[];
  assertEquals(keys.length, 2);
  assertEquals(keys[0]!.rgbVendorData, new TextEncoder().encode("trousers 0.3.15\0"));
});

Deno.test("numbers that TrouSerS leaves in the order of its machine come out big-endian", () => {
  const capabilities = captured()
    .filter(({ operation }) => operation.method === "getTcsCapability")
    .map(({ request, response }) => [
      request.values.capArea,
      toHex(request.values.subCap as Uint8Array),
      toHex(response.answer.response.resp as Uint8Array).slice(0, 16),
    ]);
  assertEquals(capabilities, [
    [1, "00000023", "01"],
    [2, "", "01020003"],
    [5, "00000103", "49424d00"],
    [6, "00003001", "0000000200000065"],
  ]);
});
