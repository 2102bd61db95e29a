import { concat } from "../../../lib/codec/mod.ts";
import type { Command } from "../../../lib/tpm12/commands/mod.ts";
import {
  AUTH_REQUEST_SIZE,
  type AuthRequest,
  layoutOf,
  type Values,
} from "../../../lib/wire/mod.ts";
import type { Seeded } from "../../codec/generate.ts";
import type { Script } from "../differential.ts";
import type { Side } from "../side.ts";
import { type Authorization, resized } from "../step.ts";
import { type Leaf, leavesOf, lengthBytes, withLeaf } from "./leaves.ts";
import { meantOn, type Opening } from "./sessions.ts";
import { STATES } from "./states.ts";

/** What is done to a good command, or round it. */
export interface Fault {
  /** In words. */
  readonly title: string;
  /** What comes before it. */
  readonly before?: Script;
  /** How its sessions are opened. */
  readonly openings?: readonly (Opening | undefined)[];
  /** Changes its handles. */
  readonly handles?: (values: Values, side: Side) => Values;
  /** Changes its sessions. */
  readonly auths?: (auths: Authorization[], side: Side) => Authorization[];
  /** Changes its parameters, before they are proved. */
  readonly alter?: (body: Uint8Array, side: Side) => Uint8Array;
  /** Changes its bytes. */
  readonly mutate?: (request: Uint8Array) => Uint8Array;
  /** What is read for the sessions, or for parameters, is not where it should be. */
  readonly misaligned?: boolean;
}

/** What faults are made of. */
export interface Material {
  /** The row of the command. */
  readonly row: Command;
  /** How many sessions the good command has. */
  readonly sessions: number;
  /** Which of them, from 0, the prelude opens. */
  readonly opened: readonly number[];
  /** Its leaves. */
  readonly leaves: readonly Leaf[];
  /** Bytes of the good request. */
  readonly size: number;
  /** Labels of keys that are loaded. */
  readonly keys: readonly string[];
  /** Whether there are delegations. */
  readonly delegations: boolean;
  /** The next number of a series, so that no leaf, handle or state is left out. */
  readonly turn: (series: string, count: number) => number;
  /** Pseudo-random numbers. */
  readonly random: Seeded;
}

/** A kind of fault; `undefined` where a command cannot have it. */
export type FaultKind = (material: Material) => Fault | undefined;

const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;
const pick = <T>(random: Seeded, items: readonly T[]): T => items[random.below(items.length)]!;

/** Nothing is wrong; sessions may be of any kind that will do. */
export const good: FaultKind = ({ sessions, opened, random, row, delegations }) => {
  const position = random.below(Math.max(sessions, 1));
  const same = sessions === 0 || opened.includes(position) || random.below(2) === 0;
  if (same) return { title: "good" };
  const continued = (auths: Authorization[]): Authorization[] =>
    auths.map((auth, i) => i === position ? { ...auth, continueAuthSession: true } : auth);
  const role = row.auth[row.auth.length - sessions + position]!;
  const kinds = (["OIAP", "OSAP", "DSAP"] as const).filter((kind) =>
    kind === "DSAP" ? delegations : role.sessions?.includes(kind) ?? true
  );
  const kind = pick(random, kinds);
  return {
    title: `good, session ${position + 1} is ${kind} and goes on`,
    openings: at(position, { kind }),
    auths: continued,
  };
};

/** A session proves something else, or is spoilt on its way. */
export const secret: FaultKind = ({ sessions, random }) => {
  if (sessions === 0) return undefined;
  const position = random.below(sessions);
  const byte = random.below(20);
  const spoil = pick<[string, (auth: AuthRequest) => AuthRequest]>(random, [
    ["authData", (auth) => ({ ...auth, authData: flipped(auth.authData, byte) })],
    ["nonceOdd", (auth) => ({ ...auth, nonceOdd: flipped(auth.nonceOdd, byte) })],
    ["continueAuthSession", (auth) => ({
      ...auth,
      continueAuthSession: !auth.continueAuthSession,
    })],
  ]);
  return {
    title: `${spoil[0]} of session ${position + 1} is wrong`,
    auths: tampered(position, spoil[1]),
  };
};

/** A session is none, or of the wrong kind, or too many or too few. */
export const session: FaultKind = (material) => {
  const { sessions, opened, random, delegations, turn, keys } = material;
  if (sessions === 0) return extraSession(material);
  const position = random.below(sessions);
  const name = `session ${position + 1}`;
  const handle = pick(random, [0, 1, 0x02000001, 0x40000000, 0xffffffff]);
  const opening = (kind: Opening, what: string): Fault => ({
    title: `${name} is ${what}`,
    openings: at(position, kind),
  });
  const choices: (() => Fault)[] = opened.includes(position) ? [] : [
    () => opening({ kind: "OIAP" }, "OIAP"),
    () => opening({ kind: "OSAP" }, "OSAP"),
    () => opening({ kind: "OSAP", entity: "owner" }, "for the owner"),
    () => opening({ kind: "OSAP", entity: "SRK" }, "for the SRK"),
  ];
  if (choices.length > 0 && keys.includes("signing")) {
    choices.push(() => opening({ kind: "OSAP", entity: "signing" }, "for another key"));
  }
  if (choices.length > 0 && delegations) {
    choices.push(() => opening({ kind: "DSAP" }, "DSAP"));
  }
  choices.push(
    () => ({
      title: `the handle of ${name} is ${hex(handle)}`,
      auths: tampered(position, (auth) => ({ ...auth, authHandle: handle })),
    }),
    () => ({ title: "no sessions", auths: () => [] }),
    () => extraSession(material),
  );
  if (sessions === 2) {
    choices.push(
      () => ({ title: "the last session alone", auths: (auths) => auths.slice(1) }),
      () => ({ title: "one session for both", auths: ([first]) => [first!, first!] }),
      () => ({
        title: "handles of sessions change places",
        auths: (auths, side) => swapped(auths, side),
      }),
    );
  }
  return choices[turn("session", choices.length)]!();
};

