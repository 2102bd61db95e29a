import { Reader, type Writer } from "../codec/mod.ts";
import { PacketError } from "./packet_error.ts";

/** Bytes of the header: seven UINT32. */
export const HEADER_SIZE = 28;

/** One packet, taken apart: the header has been checked, the parameters have not. */
export interface Packet {
  /** The ordinal of a request, the result of an answer. */
  readonly code: number;
  /** Parameters really present. */
  readonly count: number;
  /** The type list up to the parameters: the types present, then the slots left out. */
  readonly types: Uint8Array;
  /** The parameters, one after the other. */
  readonly parameters: Uint8Array;
}

/**
 * Takes one whole packet apart. Throws {@linkcode PacketError} when its header contradicts itself
 * or the bytes. An answer without parameters has zeros after the result; a request may not.
 */
export function decodePacket(bytes: Uint8Array, kind: "request" | "response"): Packet {
  if (bytes.length < HEADER_SIZE) throw unreadable(`${bytes.length} bytes are no header`, true);
  const reader = new Reader(bytes);
  const size = reader.u32();
  const code = reader.u32();
  const count = reader.u32();
  const typeSize = reader.u32();
  const typeOffset = reader.u32();
  const parameterSize = reader.u32();
  const parameterOffset = reader.u32();
  if (size !== bytes.length) {
    throw unreadable(`it says ${size} bytes and has ${bytes.length}`, true);
  }
  const tail = count | typeSize | typeOffset | parameterSize | parameterOffset;
  if (kind === "response" && size === HEADER_SIZE && tail === 0) {
    return { code, count, types: bytes.subarray(size), parameters: bytes.subarray(size) };
  }
  if (typeSize !== count) throw unreadable(`${count} parameters have ${typeSize} types`);
  if (typeOffset < HEADER_SIZE || typeOffset + typeSize > parameterOffset) {
    throw unreadable(`types at ${typeOffset} and parameters at ${parameterOffset} overlap`);
  }
  if (parameterOffset + parameterSize !== size) {
    throw unreadable(`parameters end at ${parameterOffset + parameterSize} of ${size} bytes`);
  }
  return {
    code,
    count,
    types: bytes.subarray(typeOffset, parameterOffset),
    parameters: bytes.subarray(parameterOffset),
  };
}

/** An answer without parameters: every error, and each success with nothing to return. */
export function encodeResult(result: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_SIZE);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, HEADER_SIZE);
  view.setUint32(4, result);
  return bytes;
}

/** What is to be written into a header; the rest follows from the packet's length. */
export interface HeaderFields {
  /** The ordinal of a request, the result of an answer. */
  readonly code: number;
  /** The types of the parameters present. */
  readonly types: readonly number[];
  /** Slots of the type list, those left out included. */
  readonly declared: number;
}

/** Writes the header and the type list into the room kept for them at the front. */
export function fillHeader(writer: Writer, { code, types, declared }: HeaderFields): void {
  const parameterOffset = HEADER_SIZE + declared;
  writer.setU32(0, writer.length);
  writer.setU32(4, code);
  writer.setU32(8, types.length);
  writer.setU32(12, types.length);
  writer.setU32(16, HEADER_SIZE);
  writer.setU32(20, writer.length - parameterOffset);
  writer.setU32(24, parameterOffset);
  for (let i = 0; i < types.length; i++) writer.setU8(HEADER_SIZE + i, types[i]!);
}

function unreadable(reason: string, closes = false): PacketError {
  return new PacketError(`Cannot read packet: ${reason}`, { closes });
}
