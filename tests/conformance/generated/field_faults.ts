import { concat } from "../../../lib/codec/mod.ts";
import { layoutOf } from "../../../lib/wire/mod.ts";
import type { Seeded } from "../../codec/generate.ts";
import { type FaultKind, hex, pick } from "./fault.ts";
import { type Leaf, leavesOf, lengthBytes, withLeaf } from "./leaves.ts";
import { meantOn } from "./sessions.ts";

/** A parameter is out of range. */
export const field: FaultKind = ({ row, leaves, random, turn }) => {
  if (leaves.length === 0) return undefined;
  const { path, kind, size } = leaves[turn("field", leaves.length)]!;
  const [what, change] = CHANGES[kind](random, size);
  const fields = layoutOf(row).in;
  return {
    title: `${path} ${what}`,
    misaligned: kind === "length" || what.startsWith("length"),
    alter: (body, side) => {
      // What a session hides has its place all the same.
      const leaf = leavesOf(fields, meantOn(side).values).find((leaf) => leaf.path === path);
      if (leaf === undefined) throw new Error(`Cannot find ${path} on ${side.name}`);
      const old = body.subarray(leaf.offset, leaf.offset + leaf.size);
      return withLeaf(body, leaf, change(old, leaf));
    },
  };
};

type Change = readonly [what: string, (old: Uint8Array, leaf: Leaf) => Uint8Array];

/** What can be done to a leaf of each kind. */
const CHANGES: Readonly<Record<Leaf["kind"], (random: Seeded, size: number) => Change>> = {
  number: (random, size) =>
    pick<() => Change>(random, [
      () => becomes(random.below(40)),
      () => becomes(pick(random, [0, 0x7fffffff, 0x80000000, 0xffffffff, 0xffff, 0x10000])),
      () => becomes(0x40000000 + random.below(12)),
      () => becomes(random.below(0xffffffff)),
      () => plus(1),
      () => plus(-1),
      () => bit(random, size),
    ])(),
  flag: (random) => becomes(pick(random, [0, 1, 2, 0x80, 0xff])),
  length: (random, size) => pick<() => Change>(random, [...LENGTHS, () => bit(random, size)])(),
  bytes: (random, size) =>
    pick<() => Change>(random, [
      () => ["all zeros", (old) => new Uint8Array(old.length)],
      () => ["all ones", (old) => new Uint8Array(old.length).fill(255)],
      () => bit(random, size),
      () => bit(random, size),
    ])(),
  sized: (random, size) =>
    pick<() => Change>(random, [
      () => content("empty", () => new Uint8Array()),
      () => content("a byte less", (old) => old.subarray(0, -1)),
      () => content("a byte more", (old) => Uint8Array.of(...old, 7)),
      () => content("twice", (old) => concat([old, old])),
      () => content("all zeros", (old) => new Uint8Array(old.length)),
      () => content("a bit changed", bit(random, size)[1] as (old: Uint8Array) => Uint8Array),
      () => {
        const length = pick(random, [1, 2, 3, 4, 8, 16, 19, 20, 21, 53, 64, 128, 255, 256, 257]);
        const bytes = random.bytes(length);
        return content(`${length} random bytes`, () => bytes);
      },
      () => {
        const [what, change] = pick(random, LENGTHS)();
        return [`length ${what}`, (old, leaf) =>
          concat([
            change(old.subarray(0, leaf.prefix), leaf),
            old.subarray(leaf.prefix),
          ])];
      },
    ])(),
};

const LENGTHS: readonly (() => Change)[] = [
  () => plus(1),
  () => plus(-1),
  () => becomes(0),
  () => becomes(0xffffffff),
  () => becomes(0x20001),
  () => becomes(0x7fffffff),
  () => becomes(0xffff),
];

const becomes = (value: number): Change => [
  hex(value),
  (old) => {
    const bytes = new Uint8Array(old.length);
    const low = lengthBytes(value, Math.min(4, old.length));
    bytes.set(low, old.length - low.length);
    return bytes;
  },
];

const plus = (step: number): Change => [
  step < 0 ? `${step}` : `+${step}`,
  (old) => {
    let value = 0n;
    for (const byte of old) value = (value << 8n) | BigInt(byte);
    value = BigInt.asUintN(8 * old.length, value + BigInt(step));
    return Uint8Array.from(
      old,
      (_, i) => Number((value >> BigInt(8 * (old.length - 1 - i))) & 255n),
    );
  },
];

function bit(random: Seeded, size: number): Change {
  // Blobs may be longer on one side: nothing is changed in their second half.
  const at = random.below(size > 64 ? Math.ceil(size * 0.45) : size);
  const mask = 1 << random.below(8);
  return [
    `bit ${mask} of byte ${at} changed`,
    (old) => old.map((byte, i) => i === at % old.length ? byte ^ mask : byte),
  ];
}

const content = (what: string, change: (old: Uint8Array) => Uint8Array): Change => [
  what,
  (old, { prefix }) => {
    const bytes = change(old.subarray(prefix));
    return concat([lengthBytes(bytes.length, prefix), bytes]);
  },
];
