import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { EventLog, type PcrEvent } from "../../lib/tcs/mod.ts";
import { TssError } from "../../lib/tpm12/tss_error.ts";
import { emulatorBed } from "./bed.ts";

const eventOf = (ulPcrIndex: number, rgbEvent = Uint8Array.of(ulPcrIndex)): PcrEvent => ({
  versionInfo: Uint8Array.of(1, 1, 0, 0),
  ulPcrIndex,
  eventType: 5,
  rgbPcrValue: new Uint8Array(20).fill(ulPcrIndex),
  rgbEvent,
});

const SOURCES = {
  firmware: {
    pcrs: [0, 1, 2],
    read: () => Promise.resolve([eventOf(0), eventOf(2), eventOf(0), eventOf(10)]),
  },
  kernel: { pcrs: [2, 10], read: () => Promise.resolve([eventOf(10), eventOf(2), eventOf(2)]) },
};

const pcrsOf = (events: readonly PcrEvent[]) => events.map(({ ulPcrIndex }) => ulPcrIndex);
const codeOf = (action: () => unknown) => assertThrows(action, TssError).codeName;

Deno.test("events are counted by PCR, and told in the order they came", async () => {
  const log = new EventLog();
  assertEquals([log.add(eventOf(3)), log.add(eventOf(1)), log.add(eventOf(3))], [1, 1, 2]);
  assertEquals(pcrsOf(await log.all()), [1, 3, 3]);
  assertEquals(await log.ofPcr(3), [eventOf(3), eventOf(3)]);
  assertEquals(codeOf(() => log.add(eventOf(24))), "TSS_E_BAD_PARAMETER");
  await assertRejects(() => log.ofPcr(24), TssError);
});

Deno.test("PCRs of firmware and kernel have their logs alone, the kernel's first", async () => {
  let reads = 0;
  const read = () => Promise.resolve(++reads).then(SOURCES.firmware.read);
  const log = new EventLog({ ...SOURCES, firmware: { ...SOURCES.firmware, read } });
  log.add(eventOf(7));
  assertEquals(pcrsOf(await log.all()), [0, 0, 2, 2, 7, 10]);
  assertEquals(reads, 1);
  assertEquals((await log.ofPcr(1)).length, 0);
  for (const pcr of [0, 1, 2, 10]) {
    assertEquals(codeOf(() => log.add(eventOf(pcr))), "TSS_E_FAIL");
  }
});

Deno.test("a log that any client may write to does not grow for ever", () => {
  const log = new EventLog();
  const large = eventOf(1, new Uint8Array(60_000));
  let added = 0;
  const refused = assertThrows(() => {
    for (;;) added = log.add(large);
  }, TssError);
  assertEquals([refused.codeName, added], ["TPM_RESOURCES", 69]);
});

Deno.test("PCRs of firmware and kernel are extended by nobody else, and read by all", async () => {
  await using bed = await emulatorBed({ eventLog: SOURCES });
  const { tcs } = await bed.user();
  const inDigest = new Uint8Array(20);
  const refused = await assertRejects(() => tcs.extend({ pcrNum: 2, inDigest }), TssError);
  assertEquals(refused.codeName, "TSS_E_FAIL");
  await tcs.extend({ pcrNum: 3, inDigest });
  await tcs.pcrRead({ pcrIndex: 2 });
  const { number } = await tcs.getPcrEvent({ pcrIndex: 2, eventNumber: 0, lengthOnly: true });
  assertEquals(number, 2);
  const events = await tcs.getPcrEventsByPcr({ pcrIndex: 0, firstEvent: 1, eventCount: 9 });
  assertEquals(pcrsOf(events), [0]);
  assertEquals((await tcs.getPcrEvent({ pcrIndex: 0, eventNumber: 1 })).event, eventOf(0));
  await assertRejects(() => tcs.getPcrEvent({ pcrIndex: 0, eventNumber: 2 }), TssError);
});
