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
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = view.getUint32(0);
  const code = view.getUint32(4);
  const count = view.getUint32(8);
  const typeSize = view.getUint32(12);
  const typeOffset = view.getUint32(16);
  const parameterSize = view.getUint32(20);
  const parameterOffset = view.getUint32(24);
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

/** Writes the header and the type list into the room kept for them at the front of `bytes`. */
export function fillHeader(bytes: Uint8Array, { code, types, declared }: HeaderFields): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parameterOffset = HEADER_SIZE + declared;
  view.setUint32(0, bytes.length);
  view.setUint32(4, code);
  view.setUint32(8, types.length);
  view.setUint32(12, types.length);
  view.setUint32(16, HEADER_SIZE);
  view.setUint32(20, bytes.length - parameterOffset);
  view.setUint32(24, parameterOffset);
  bytes.set(types, HEADER_SIZE);
  return bytes;
}

function unreadable(reason: string, closes = false): PacketError {
  return new PacketError(`Cannot read packet: ${reason}`, { closes });
}
