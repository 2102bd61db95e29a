import { assertEquals, assertStringIncludes } from "@std/assert";
import { sha1 } from "../../../lib/crypto/mod.ts";
import { Emulator, EmulatorServer } from "../../../lib/emulator/mod.ts";
import { encodeEventLog, encodeImaLog } from "../../../lib/formats/mod.ts";
import { formatAddress } from "../../../lib/tddl/mod.ts";
import { tss } from "../io.ts";
import { STARTUP } from "../../raw_commands.ts";

const text = (words: string) => new TextEncoder().encode(words);
const SEPARATOR = 4;
const CODE = 8;

const EVENTS = [
  { pcrIndex: 0, eventType: CODE, digest: sha1(text("code")), event: text("BIOS 1.0") },
  { pcrIndex: 7, eventType: SEPARATOR, digest: sha1(new Uint8Array(4)), event: new Uint8Array(4) },
  { pcrIndex: 0, eventType: CODE, digest: sha1(text("more")), event: text("more") },
];

/** Runs the command over a TPM into which the first events were measured. */
async function eventlog(args: string[], { extend = EVENTS, log = encodeEventLog(EVENTS) } = {}) {
  using emulator = Emulator.powerOn();
  emulator.execute(STARTUP);
  await using server = await EmulatorServer.start({ emulator, listen: ["tcp:127.0.0.1:0"] });
  const tcti = ["-T", formatAddress(server.addresses[0]!)];
  for (const { pcrIndex, digest } of extend) {
    await tss(["pcrextend", ...tcti, "-p", `${pcrIndex}`, "-d", digest.toHex()]);
  }
  return await tss(["eventlog", ...tcti, "-i", "-", ...args], { stdin: log });
}

Deno.test("tss eventlog shows a log that explains the PCRs", async () => {
  const { code, json } = await eventlog(["--json"]);
  assertEquals(code, 0);
  assertEquals([json().verified, Object.keys(json().sha1)], [true, ["0", "7"]]);
  const [first, , last] = json().events;
  assertEquals([first.pcr, first.remark, first.data], [0, "BIOS 1.0", undefined]);
  assertEquals([last.type, last.data], [first.type, "more"]);
  const filtered = await eventlog(["--json", "-p", "7"]);
  assertEquals(filtered.json().events.length, 1);
});

Deno.test("tss eventlog shows nothing of a log that the TPM does not confirm", async () => {
  const { code, stdout, stderr } = await eventlog([], { extend: EVENTS.slice(0, 2) });
  assertEquals([code, stdout], [1, ""]);
  assertStringIncludes(stderr, "PCR 0");
  const shown = await eventlog(["--unverified", "--json"], { extend: [] });
  assertEquals([shown.code, shown.json().verified], [0, false]);
});

Deno.test("tss eventlog reads logs of IMA, and refuses what is none", async () => {
  const fields = [
    { name: "d", data: sha1(text("file")) },
    { name: "n", data: text("/bin/sh\0") },
  ];
  const templateHash = sha1(new Uint8Array(32));
  const log = encodeImaLog([{ pcrIndex: 10, templateHash, templateName: "ima", fields }]);
  const extend = [{ pcrIndex: 10, eventType: 0, digest: templateHash, event: new Uint8Array() }];
  const { code, json } = await eventlog(["--ima", "--json"], { extend, log });
  assertEquals(code, 0);
  // The hash is not that of the fields, so they are a remark.
  assertEquals(json().events[0].remark, "/bin/sh");
  const bad = await eventlog(["--ima"], { extend: [], log: text("\x01\x02\x03") });
  assertEquals([bad.code, bad.stdout], [1, ""]);
});
