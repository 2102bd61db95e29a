import { assert, assertEquals, assertThrows } from "@std/assert";
import { CodecError } from "../../lib/codec/mod.ts";
import {
  decodeEventLog,
  decodeSpecIdEvent,
  encodeEventLog,
  eventDataIsMeasured,
  eventLogMeasurements,
  type FirmwareEvent,
  replayEventLog,
} from "../../lib/formats/event_log.ts";
import { EV_NO_ACTION, EV_SEPARATOR, eventTypeName } from "../../lib/formats/event_types.ts";
import { extensionsUpTo, initialPcrValue, replayPcrs } from "../../lib/formats/pcr_replay.ts";
import { fromHex, toHex } from "../hex.ts";
import { nodeSha1 } from "../bytes.ts";
import { survivesMutation, survivesNoise } from "./malformed.ts";

const measured = (pcrIndex: number, eventType: number, event: Uint8Array): FirmwareEvent => ({
  pcrIndex,
  eventType,
  digest: nodeSha1(event),
  event,
});
const SPEC_ID: FirmwareEvent = {
  pcrIndex: 0,
  eventType: EV_NO_ACTION,
  digest: new Uint8Array(20),
  event: fromHex("53706563204944204576656e74303200" + "00000000" + "02010202" + "00"),
};
const events: FirmwareEvent[] = [
  SPEC_ID,
  measured(0, 8, new TextEncoder().encode("Firmware 1.0")),
  {
    ...measured(4, 0xd, new TextEncoder().encode("boot loader")),
    digest: new Uint8Array(20).fill(3),
  },
  ...[0, 4, 7].map((pcr) => measured(pcr, EV_SEPARATOR, new Uint8Array(4))),
  measured(17, 5, new Uint8Array()),
];
const log = encodeEventLog(events);

Deno.test("an event is little-endian: PCR, type, digest, size, data", () => {
  const bytes = encodeEventLog([measured(4, EV_SEPARATOR, fromHex("00000000"))]);
  const digest = "9069ca78e7450a285173431b3e52c5c25299e473"; // SHA-1 of four zeros.
  assertEquals(toHex(bytes), `0400000004000000${digest}0400000000000000`);
  assertEquals(encodeEventLog([]).length, 0);
});

Deno.test("a log round-trips", () => {
  assertEquals(decodeEventLog(log), events);
  assertEquals(decodeEventLog(new Uint8Array()), []);
});

Deno.test("replay extends every event but EV_NO_ACTION, each PCR from its initial value", () => {
  const zero = new Uint8Array(20);
  const values = replayEventLog(events);
  assertEquals([...values.keys()].sort((a, b) => a - b), [0, 4, 7, 17]);
  const separator = nodeSha1(new Uint8Array(4));
  assertEquals(values.get(7), nodeSha1(zero, separator));
  assertEquals(values.get(0), nodeSha1(nodeSha1(zero, events[1]!.digest), separator));
  assertEquals(values.get(17), nodeSha1(new Uint8Array(20).fill(0xff), nodeSha1()));
  const from = replayEventLog(events, new Map([[7, separator]]));
  assertEquals(from.get(7), nodeSha1(separator, separator));
});

Deno.test("PCRs 17–22 begin with ones, a PCR above 23 cannot be replayed", () => {
  const ones = Array.from({ length: 24 }, (_, i) => i).filter((i) =>
    initialPcrValue(i)[0] === 0xff
  );
  assertEquals(ones, [17, 18, 19, 20, 21, 22]);
  const digest = new Uint8Array(20);
  assertThrows(() => replayPcrs([{ pcrIndex: 24, digest }]), CodecError, "PCR 24");
});

