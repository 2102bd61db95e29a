import { type Codec, CodecError, Reader } from "../codec/mod.ts";
import { PacketError } from "./packet_error.ts";
import type { ParameterReader, ParameterWriter } from "./parameters.ts";
import type {
  AuthSlot,
  BytesSlot,
  HandlesSlot,
  ListSlot,
  Slot,
  Values,
  ValueSlot,
} from "./slot.ts";
import { PARAMETER_TYPES } from "./types.ts";

/** Which packets a plan is for. */
export type Direction = "request" | "response";

/** What a step works on. */
export interface Exchange {
  /** The fields that are written, or filled by reading. */
  readonly values: Values;
  /** The fields of the request that is answered, or of this request. */
  readonly request: Readonly<Values>;
}

/** One slot made ready: both directions as functions. */
export interface Step {
  /** The field it is for. */
  readonly field: string;
  /** Places of the type list for these values. */
  places(values: Readonly<Values>): number;
  /** Writes what the slot carries. */
  write(out: ParameterWriter, exchange: Exchange): void;
  /** Reads it. */
  read(from: ParameterReader, exchange: Exchange): void;
}

/** The slots of a packet, made ready once. */
export type Plan = readonly Step[];

const { AUTH, PBYTE, UINT32 } = PARAMETER_TYPES;
const NOTHING = new Uint8Array(0);
/** Bytes of a UINT32. */
const LENGTH_SIZE = 4;

/** Makes the slots of a packet ready. */
export function planOf(slots: readonly Slot[], direction: Direction): Plan {
  return slots.map((slot, i) => {
    switch (slot.kind) {
      case "value":
        return valueStep(slot, direction);
      case "bytes":
        return bytesStep(slot);
      case "handles":
        return handlesStep(slot);
      case "list":
        return listStep(slot, direction);
      case "auth":
        return authStep(slot, direction, sessionsFrom(slots, i));
    }
  });
}

/** How many sessions stand side by side from place `start` on. */
function sessionsFrom(slots: readonly Slot[], start: number): number {
  const end = slots.findIndex((slot, i) => i > start && slot.kind !== "auth");
  return (end < 0 ? slots.length : end) - start;
}

function valueStep(slot: ValueSlot, direction: Direction): Step {
  const { type: name, field, optional, otherwise, flag } = slot;
  const type = PARAMETER_TYPES[name];
  const codec = type[direction];
  return {
    field,
    places: () => 1,
    write(out, { values }) {
      const value = values[field] ?? otherwise;
      if (optional && value === undefined) return;
      codec.write(out.add(type), flag ? (value ? 1 : 0) : value);
    },
    read(from, { values }) {
      if (optional && !from.follows(type)) return;
      const value = codec.read(from.take(type));
      values[field] = flag ? value !== 0 : value;
    },
  };
}

function bytesStep(slot: BytesSlot): Step {
  const { field, unit, exactly, bare, mayLack, lengthInside, omitEmpty, hostOrder } = slot;
  return {
    field,
    places: () => bare ? 1 : 2,
    write(out, { values, request }) {
      const given = requireBytes(values[field] ?? (mayLack ? NOTHING : undefined), slot);
      const value = lengthInside ? given.subarray(LENGTH_SIZE) : given;
      if (!bare) out.add(UINT32).u32(value.length / unit);
      if (omitEmpty && value.length === 0) return;
      out.add(PBYTE).bytes(hostOrder?.(request) ? swapped(value) : value);
    },
    read(from, { values, request }) {
      const start = from.body.offset;
      const length = bare ? exactly! : from.take(UINT32).u32() * unit;
      if (exactly !== undefined && length !== exactly) {
        throw new PacketError(`Cannot read ${field}: it has ${exactly} bytes, not ${length}`);
      }
      // With nothing in it either form is understood.
      const listed = length > 0 || from.follows(PBYTE);
      const value = listed ? from.take(PBYTE).bytes(length) : NOTHING;
      if (lengthInside) values[field] = from.body.slice(start, from.body.offset);
      else values[field] = hostOrder?.(request) ? swapped(value) : value;
    },
  };
}

