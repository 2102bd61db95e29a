import { CodecError, Reader, Writer } from "../codec/mod.ts";
import { equalBytes, sha1 } from "../crypto/mod.ts";
import { TPM_PCRVALUE } from "../tpm12/structures/mod.ts";
import { IMA_TEMPLATE, imaTemplateFields } from "./ima_templates.ts";
import { SIZED32_LE, U32_LE } from "./little_endian.ts";
import { type Measurement, replayPcrs } from "./pcr_replay.ts";
import { inRecord } from "./records.ts";
import { latin1 } from "./text.ts";

/** One field of a measurement. */
export interface ImaField {
  /** `d-ng`, `n-ng`, `sig` …; `0`, `1` … in an unknown template. */
  readonly name: string;
  /** Its bytes as they are hashed, without the length. */
  readonly data: Uint8Array;
}

/** A measurement of the Linux kernel. */
export interface ImaRecord {
  /** The PCR, 10 unless the kernel was built otherwise. */
  readonly pcrIndex: number;
  /** SHA-1 of the fields; all zero for a violation. */
  readonly templateHash: Uint8Array;
  /** `ima`, `ima-ng`, `ima-sig` … */
  readonly templateName: string;
  /** What was measured. */
  readonly fields: readonly ImaField[];
}

/** What a measurement says, where its template has such fields. */
export interface ImaMeasurement {
  /** Hash algorithm of the file's digest. */
  readonly algorithm?: string;
  /** Digest of the file. */
  readonly digest?: Uint8Array;
  /** Path of the file, or another hint. */
  readonly path?: string;
  /** The file's signature (`security.ima`), or nothing. */
  readonly signature?: Uint8Array;
}

/** Bytes of the digest in the template `ima`. */
const DIGEST_SIZE = 20;
/** Bytes that the name takes in the hash of the template `ima`. */
const NAME_SIZE = 256;
/** What the kernel extends for a violation. */
const VIOLATION = new Uint8Array(20).fill(0xff);
const WHAT = "IMA log";

/**
 * The records of a binary IMA log (`binary_runtime_measurements`), little-endian, SHA-1. Nothing
 * is verified here. Throws {@linkcode CodecError} with the number of the record, from 0.
 */
export function decodeImaLog(log: Uint8Array): ImaRecord[] {
  const reader = new Reader(log);
  const records: ImaRecord[] = [];
  while (reader.remaining > 0) {
    records.push(inRecord(WHAT, records.length, () => readRecord(reader)));
  }
  return records;
}

/** Undoes {@linkcode decodeImaLog}. Throws {@linkcode CodecError} with the number of the record. */
export function encodeImaLog(records: Iterable<ImaRecord>): Uint8Array {
  const writer = new Writer();
  let number = 0;
  for (const record of records) inRecord(WHAT, number++, () => writeRecord(writer, record));
  return writer.finish();
}

/** Whether the record is of a violation: a file that changed while it was measured. */
export function isImaViolation({ templateHash }: ImaRecord): boolean {
  return templateHash.every((byte) => byte === 0);
}

/** The SHA-1 of a record's fields, which its templateHash should be. */
export function imaTemplateHash({ templateName, fields }: ImaRecord): Uint8Array {
  if (templateName !== IMA_TEMPLATE) return sha1(templateData(fields));
  const [digest, name] = fields;
  const padded = new Uint8Array(NAME_SIZE);
  if (name) padded.set(name.data.subarray(0, NAME_SIZE - 1));
  return sha1(digest?.data ?? new Uint8Array(), padded);
}

/** Whether the fields are those that were extended; a violation's never are, nor need be. */
export function imaRecordIsMeasured(record: ImaRecord): boolean {
  return isImaViolation(record) || equalBytes(imaTemplateHash(record), record.templateHash);
}

/** What these records extended: their template hashes, or twenty bytes 0xff for a violation. */
export function imaLogMeasurements(records: Iterable<ImaRecord>): Measurement[] {
  return Array.from(records, (record) => ({
    pcrIndex: record.pcrIndex,
    digest: isImaViolation(record) ? VIOLATION : record.templateHash,
  }));
}

