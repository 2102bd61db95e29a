import { assertEquals, assertThrows } from "@std/assert";
import { DEFAULT_DURATIONS } from "../../lib/tddl/durations.ts";
import { openTddl } from "../../lib/tddl/mod.ts";
import { CoreServices, tcsCapability } from "../../lib/tcs/mod.ts";
import { TssError } from "../../lib/tpm12/tss_error.ts";
import { fromHex, toHex } from "../hex.ts";

const PC = { id: 2, uri: "http://pc" };
const ask = (capArea: number, subCap = "", options = {}) =>
  toHex(tcsCapability(capArea, fromHex(subCap), options));

Deno.test("the core services tell what they can, numbers big-endian", () => {
  assertEquals(ask(1, "00000023"), "01"); // SHA-1
  assertEquals(ask(1, "00000020"), "00"); // RSA is the TPM's
  assertEquals(ask(1, "000000fe"), "00000020");
  assertEquals(ask(1, "000000ff"), "00000800");
  assertEquals(ask(2), "01020001");
  assertEquals(ask(3, "00000100"), "01");
  assertEquals(ask(3, "00000101"), "01");
  assertEquals(ask(4), "01");
  assertEquals(ask(5, "00000103"), "44454e4f");
  assertEquals(ask(5, "00000102"), "440045004e004f00");
  assertEquals(ask(7), "01");
  assertEquals(ask(7, "00002100"), "00");
  assertEquals(ask(7, "00002100", { exclusiveTransport: true }), "01");
});

Deno.test("platforms are an identifier and where they are specified", () => {
  const encoded = "00000002" + "0000000a" + "687474703a2f2f706300";
  assertEquals(ask(6, "00003001", { host: PC }), encoded);
  assertEquals(ask(6, "00003001"), "00000002" + "00000000");
  assertEquals(ask(6, "00003002", { all: [PC, PC] }), encoded + encoded);
  assertEquals(ask(6, "00003002"), "");
});

Deno.test("what there is not is a bad parameter", () => {
  for (const [area, sub] of [[1, "00007777"], [3, "00000999"], [9, ""], [5, ""]] as const) {
    assertEquals(assertThrows(() => ask(area, sub), TssError).result, 0x2003);
  }
});

Deno.test("services give the TPM's commands as long as it says they take", async () => {
  await using tddl = await openTddl("emulator");
  assertEquals(tddl.durations, DEFAULT_DURATIONS);
  const services = await CoreServices.start(tddl);
  assertEquals(tddl.durations, { short: 50_000, medium: 100_000, long: 300_000 });
  await services[Symbol.asyncDispose]();
});
