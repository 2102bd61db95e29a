import { bytes, type Codec, CodecError, decode, Reader, struct, U8, Writer } from "../codec/mod.ts";
import { equalBytes, sha1 } from "../crypto/mod.ts";
import { TPM_PCRVALUE } from "../tpm12/structures/mod.ts";
import { EV_NO_ACTION } from "./event_types.ts";
import { SIZED32_LE, U32_LE } from "./little_endian.ts";
import { type Measurement, replayPcrs } from "./pcr_replay.ts";
import { inRecord } from "./records.ts";
import { latin1 } from "./text.ts";

/** An event of the firmware's log: TCG_PCClientPCREventStruct, little-endian. */
export interface FirmwareEvent {
  /** The PCR. */
  pcrIndex: number;
  /** EV_* number. */
  eventType: number;
  /** What was extended: 20 bytes. */
  digest: Uint8Array;
  /** What it stands for. */
  event: Uint8Array;
}

/** Wire form of {@linkcode FirmwareEvent}. */
const EVENT: Codec<FirmwareEvent> = struct("TCG_PCR_EVENT", {
  pcrIndex: U32_LE,
  eventType: U32_LE,
  digest: TPM_PCRVALUE,
  event: SIZED32_LE,
});

/** What the first event of a log says of the log. */
export interface SpecIdEvent {
  /** `Spec ID Event00` (BIOS), `Spec ID Event02` (EFI) or `Spec ID Event03` (crypto-agile). */
  signature: Uint8Array;
  /** 0 for a client, 1 for a server. */
  platformClass: number;
  /** Minor version of the specification. */
  specVersionMinor: number;
  /** Major version of the specification. */
  specVersionMajor: number;
  /** Errata level. */
  specErrata: number;
  /** Size of the firmware's UINTN: 1 for 32 bits, 2 for 64; reserved for a BIOS. */
  uintnSize: number;
}

const SPEC_ID: Codec<SpecIdEvent> = struct("TCG_EfiSpecIDEvent", {
  signature: bytes("signature", 16),
  platformClass: U32_LE,
  specVersionMinor: U8,
  specVersionMajor: U8,
  specErrata: U8,
  uintnSize: U8,
});
const SPEC_ID_SIZE = 24;
/** Bytes of an event before its data; fewer are no filler. */
const HEADER_SIZE = 32;
const SPEC_ID_PREFIX = "Spec ID Event";
const CRYPTO_AGILE = "Spec ID Event03";
const WHAT = "event log";

/**
 * The events of a firmware log of TPM 1.2, in order: `binary_bios_measurements` of Linux, or the
 * ACPI log area with the unused rest of it all zeros or all ones. Nothing is verified here. Throws
 * {@linkcode CodecError} with the number of the record, from 0, also for the log of a TPM 2.0.
 */
export function decodeEventLog(log: Uint8Array): FirmwareEvent[] {
  const reader = new Reader(log);
  const events: FirmwareEvent[] = [];
  const end = endOfEvents(log);
  while (reader.offset < log.length && (reader.offset < end || reader.remaining < HEADER_SIZE)) {
    const event = inRecord(WHAT, events.length, () => EVENT.read(reader));
    const specId = events.length === 0 ? decodeSpecIdEvent(event) : null;
    if (specId && signatureOf(specId) === CRYPTO_AGILE) {
      const detail = "it is the crypto-agile log of a TPM 2.0";
      throw new CodecError("value", `Cannot decode ${WHAT}: ${detail}`);
    }
    events.push(event);
  }
  return events;
}

/** Undoes {@linkcode decodeEventLog}. Throws {@linkcode CodecError} with the number of the record. */
export function encodeEventLog(events: Iterable<FirmwareEvent>): Uint8Array {
  const writer = new Writer();
  let number = 0;
  for (const event of events) inRecord(WHAT, number++, () => EVENT.write(writer, event));
  return writer.finish();
}

/** What a Spec ID event says; `null` when the event is none. */
export function decodeSpecIdEvent({ eventType, event }: FirmwareEvent): SpecIdEvent | null {
  if (eventType !== EV_NO_ACTION || event.length < SPEC_ID_SIZE) return null;
  const specId = decode(SPEC_ID, event.subarray(0, SPEC_ID_SIZE));
  return signatureOf(specId).startsWith(SPEC_ID_PREFIX) ? specId : null;
}

/** What these events extended: all of them but EV_NO_ACTION. */
export function eventLogMeasurements(events: Iterable<FirmwareEvent>): Measurement[] {
  return [...events].filter(({ eventType }) => eventType !== EV_NO_ACTION);
}

/** The values the PCRs have after these events, by {@linkcode replayPcrs}. */
export function replayEventLog(
  events: Iterable<FirmwareEvent>,
  start?: ReadonlyMap<number, Uint8Array>,
): Map<number, Uint8Array> {
  return replayPcrs(eventLogMeasurements(events), start);
}

/**
 * Whether the digest is the SHA-1 of the event's data. Where it is not, the digest is of something
 * else, code mostly, and the data are a mere remark that nobody vouches for.
 */
export function eventDataIsMeasured({ digest, event }: FirmwareEvent): boolean {
  return equalBytes(sha1(event), digest);
}

function signatureOf(specId: SpecIdEvent): string {
  return latin1(specId.signature).replace(/\0+$/, "");
}

/** Where the zeros, or ones, begin that the log ends in. */
function endOfEvents(log: Uint8Array): number {
  const filler = log.at(-1);
  if (filler !== 0 && filler !== 0xff) return log.length;
  return log.findLastIndex((byte) => byte !== filler) + 1;
}