function requireBytes(value: unknown, slot: BytesSlot): Uint8Array {
  const { field, unit, exactly, lengthInside } = slot;
  if (!(value instanceof Uint8Array)) throw new TypeError(`Cannot encode ${field}: it takes bytes`);
  const { length } = value;
  const fits = lengthInside
    ? length >= LENGTH_SIZE && new Reader(value).u32() === length - LENGTH_SIZE
    : length % unit === 0 && (exactly === undefined || length === exactly);
  if (!fits) throw new CodecError("value", `Cannot encode ${field}: ${length} bytes do not fit`);
  return value;
}

/** Four bytes in the order of x86; other lengths are no number. */
function swapped(value: Uint8Array): Uint8Array {
  return value.length === 4 ? value.toReversed() : value;
}

function handlesStep({ field }: HandlesSlot): Step {
  return {
    field,
    places: () => 2,
    write(out, { values }) {
      const handles = requireArray<number>(values[field], field);
      out.add(UINT32).u32(handles.length);
      if (handles.length === 0) return;
      const bytes = new Uint8Array(4 * handles.length);
      const view = new DataView(bytes.buffer);
      handles.forEach((handle, i) => view.setUint32(4 * i, handle, true));
      out.add(PBYTE).bytes(bytes);
    },
    read(from, { values }) {
      const count = from.take(UINT32).u32();
      const bytes = count === 0 ? null : from.take(PBYTE).bytes(4 * count);
      if (bytes === null) values[field] = [];
      else {
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        values[field] = Array.from({ length: count }, (_, i) => view.getUint32(4 * i, true));
      }
    },
  };
}

function listStep({ type: name, field }: ListSlot, direction: Direction): Step {
  const type = PARAMETER_TYPES[name];
  const codec = type[direction];
  return {
    field,
    places: (values) => 1 + requireArray(values[field], field).length,
    write(out, { values }) {
      const items = requireArray(values[field], field);
      out.add(UINT32).u32(items.length);
      for (const item of items) codec.write(out.add(type), item);
    },
    read(from, { values }) {
      const count = from.take(UINT32).u32();
      const items: unknown[] = [];
      while (items.length < count) items.push(codec.read(from.take(type)));
      values[field] = items;
    },
  };
}

function requireArray<T = unknown>(value: unknown, field: string): readonly T[] {
  if (!Array.isArray(value)) throw new TypeError(`Cannot encode ${field}: it takes an array`);
  return value;
}

function authStep({ role, absent }: AuthSlot, direction: Direction, sessions: number): Step {
  const codec: Codec<unknown> = AUTH[direction];
  const zeros = new Uint8Array(direction === "request" ? 45 : 41);
  return {
    field: "auths",
    places: () => 1,
    write(out, { values }) {
      const block = (values.auths as readonly unknown[] | undefined)?.[role] ?? null;
      if (block !== null) codec.write(out.add(AUTH), block);
      else if (absent === "zeros") out.add(AUTH).bytes(zeros);
      else if (absent === "never") {
        throw new TypeError(`Cannot encode auths[${role}]: the operation takes this session`);
      }
    },
    read(from, { values }) {
      const auths = (values.auths ??= []) as unknown[];
      auths[role] = null;
      if (absent === "zeros") {
        const block = from.take(AUTH).bytes(zeros.length);
        if (block.some((byte) => byte !== 0)) auths[role] = codec.read(new Reader(block));
      } else if (absent === "never" || from.follows(AUTH, sessions)) {
        // With fewer sessions than roles, those present stand for the last roles.
        auths[role] = codec.read(from.take(AUTH));
      } else if (absent === "gap") from.skipGap(AUTH);
    },
  };
}