function swapped(auths: Authorization[], side: Side): Authorization[] {
  const handleOf = (auth: Authorization): number => side.sessions.get(auth.session!)!.authHandle;
  const [first, second] = auths.map(handleOf);
  return auths.map((auth, i) => ({
    ...auth,
    tamper: (block) => ({ ...block, authHandle: i === 0 ? second! : first! }),
  }));
}

function extraSession({ random }: Material): Fault {
  const extra = random.bytes(AUTH_REQUEST_SIZE);
  extra[24] = random.below(2);
  return {
    title: "a session more",
    mutate: (request) => {
      const longer = resized(concat([request, extra]));
      longer[1]! += 1;
      return longer;
    },
  };
}

/** A handle is that of something else, or of nothing. */
export const handle: FaultKind = ({ row, keys, random, turn }) => {
  const fields = layoutOf(row).handles;
  if (fields.length === 0) return undefined;
  const [name, codec] = fields[turn("handle", fields.length)]!;
  const small = codec.name === "TPM_ENTITY_TYPE";
  if (codec.name === "TPM_NONCE") return undefined;
  const numbers = small
    ? [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0x0100, 0x0601, 0x0604, 0xff01, 0x40, 0xffff]
    : [0, 1, 2, 5, 0x1000, 0x7fffffff, 0xffffffff, ...KEY_HANDLES, 0x02000001];
  const labels = small ? [] : keys;
  const choice = turn(`handle ${name}`, numbers.length + labels.length + 1);
  if (choice < labels.length) {
    const label = labels[choice]!;
    return {
      title: `${name} is that of ${label}`,
      handles: (values, side) => ({ ...values, [name]: side.handle(label) }),
    };
  }
  const value = numbers[choice - labels.length] ?? random.below(small ? 0xffff : 0xffffffff);
  return {
    title: `${name} is ${hex(value)}`,
    handles: (values) => ({ ...values, [name]: value }),
  };
};

const KEY_HANDLES = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => 0x40000000 + n);

/** The TPM is in another state. */
export const state: FaultKind = ({ turn }) => {
  const [title, before] = STATES[turn("state", STATES.length)]!;
  return { title, before };
};

/** The tag says another number of sessions, or nothing. */
export const tag: FaultKind = ({ turn, random }) => {
  const tags = [0xc1, 0xc2, 0xc3, 0xc0, 0xc4, 0xc5, 0, 1, 0xffff, 0x1c1, random.below(0x10000)];
  const value = tags[turn("tag", tags.length)]!;
  return {
    title: `tag ${hex(value)}`,
    mutate: (request) => concat([lengthBytes(value, 2), request.subarray(2)]),
  };
};

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

/** Bytes are missing at the end, of the parameters or of the whole. */
export const truncated: FaultKind = ({ random, row, size }) => {
  // Blobs may be longer on one side: no cut comes near their end.
  const part = random.below(Math.ceil(size * 0.6));
  const end = random.below(3) === 0;
  const inside = layoutOf(row).in.length > 0 && random.below(2) === 0;
  const cut = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, end ? -1 - part % 4 : part);
  const how = end ? `${1 + part % 4} bytes less` : `cut at ${part}`;
  if (inside) return { title: `parameters ${how}`, alter: cut, misaligned: true };
  // A request that tells another size than it has is another matter than a short one.
  const honest = random.below(4) > 0;
  return {
    title: `request ${how}${honest ? "" : ", not told"}`,
    mutate: (request) => honest ? resized(cut(request)) : cut(request),
  };
};

/** There are bytes too many, in the parameters or after the whole. */
export const lengthened: FaultKind = ({ random, row }) => {
  const extra = random.bytes(1 + random.below(random.below(4) === 0 ? 200 : 4));
  const title = `${extra.length} bytes more`;
  if (layoutOf(row).in.length > 0 && random.below(2) === 0) {
    const alter = (body: Uint8Array): Uint8Array => concat([body, extra]);
    return { title: `parameters ${title}`, alter, misaligned: true };
  }
  const honest = random.below(4) > 0;
  const longer = (request: Uint8Array): Uint8Array => concat([request, extra]);
  return {
    title: `request ${title}${honest ? "" : ", not told"}`,
    mutate: (request) => honest ? resized(longer(request)) : longer(request),
  };
};

/** Sessions whose bytes are the same on every side: they will be read for something else. */
export function sameBytes(auths: Authorization[]): Authorization[] {
  return auths.map((auth) => ({ ...auth, tamper: () => READ_FOR_SOMETHING_ELSE }));
}

const READ_FOR_SOMETHING_ELSE: AuthRequest = {
  authHandle: 0x02000001,
  nonceOdd: new Uint8Array(20).fill(0x55),
  continueAuthSession: false,
  authData: new Uint8Array(20).fill(0x77),
};

function at(position: number, opening: Opening): (Opening | undefined)[] {
  return [0, 1].map((i) => i === position ? opening : undefined);
}

function tampered(position: number, tamper: (auth: AuthRequest) => AuthRequest) {
  return (auths: Authorization[]): Authorization[] =>
    auths.map((auth, i) => i === position ? { ...auth, tamper } : auth);
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, i) => i === at ? byte ^ 1 : byte);
}
