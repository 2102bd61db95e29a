import type { Codec } from "../codec/mod.ts";
import { CodecError, type Reader, type Writer } from "../codec/mod.ts";
import type { Command, Parameters } from "../tpm12/commands/mod.ts";

/**
 * The value of a parameter as it travels through the stack: numbers and byte strings as such, a
 * structure either decoded or as its encoded bytes.
 */
export type Loose<T> = T extends number | bigint | boolean | Uint8Array ? T : T | Uint8Array;

/** The value of a parameter with every structure as its encoded bytes. */
export type Flat<T> = T extends number | bigint | boolean | Uint8Array ? T : Uint8Array;

/** Names and codecs of parameters, in the order of the wire. */
export type Fields = readonly (readonly [name: string, codec: Codec<unknown>])[];

/** Parameters of a row as lists, made once for each row. */
export interface Layout {
  /** Request: outside the digest. */
  readonly handles: Fields;
  /** Request: inside the digest. */
  readonly in: Fields;
  /** Answer: outside the digest. */
  readonly outHandles: Fields;
  /** Answer: inside the digest. */
  readonly out: Fields;
}

const layouts = new Map<Command, Layout>();

/** The layout of a row. */
export function layoutOf(row: Command): Layout {
  let layout = layouts.get(row);
  if (layout === undefined) {
    const list = (parameters: Parameters): Fields => Object.entries(parameters);
    layout = {
      handles: list(row.handles),
      in: list(row.in),
      outHandles: list(row.outHandles),
      out: list(row.out),
    };
    layouts.set(row, layout);
  }
  return layout;
}

/** Values by name. */
export type Values = Record<string, unknown>;

/** Reads decoded values into `values`; errors name `command` and the parameter. */
export function readFields(
  reader: Reader,
  command: string,
  { fields, values }: { fields: Fields; values: Values },
): void {
  for (const [name, codec] of fields) {
    try {
      values[name] = codec.read(reader);
    } catch (error) {
      throw error instanceof CodecError ? error.within(command, name) : error;
    }
  }
}

/** As {@linkcode readFields}, with every structure left as its bytes. */
export function readFlatFields(
  reader: Reader,
  command: string,
  { fields, values }: { fields: Fields; values: Values },
): void {
  for (const [name, codec] of fields) {
    const start = reader.offset;
    try {
      const value = codec.read(reader);
      values[name] = codec.structured ? reader.slice(start, reader.offset) : value;
    } catch (error) {
      throw error instanceof CodecError ? error.within(command, name) : error;
    }
  }
}

/** Writes values; a structure may stand decoded or as its bytes. */
export function writeFields(
  writer: Writer,
  command: string,
  { fields, values }: { fields: Fields; values: Values },
): void {
  for (const [name, codec] of fields) {
    const value = values[name];
    try {
      if (codec.structured && value instanceof Uint8Array) writer.bytes(value);
      else codec.write(writer, value);
    } catch (error) {
      throw error instanceof CodecError ? error.within(command, name) : error;
    }
  }
}
