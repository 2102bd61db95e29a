import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { Emulator, type Trace } from "../../lib/emulator/mod.ts";
import { commandRows } from "../../lib/tpm12/commands/mod.ts";
import { TPM_TRANSPORT_ENCRYPT } from "../../lib/tpm12/constants/mod.ts";
import { fromHex, toHex } from "../hex.ts";
import { pcrRead, STARTUP } from "../raw_commands.ts";
import type { EmulatorMachine } from "../conformance/emulator_machine.ts";
import { ownedEmulator } from "../conformance/owned_emulator.ts";
import { play } from "../conformance/differential.ts";
import { step } from "../conformance/step.ts";
import { seal } from "../conformance/steps.ts";
import { openTransport } from "../conformance/transport.ts";

/** What an emulator tells while `body` runs. */
function traced(emulator: Emulator, body: () => void): Trace[] {
  const traces: Trace[] = [];
  emulator.onTrace = (trace) => traces.push(trace);
  body();
  emulator.onTrace = null;
  return traces;
}

Deno.test("a trace gives the names and values of a command and of its answer", () => {
  using emulator = Emulator.powerOn();
  emulator.execute(STARTUP);
  const [trace] = traced(emulator, () => emulator.execute(pcrRead(7)));
  assertEquals(trace!.command?.name, "TPM_PCRRead");
  assertEquals(trace!.decodedRequest, {
    values: { pcrIndex: 7 },
    auths: [],
    leftOut: [],
    malformed: null,
  });
  assertEquals(trace!.decodedResponse?.values, { outDigest: new Uint8Array(20) });
  assertEquals(trace!.refusal, null);
});

Deno.test("a trace says in a sentence why a command was refused", () => {
  using emulator = Emulator.powerOn();
  emulator.execute(STARTUP);
  const [read, none, short] = traced(emulator, () => {
    emulator.execute(pcrRead(24));
    emulator.execute(fromHex("00c1 0000000a 0000ffff"));
    emulator.execute(fromHex("00c1 0000000c 00000015 0000"));
  });
  assertStringIncludes(read!.refusal!, "TPM_PCRRead was refused with TPM_BADINDEX: ");
  assertEquals(read!.decodedResponse?.values, {});
  assertEquals(
    none!.refusal,
    "The request was refused with TPM_BAD_ORDINAL: ordinal 0xffff is not served.",
  );
  assertEquals([none!.decodedRequest, none!.decodedResponse], [null, null]);
  assertStringIncludes(short!.decodedRequest!.malformed!, "TPM_PCRRead.pcrIndex");
});

Deno.test("a trace leaves out what may be secret, and names it", () => {
  const side = ownedEmulator();
  const { emulator } = side.machine as EmulatorMachine;
  const data = new TextEncoder().encode("the secret of the trace test");
  const traces = traced(emulator, () => {
    play(side, [seal("blob", { data })]);
  });
  const sealed = traces.find(({ command }) => command?.name === "TPM_Seal")!;
  assertEquals(sealed.error, null);
  const { values, leftOut, auths } = sealed.decodedRequest!;
  assertEquals(Object.keys(values), ["keyHandle", "pcrInfo"]);
  assertEquals(leftOut, ["encAuth", "inData"]);
  assertEquals(Object.keys(auths[0]!), ["authHandle", "nonceOdd", "continueAuthSession"]);
  assert("sealedData" in sealed.decodedResponse!.values);
  assert(!JSON.stringify(traces.map((trace) => shown(trace))).includes(toHex(data)));
});

Deno.test("a trace tells of a command in a transport session too, decrypted", () => {
  const side = ownedEmulator();
  const { emulator } = side.machine as EmulatorMachine;
  play(side, openTransport({ key: "SRK", transAttributes: TPM_TRANSPORT_ENCRYPT }));
  const inDigest = new Uint8Array(20).fill(7);
  const traces = traced(emulator, () => {
    play(side, [
      step({ command: "TPM_Extend", request: { pcrNum: 16, inDigest } }),
      step({ command: "TPM_PCRRead", request: { pcrIndex: 24 }, code: "TPM_BADINDEX" }),
    ]);
  });
  assertEquals(traces.map(({ command, wrapped }) => [command!.name, wrapped]), [
    ["TPM_Extend", true],
    ["TPM_ExecuteTransport", false],
    ["TPM_PCRRead", true],
    ["TPM_ExecuteTransport", false],
  ]);
  const [extend, outer, read] = traces;
  assertEquals(extend!.decodedRequest!.values, { pcrNum: 16, inDigest });
  assertEquals(extend!.decodedResponse!.values, { outDigest: emulator.inspect().pcrs[16] });
  assertEquals(outer!.decodedRequest!.leftOut, ["wrappedCmd"]);
  assertStringIncludes(read!.refusal!, "TPM_PCRRead was refused with TPM_BADINDEX: ");
});

Deno.test("a trace is what came, whatever becomes of the buffer it came in", () => {
  using emulator = Emulator.powerOn();
  emulator.execute(STARTUP);
  const request = pcrRead(7).slice();
  const [trace] = traced(emulator, () => emulator.execute(request));
  request.fill(0);
  assertEquals(trace!.decodedRequest?.values, { pcrIndex: 7 });
});

Deno.test("a listener that throws harms no command, one in a transport session neither", () => {
  const side = ownedEmulator();
  const { emulator } = side.machine as EmulatorMachine;
  play(side, openTransport({ key: "SRK", transAttributes: TPM_TRANSPORT_ENCRYPT }));
  emulator.onTrace = () => {
    throw new Error("the disk is full");
  };
  const inDigest = new Uint8Array(20).fill(7);
  const extend = step({ command: "TPM_Extend", request: { pcrNum: 16, inDigest } });
  assertThrows(() => play(side, [extend]), Error, "the disk is full");
  emulator.onTrace = null;
  assertEquals(emulator.tpm.failure, null);
  assert(emulator.inspect().pcrs[16]!.some((byte) => byte !== 0));
});

Deno.test("every parameter that a row calls secret is a parameter of the row", () => {
  for (const { name, secret = [], in: parameters, out } of commandRows()) {
    for (const parameter of secret) assert(parameter in parameters || parameter in out, name);
  }
});

/** Everything a trace decodes, byte strings as hexadecimal digits. */
function shown({ decodedRequest, decodedResponse, refusal }: Trace): unknown {
  return JSON.parse(
    JSON.stringify(
      { decodedRequest, decodedResponse, refusal },
      (_, value) => value instanceof Uint8Array ? toHex(value) : value,
    ),
  );
}
