import { type Codec, CodecError, concat, decode, encode, U32 } from "../../../lib/codec/mod.ts";
import { BOOL } from "../../../lib/codec/mod.ts";
import type { Fields, Values } from "../../../lib/wire/mod.ts";

/** One number, flag, byte string, length or count of encoded parameters. */
export interface Leaf {
  /** Which it is: `keyInfo.algorithmParms.parms.keyLength`; lengths and counts end in `#`. */
  readonly path: string;
  /** What it is: `bytes` without, `sized` with a length before them. */
  readonly kind: "number" | "flag" | "bytes" | "sized" | "length";
  /** Where it begins. */
  readonly offset: number;
  /** Bytes it takes, its length included. */
  readonly size: number;
  /** Bytes of its length, when it is `sized`. */
  readonly prefix: number;
  /** The lengths that say how long a structure round it is: where, and in how many bytes. */
  readonly around: readonly { readonly offset: number; readonly size: number }[];
}

type Place = Pick<Leaf, "path" | "offset" | "around">;

/** The leaves of parameters, in the order of the wire. */
export function leavesOf(fields: Fields, values: Values): Leaf[] {
  const leaves: Leaf[] = [];
  let offset = 0;
  for (const [path, codec] of fields) {
    const given = values[path];
    const value = codec.structured && given instanceof Uint8Array ? decode(codec, given) : given;
    leaves.push(...leavesIn(codec, value, { path, offset, around: [] }));
    offset += encode(codec, value).length;
  }
  return leaves;
}

function leavesIn(codec: Codec<unknown>, value: unknown, place: Place): Leaf[] {
  const { parts } = codec;
  switch (parts?.kind) {
    case "fields":
      return fieldsIn(codec, parts.fields, { value: value as Values, place });
    case "sized":
      return sizedIn(codec, parts.inner, { value, place });
    case "list":
      return listIn(codec, parts.item, { value: value as unknown[], place });
    case "forms":
      return leavesIn(parts.forms.find((form) => holds(form, value))!, value, place);
    default:
      return leafOf(codec, value, place);
  }
}

function fieldsIn(
  codec: Codec<unknown>,
  fields: Readonly<Record<string, Codec<unknown>>>,
  { value, place }: { value: Values; place: Place },
): Leaf[] {
  const parts = Object.entries(fields).map(([name, inner]) => encode(inner, value[name]));
  // Where lengths come first, the fields are not found one after the other.
  if (concat(parts).toHex() !== encode(codec, value).toHex()) {
    return [leaf("bytes", place, encode(codec, value).length)];
  }
  let { offset } = place;
  return Object.entries(fields).flatMap(([name, inner], i) => {
    const leaves = leavesIn(inner, value[name], {
      path: `${place.path}.${name}`,
      offset,
      around: place.around,
    });
    offset += parts[i]!.length;
    return leaves;
  });
}

function sizedIn(
  codec: Codec<unknown>,
  inner: Codec<unknown>,
  { value, place }: { value: unknown; place: Place },
): Leaf[] {
  const whole = encode(codec, value).length;
  const size = value === null ? whole : whole - encode(inner, value).length;
  const length = leaf("length", { ...place, path: `${place.path}#` }, size);
  if (value === null) return [length];
  const { path, offset, around } = place;
  const inside = { path, offset: offset + size, around: [...around, { offset, size }] };
  return [length, ...leavesIn(inner, value, inside)];
}

function listIn(
  codec: Codec<unknown>,
  item: Codec<unknown>,
  { value, place }: { value: unknown[]; place: Place },
): Leaf[] {
  const items = value.map((one) => encode(item, one).length);
  const size = encode(codec, value).length - items.reduce((sum, length) => sum + length, 0);
  let offset = place.offset + size;
  const leaves = value.flatMap((one, i) => {
    const inside = leavesIn(item, one, { ...place, path: `${place.path}.${i}`, offset });
    offset += items[i]!;
    return inside;
  });
  const count = { ...place, path: `${place.path}#` };
  return size === 0 ? leaves : [leaf("length", count, size), ...leaves];
}

function leafOf(codec: Codec<unknown>, value: unknown, place: Place): Leaf[] {
  const size = encode(codec, value).length;
  if (!(value instanceof Uint8Array)) {
    return [leaf(codec === BOOL || typeof value === "boolean" ? "flag" : "number", place, size)];
  }
  const prefix = size - value.length;
  const whole = { ...leaf(prefix === 0 ? "bytes" : "sized", place, size), prefix };
  if (!("inner" in codec) || value.length === 0) return [whole];
  const { path, offset, around } = place;
  const inside = {
    path,
    offset: offset + prefix,
    around: [...around, { offset, size: prefix }],
  };
  const inner = codec.inner as Codec<unknown>;
  return [whole, ...leavesIn(inner, decode(inner, value), inside)];
}

function leaf(kind: Leaf["kind"], place: Place, size: number): Leaf {
  return { kind, ...place, size, prefix: 0 };
}

function holds(form: Codec<unknown>, value: unknown): boolean {
  try {
    encode(form, value);
    return true;
  } catch (error) {
    if (error instanceof CodecError || error instanceof TypeError) return false;
    throw error;
  }
}

/** Bytes with a leaf put in another's place, and the lengths round it made right. */
export function withLeaf(bytes: Uint8Array, leaf: Leaf, replacement: Uint8Array): Uint8Array {
  const changed = concat([
    bytes.subarray(0, leaf.offset),
    replacement,
    bytes.subarray(leaf.offset + leaf.size),
  ]);
  const grown = replacement.length - leaf.size;
  const view = new DataView(changed.buffer, changed.byteOffset);
  for (const { offset, size } of leaf.around) {
    if (size === 2) view.setUint16(offset, view.getUint16(offset) + grown);
    else view.setUint32(offset, view.getUint32(offset) + grown);
  }
  return changed;
}

/** A length in as many bytes as another takes. */
export function lengthBytes(value: number, size: number): Uint8Array {
  return encode(U32, value >>> 0).subarray(4 - size);
}
