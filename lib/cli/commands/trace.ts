import { Reader } from "../../codec/mod.ts";
import { type Command as Row, commandByOrdinal } from "../../tpm12/commands/mod.ts";
import { TssError } from "../../tpm12/mod.ts";
import {
  type DecodedPacket,
  decodeRequest,
  decodeResponse,
  readRequestHeader,
  sessionsOfTag,
  type Values,
} from "../../wire/mod.ts";
import { type Command, defineCommand } from "../command.ts";
import { UsageError } from "../errors.ts";
import { readText } from "../files.ts";
import { toJson, withHexHandles } from "../yaml.ts";

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
      json: {
        packets: lines.map((line) => toJson(withHexHandles(decoder.decode(packetOf(line))))),
      },
    };
  },
});

function packetOf(line: string): Uint8Array {
  const digits = line.replace(/^\s*[<>]/, "").replace(/[\s:]/g, "");
  if (/^([0-9a-fA-F]{2})+$/.test(digits)) return Uint8Array.fromHex(digits);
  throw new UsageError(`A packet is hexadecimal digits, not "${line.trim().slice(0, 20)}"`);
}

/** Decodes packets in their order: what an answer holds depends on its request. */
class PacketDecoder {
  #asked: Row | undefined;

  decode(packet: Uint8Array): Values {
    const { tag, ordinal } = readRequestHeader(new Reader(packet));
    if (sessionsOfTag(tag) === undefined) return this.#answer(packet, ordinal);
    const row = commandByOrdinal(ordinal);
    this.#asked = row;
    if (row === undefined) return { request: `ordinal 0x${ordinal.toString(16)}`, rest: packet };
    return { request: row.name, ...shown(decodeRequest(row, packet, { secrets: true }), packet) };
  }

  #answer(packet: Uint8Array, returnCode: number): Values {
    const row = this.#asked;
    this.#asked = undefined;
    const answer = row?.name ?? "unknown request";
    if (returnCode !== 0) {
      const { codeName, detail } = TssError.fromResult(returnCode);
      return { answer, returnCode: codeName, meaning: detail };
    }
    const done = { answer, returnCode: "TPM_SUCCESS" };
    if (row === undefined) return { ...done, rest: packet.subarray(10) };
    return { ...done, ...shown(decodeResponse(row, packet, { secrets: true }), packet) };
  }
}

/** What is malformed is shown with the reason. */
function shown({ values, auths, malformed }: DecodedPacket, packet: Uint8Array): Values {
  if (malformed !== null) return { malformed, bytes: packet };
  return { ...values, ...auths.length > 0 ? { auths } : {} };
}
