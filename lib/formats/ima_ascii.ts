import { CodecError, concat } from "../codec/mod.ts";
import { type ImaField, type ImaRecord, splitDigest, withoutNul } from "./ima_log.ts";
import { IMA_TEMPLATE, imaFieldForm, imaTemplateFields } from "./ima_templates.ts";
import { inRecord } from "./records.ts";
import { hexToBytes, latin1 } from "./text.ts";

const SPACE = 0x20;
const NEWLINE = 0x0a;
const COLON = ":".charCodeAt(0);
const WHAT = "IMA log";

/**
 * The records of an ASCII IMA log (`ascii_runtime_measurements`), with the same values as in the
 * binary one; bytes or text. Nothing is verified here. Throws {@linkcode CodecError} with the
 * number of the record, from 0.
 */
export function decodeImaAscii(log: Uint8Array | string): ImaRecord[] {
  const bytes = typeof log === "string" ? new TextEncoder().encode(log) : log;
  const records: ImaRecord[] = [];
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    if (end > start) {
      const line = bytes.subarray(start, end);
      records.push(inRecord(WHAT, records.length, () => decodeLine(line)));
    }
    start = end + 1;
  }
  return records;
}

/** The log as the kernel shows it. Throws {@linkcode CodecError} for a field it could not show. */
export function encodeImaAscii(records: Iterable<ImaRecord>): Uint8Array {
  const lines: Uint8Array[] = [];
  for (const record of records) {
    lines.push(inRecord(WHAT, lines.length, () => encodeLine(record)));
  }
  return concat(lines);
}

/** `10 HASH ima-ng sha1:DIGEST PATH`, the fields of the template separated by single spaces. */
function decodeLine(line: Uint8Array): ImaRecord {
  const [pcr, hash, name, ...rest] = split(line);
  const templateName = latin(name);
  const templateHash = hexToBytes(latin(hash), "template hash");
  const names = imaTemplateFields(templateName);
  if (!/^[1-9]?\d$/.test(latin(pcr))) throw lineError("it does not begin with a PCR");
  if (templateHash.length !== 20) throw lineError("its template hash is no SHA-1");
  if (!names) throw lineError(`its template ${JSON.stringify(templateName)} is not known`);
  const texts = fitFields(rest, names);
  const fields = names.map((field, i) => decodeField(field, { text: texts[i]!, templateName }));
  return { pcrIndex: Number(latin(pcr)), templateHash, templateName, fields };
}

/** Old kernels leave spaces in paths; a signature that is empty may have lost its space. */
function fitFields(parts: readonly Uint8Array[], names: readonly string[]): Uint8Array[] {
  const texts = [...parts];
  if (texts.length === names.length - 1 && imaFieldForm(names.at(-1)!) === "hex") {
    texts.push(new Uint8Array());
  }
  const extra = texts.length - names.length;
  const path = names.findIndex((field) => imaFieldForm(field) === "text");
  if (extra < 0 || (extra > 0 && path < 0)) {
    throw lineError(`it has ${parts.length} fields where ${names.length} belong`);
  }
  if (extra > 0) {
    const pieces = texts.splice(path, extra + 1);
    const space = Uint8Array.of(SPACE);
    texts.splice(path, 0, concat(pieces.flatMap((piece) => [piece, space]).slice(0, -1)));
  }
  return texts;
}

function decodeField(
  name: string,
  { text, templateName }: { text: Uint8Array; templateName: string },
): ImaField {
  const form = imaFieldForm(name);
  if (form === "hex") return { name, data: hexToBytes(latin(text), name) };
  if (form === "text") {
    // The path is hashed with the NUL that ends it, but not in the oldest template.
    return { name, data: templateName === IMA_TEMPLATE ? text : concat([text, Uint8Array.of(0)]) };
  }
  const colon = text.lastIndexOf(COLON);
  const digest = hexToBytes(latin(text.subarray(colon + 1)), name);
  if (templateName === IMA_TEMPLATE && (colon >= 0 || digest.length !== 20)) {
    throw lineError("its digest is no SHA-1");
  }
  if (colon < 0) return { name, data: digest };
  return { name, data: concat([text.subarray(0, colon + 1), Uint8Array.of(0), digest]) };
}

function encodeLine({ pcrIndex, templateHash, templateName, fields }: ImaRecord): Uint8Array {
  const head = `${String(pcrIndex).padStart(2)} ${templateHash.toHex()} ${templateName}`;
  const texts = fields.flatMap((field) => [Uint8Array.of(SPACE), encodeField(field)]);
  return concat([new TextEncoder().encode(head), ...texts, Uint8Array.of(NEWLINE)]);
}

function encodeField(field: ImaField): Uint8Array {
  const form = imaFieldForm(field.name);
  if (form === "text") {
    const text = withoutNul(field.data);
    if (text.includes(NEWLINE)) throw lineError("its path holds a newline");
    return text;
  }
  const { prefix, digest } = form === "digest"
    ? splitDigest(field)
    : { prefix: "", digest: field.data };
  return new TextEncoder().encode(prefix + digest.toHex());
}

/** Parts between single spaces; the kernel pads the PCR to two characters. */
function split(line: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let start = line[0] === SPACE ? 1 : 0;
  for (;;) {
    const space = line.indexOf(SPACE, start);
    parts.push(line.subarray(start, space < 0 ? line.length : space));
    if (space < 0) return parts;
    start = space + 1;
  }
}

function latin(bytes: Uint8Array | undefined): string {
  if (!bytes) throw lineError("it is cut short");
  return latin1(bytes);
}

function lineError(detail: string): CodecError {
  return new CodecError("value", `Cannot decode IMA record: ${detail}`);
}