Deno.test("a PCR's value tells how far a log had grown", () => {
  const measurements = eventLogMeasurements(events);
  assertEquals(measurements.length, events.length - 1);
  const value = replayPcrs(measurements.slice(0, 1)).get(0)!;
  assertEquals(extensionsUpTo(measurements, { pcrIndex: 0, value }), 1);
  const last = replayEventLog(events).get(0)!;
  assertEquals(extensionsUpTo(measurements, { pcrIndex: 0, value: last }), 3);
  assertEquals(extensionsUpTo(measurements, { pcrIndex: 0, value: new Uint8Array(20) }), 0);
  assertEquals(extensionsUpTo(measurements, { pcrIndex: 4, value: last }), null);
});

Deno.test("the data of an event are measured when the digest is theirs", () => {
  assert(eventDataIsMeasured(events[1]!));
  assert(!eventDataIsMeasured(events[2]!));
});

Deno.test("the Spec ID event says which specification the log follows", () => {
  const specId = decodeSpecIdEvent(events[0]!)!;
  assertEquals(
    [specId.specVersionMajor, specId.specVersionMinor, specId.specErrata, specId.uintnSize],
    [1, 2, 2, 2],
  );
  assertEquals(decodeSpecIdEvent(events[1]!), null);
  assertEquals(decodeSpecIdEvent({ ...SPEC_ID, event: new Uint8Array(30) }), null);
});

Deno.test("the crypto-agile log of a TPM 2.0 is refused with that reason", () => {
  const event = SPEC_ID.event.slice();
  event[14] = "3".charCodeAt(0);
  const agile = encodeEventLog([{ ...SPEC_ID, event }]);
  assertThrows(() => decodeEventLog(agile), CodecError, "crypto-agile log of a TPM 2.0");
});

Deno.test("the unused rest of a log area is not read as events", () => {
  for (const filler of [0, 0xff]) {
    for (const size of [32, 33, 4096]) {
      const area = Uint8Array.of(...log, ...new Uint8Array(size).fill(filler));
      assertEquals(decodeEventLog(area), events);
    }
  }
  const rest = Uint8Array.of(...log, ...new Uint8Array(200), 1);
  assertThrows(() => decodeEventLog(rest), CodecError);
});

Deno.test("an event that ends in zeros is no filler", () => {
  const zeros = [measured(1, EV_SEPARATOR, new Uint8Array(100)), measured(2, 6, new Uint8Array())];
  assertEquals(decodeEventLog(encodeEventLog(zeros)), zeros);
  assertEquals(decodeEventLog(encodeEventLog(zeros.slice(0, 1))), zeros.slice(0, 1));
});

Deno.test("a log cut anywhere but between events is refused with the record's number", () => {
  const boundaries = new Set(events.map((_, i) => encodeEventLog(events.slice(0, i)).length));
  for (let length = 0; length < log.length; length++) {
    const cut = log.subarray(0, length);
    if (boundaries.has(length)) decodeEventLog(cut);
    else assertThrows(() => decodeEventLog(cut), CodecError, "event log.record");
  }
  assertThrows(() => decodeEventLog(log.subarray(0, 70)), CodecError, "record 1");
});

Deno.test("changed and random logs give CodecError alone", () => {
  const options = {
    decode: (bytes: Uint8Array) => replayEventLog(decodeEventLog(bytes)),
    expected: CodecError,
  };
  survivesMutation(log, options);
  survivesNoise(10_000, options);
});

Deno.test("a digest of another length and a PCR over 32 bits are not encoded", () => {
  const bad = { ...events[1]!, digest: new Uint8Array(32) };
  assertThrows(() => encodeEventLog([events[0]!, bad]), CodecError, "event log.record 1.digest");
  assertThrows(() => encodeEventLog([{ ...bad, pcrIndex: 2 ** 32 }]), CodecError, "pcrIndex");
});

Deno.test("event types have the names of the specification, others their number", () => {
  assertEquals(eventTypeName(0), "EV_PREBOOT_CERT");
  assertEquals(eventTypeName(0x80000007), "EV_EFI_ACTION");
  assertEquals(eventTypeName(0x99), "0x00000099");
});
