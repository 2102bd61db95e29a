import { CodecError, Reader, requireEnd } from "../../codec/mod.ts";
import { type Command as Row, commandRows } from "../../tpm12/commands/mod.ts";
import { TssError } from "../../tpm12/mod.ts";
import {
  AUTH_REQUEST,
  AUTH_REQUEST_SIZE,
  decodeResponseBody,
  layoutOf,
  readFields,
  readRequestHeader,
  sessionsOfTag,
  splitResponse,
  type Values,
} from "../../wire/mod.ts";
import { type Command, defineCommand } from "../command.ts";
import { UsageError } from "../errors.ts";
import { readText } from "../files.ts";
import { toJson } from "../yaml.ts";

/** `tss trace`: decodes packets of a TPM. */
export const command: Command = defineCommand({
  options: {
    infile: { short: "i", value: "FILE", help: "packets, one a line; default is standard input" },
  },
  operands: "[HEX...]",
  details:
    "Packets are hexadecimal digits; a > or < before them is no part of them. An answer belongs " +
    "to the\nrequest before it.",
  permissions: { "--allow-read=FILE": "for -i" },
  noTpm: true,
  example: "tss trace 00c10000000e000000150000000a 00c40000000a00000003",
  async run({ options, operands, io }) {
    const lines = operands.length > 0
      ? operands
      : (await readText(options.infile, io)).split("\n").filter((line) => line.trim() !== "");
    const decoder = new PacketDecoder();
    return {
      json: { packets: lines.map((line) => toJson(withHandles(decoder.decode(packetOf(line))))) },
    };
  },
});

function packetOf(line: string): Uint8Array {
  const digits = line.replace(/^\s*[<>]/, "").replace(/[\s:]/g, "");
  if (/^([0-9a-fA-F]{2})+$/.test(digits)) return Uint8Array.fromHex(digits);
  throw new UsageError(`A packet is hexadecimal digits, not "${line.trim().slice(0, 20)}"`);
}

/** Handles are read in hexadecimal digits. */
function withHandles(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withHandles);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      /handle$/i.test(name) && typeof field === "number"
        ? `0x${field.toString(16).padStart(8, "0")}`
        : withHandles(field),
    ]),
  );
}

/** Decodes packets in their order: what an answer holds depends on its request. */
class PacketDecoder {
  readonly #rows = new Map(commandRows().map((row) => [row.ordinal, row]));
  #asked: Row | undefined;

  decode(packet: Uint8Array): Values {
    const header = readRequestHeader(new Reader(packet));
    const sessions = sessionsOfTag(header.tag);
    if (sessions === undefined) return this.#answer(packet);
    this.#asked = this.#rows.get(header.ordinal);
    const row = this.#asked;
    if (row === undefined) {
      return { request: `ordinal 0x${header.ordinal.toString(16)}`, rest: packet };
    }
    return {
      request: row.name,
      ...explaining(packet, () => readRequest(packet, { row, sessions })),
    };
  }

  #answer(packet: Uint8Array): Values {
    const returnCode = readRequestHeader(new Reader(packet)).ordinal;
    const row = this.#asked;
    this.#asked = undefined;
    const answer = row?.name ?? "unknown request";
    if (returnCode !== 0) {
      const { codeName, detail } = TssError.fromResult(returnCode);
      return { answer, returnCode: codeName, meaning: detail };
    }
    if (row === undefined) return { answer, returnCode: "TPM_SUCCESS", rest: packet.subarray(10) };
    return {
      answer,
      returnCode: "TPM_SUCCESS",
      ...explaining(packet, () => {
        const { outHandles, body, auths } = splitResponse(row, packet);
        return {
          ...outHandles,
          ...decodeResponseBody(row, body),
          ...auths.length ? { auths } : {},
        };
      }),
    };
  }
}

function readRequest(
  packet: Uint8Array,
  { row, sessions }: { row: Row; sessions: number },
): Values {
  const values: Values = {};
  const { handles, in: parameters } = layoutOf(row);
  const reader = new Reader(packet.subarray(10, packet.length - sessions * AUTH_REQUEST_SIZE));
  readFields(reader, row.name, { fields: [...handles, ...parameters], values });
  requireEnd(row.name, reader);
  const rest = new Reader(packet.subarray(packet.length - sessions * AUTH_REQUEST_SIZE));
  const auths = Array.from({ length: sessions }, () => AUTH_REQUEST.read(rest));
  return auths.length > 0 ? { ...values, auths } : values;
}

/** What is malformed is shown with the reason. */
function explaining(packet: Uint8Array, read: () => Values): Values {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return { malformed: error.message, bytes: packet };
  }
}
