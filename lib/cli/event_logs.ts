import {
  decodeEventLog,
  decodeImaAscii,
  decodeImaLog,
  eventDataIsMeasured,
  eventLogMeasurements,
  eventTypeName,
  type FirmwareEvent,
  imaLogMeasurements,
  imaMeasurement,
  type ImaRecord,
  imaRecordIsMeasured,
  type Measurement,
} from "../formats/mod.ts";

/** An entry of a log as it is told. */
export type LogEntry = Readonly<Record<string, unknown>>;

/** A log taken apart. */
export interface ParsedLog {
  /** What was extended. */
  readonly measurements: readonly Measurement[];
  /** What is told of each entry. */
  readonly entries: readonly LogEntry[];
}

/** Reads the firmware's log. */
export function parseFirmwareLog(log: Uint8Array): ParsedLog {
  const events = decodeEventLog(log);
  return { measurements: eventLogMeasurements(events), entries: events.map(describeEvent) };
}

/** Reads the log of IMA, binary or as text. */
export function parseImaLog(log: Uint8Array): ParsedLog {
  const isText = /^[0-9 ]/.test(String.fromCharCode(log[0] ?? 0));
  const records = isText ? decodeImaAscii(log) : decodeImaLog(log);
  return { measurements: imaLogMeasurements(records), entries: records.map(describeRecord) };
}

/** Data that the digest does not cover are shown as a remark. */
function describeEvent(event: FirmwareEvent): LogEntry {
  const { pcrIndex, eventType, digest } = event;
  const shown = printable(event.event);
  return {
    pcr: pcrIndex,
    type: eventTypeName(eventType),
    digest,
    ...eventDataIsMeasured(event) ? { data: shown } : { remark: shown },
  };
}

function describeRecord(record: ImaRecord): LogEntry {
  const { pcrIndex, templateName, templateHash } = record;
  const { path, algorithm, digest, signature } = imaMeasurement(record);
  const covered = imaRecordIsMeasured(record);
  return {
    pcr: pcrIndex,
    type: templateName,
    digest: templateHash,
    ...covered ? { path, algorithm, fileDigest: digest, signature } : { remark: path },
  };
}

/** Text where all of it is, else digits. */
function printable(bytes: Uint8Array): string {
  const text = String.fromCharCode(...bytes.subarray(0, 4096)).replace(/\0+$/, "");
  return bytes.length <= 4096 && /^[\x20-\x7e]*$/.test(text) ? text : bytes.toHex();
}