/** The values the PCRs have after these records, by {@linkcode replayPcrs}. */
export function replayImaLog(
  records: Iterable<ImaRecord>,
  start?: ReadonlyMap<number, Uint8Array>,
): Map<number, Uint8Array> {
  return replayPcrs(imaLogMeasurements(records), start);
}

/** What a record says of the file it measured. */
export function imaMeasurement({ fields }: ImaRecord): ImaMeasurement {
  const find = (...names: readonly string[]): ImaField | undefined =>
    fields.find((field) => names.includes(field.name));
  const digest = find("d", "d-ng", "d-ngv2");
  const path = find("n", "n-ng");
  const signature = find("sig");
  return {
    ...digest && describeDigest(digest),
    ...path && { path: new TextDecoder().decode(withoutNul(path.data)) },
    ...signature && { signature: signature.data },
  };
}

function describeDigest(field: ImaField): { algorithm: string; digest: Uint8Array } {
  const { prefix, digest } = splitDigest(field);
  return { algorithm: prefix.split(":").at(-2) ?? "sha1", digest };
}

/**
 * Takes a digest field apart: `sha256:` and NUL before the digest, `ima:sha256:` in d-ngv2,
 * nothing in d, which is SHA-1 or MD5.
 */
export function splitDigest({ name, data }: ImaField): { prefix: string; digest: Uint8Array } {
  const end = data.indexOf(0);
  if (name === "d" || end < 1 || data[end - 1] !== ":".charCodeAt(0)) {
    return { prefix: "", digest: data };
  }
  return {
    prefix: latin1(data.subarray(0, end)),
    digest: data.subarray(end + 1),
  };
}

/** Text without the NUL that ends it. */
export function withoutNul(text: Uint8Array): Uint8Array {
  return text.at(-1) === 0 ? text.subarray(0, -1) : text;
}

function readRecord(reader: Reader): ImaRecord {
  const pcrIndex = U32_LE.read(reader);
  const templateHash = TPM_PCRVALUE.read(reader);
  const templateName = printable(SIZED32_LE.read(reader));
  if (templateName === IMA_TEMPLATE) {
    const digest = reader.bytes(DIGEST_SIZE);
    const name = SIZED32_LE.read(reader);
    if (name.length >= NAME_SIZE) throw imaError(`its name takes ${name.length} bytes`);
    const fields = [{ name: "d", data: digest }, { name: "n", data: name }];
    return { pcrIndex, templateHash, templateName, fields };
  }
  const data = new Reader(SIZED32_LE.read(reader));
  const names = imaTemplateFields(templateName);
  const fields: ImaField[] = [];
  while (data.remaining > 0) {
    const name = names?.[fields.length] ?? String(fields.length);
    fields.push({ name, data: SIZED32_LE.read(data) });
  }
  if (names && names.length !== fields.length) {
    throw imaError(`${templateName} has ${names.length} fields, not ${fields.length}`);
  }
  return { pcrIndex, templateHash, templateName, fields };
}

function writeRecord(writer: Writer, record: ImaRecord): void {
  U32_LE.write(writer, record.pcrIndex);
  TPM_PCRVALUE.write(writer, record.templateHash);
  SIZED32_LE.write(writer, new TextEncoder().encode(record.templateName));
  if (record.templateName !== IMA_TEMPLATE) {
    return SIZED32_LE.write(writer, templateData(record.fields));
  }
  const [digest, name] = record.fields;
  if (digest?.data.length !== DIGEST_SIZE || !name || name.data.length >= NAME_SIZE) {
    throw imaError("the template ima takes a digest of 20 bytes and a name below 256");
  }
  writer.bytes(digest.data);
  SIZED32_LE.write(writer, name.data);
}

/** The fields as they stand in the log and are hashed: each after its length. */
function templateData(fields: readonly ImaField[]): Uint8Array {
  const writer = new Writer();
  for (const { data } of fields) SIZED32_LE.write(writer, data);
  return writer.finish();
}

function printable(bytes: Uint8Array): string {
  if (bytes.length === 0 || bytes.some((byte) => byte <= 0x20 || byte >= 0x7f)) {
    throw imaError("the name of its template is empty or not printable");
  }
  return new TextDecoder().decode(bytes);
}

function imaError(detail: string): CodecError {
  return new CodecError("value", `Cannot use IMA record: ${detail}`);
}
