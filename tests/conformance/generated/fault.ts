import type { Command } from "../../../lib/tpm12/commands/mod.ts";
import type { Values } from "../../../lib/wire/mod.ts";
import type { Seeded } from "../../codec/generate.ts";
import type { Script } from "../differential.ts";
import type { Side } from "../side.ts";
import type { Authorization } from "../step.ts";
import type { Leaf } from "./leaves.ts";
import type { Opening } from "./sessions.ts";

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

/** A number as titles have it. */
export const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;

/** One of some. */
export const pick = <T>(random: Seeded, items: readonly T[]): T =>
  items[random.below(items.length)]!;
