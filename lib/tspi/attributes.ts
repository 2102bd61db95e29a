import { SHA1_SIZE } from "../crypto/mod.ts";
import type { TssCallback } from "./callbacks.ts";
import { tspError } from "./tsp_error.ts";

/** What an attribute that is no number can be: bytes, a callback, or `null` to take it away. */
export type AttribData = Uint8Array | TssCallback | null;

/** How one kind of value of an attribute is read and set; absent: cannot be. */
export interface AttributeAccess<O, T, R = T> {
  /** Reads it. */
  get?(object: O): R | Promise<R>;
  /** Sets it. */
  set?(object: O, value: T, subFlag: number): void | Promise<void>;
}

/** One attribute of a class of objects, or a part of one. */
export interface Attribute<O> {
  /** TSS_TSPATTRIB_*. */
  readonly flag: number;
  /** The part; absent: there are none, and what the caller says is not looked at. */
  readonly subFlag?: number;
  /** As a number. */
  readonly uint32?: AttributeAccess<O, number>;
  /** As bytes. */
  readonly data?: AttributeAccess<O, AttribData, Uint8Array | TssCallback>;
}

/** What of an attribute is asked for. */
interface Wanted {
  readonly attribFlag: number;
  readonly subFlag: number;
  readonly kind: "uint32" | "data";
  readonly access: "get" | "set";
}

/**
 * The row of an attribute. Throws TSS_E_BAD_PARAMETER when the class has no attribute that may be
 * accessed so, TSS_E_INVALID_ATTRIB_FLAG and TSS_E_INVALID_ATTRIB_SUBFLAG when not this one.
 */
export function findAttribute<O>(rows: readonly Attribute<O>[], wanted: Wanted): Attribute<O> {
  const { attribFlag, subFlag, kind, access } = wanted;
  const accessible = rows.filter((row) => row[kind]?.[access] !== undefined);
  if (accessible.length === 0) {
    throw tspError("TSS_E_BAD_PARAMETER", `the object has no attribute to ${access} as ${kind}`);
  }
  const parts = accessible.filter(({ flag }) => flag === attribFlag);
  if (parts.length === 0) {
    throw tspError(
      "TSS_E_INVALID_ATTRIB_FLAG",
      `the object has no attribute 0x${attribFlag.toString(16)} to ${access} as ${kind}`,
    );
  }
  const found = parts.find((row) => row.subFlag === undefined || row.subFlag === subFlag);
  if (found !== undefined) return found;
  throw tspError(
    "TSS_E_INVALID_ATTRIB_SUBFLAG",
    `attribute 0x${attribFlag.toString(16)} has no part 0x${subFlag.toString(16)} to ${access}`,
  );
}

/** Bytes of an attribute; throws TSS_E_INVALID_ATTRIB_DATA for anything else. */
export function requireBytes(value: AttribData): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw tspError("TSS_E_INVALID_ATTRIB_DATA", "the attribute takes bytes");
}

/** 20 bytes of an attribute; throws TSS_E_INVALID_ATTRIB_DATA for anything else. */
export function requireDigest(value: AttribData): Uint8Array {
  const bytes = requireBytes(value);
  if (bytes.length === SHA1_SIZE) return bytes.slice();
  throw tspError("TSS_E_INVALID_ATTRIB_DATA", `the attribute takes 20 bytes, not ${bytes.length}`);
}

/** A number as TSS_BOOL; throws TSS_E_INVALID_ATTRIB_DATA for other numbers than 0 and 1. */
export function requireBool(value: number): boolean {
  if (value === 0 || value === 1) return value === 1;
  throw tspError("TSS_E_INVALID_ATTRIB_DATA", `${value} is neither 0 nor 1`);
}
