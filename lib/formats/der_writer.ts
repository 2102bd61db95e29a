import { concat } from "../codec/mod.ts";
import { DER } from "./der_tags.ts";

/** One element: its tag, its length in as few bytes as it takes, its contents. */
export function derElement(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const length = contents.reduce((sum, part) => sum + part.length, 0);
  const digits = length < 0x80 ? [] : bigEndian(length);
  const head = digits.length === 0 ? [tag, length] : [tag, 0x80 + digits.length, ...digits];
  return concat([Uint8Array.from(head), ...contents]);
}

/** A SEQUENCE. */
export function derSequence(...elements: readonly Uint8Array[]): Uint8Array {
  return derElement(DER.SEQUENCE, ...elements);
}

/** An INTEGER that is not negative, from a number or its big-endian bytes. */
export function derInteger(value: number | Uint8Array): Uint8Array {
  const bytes = typeof value === "number" ? Uint8Array.from(bigEndian(value)) : value;
  const start = bytes.findIndex((byte) => byte !== 0);
  const digits = start < 0 ? Uint8Array.of(0) : bytes.subarray(start);
  return digits[0]! < 0x80
    ? derElement(DER.INTEGER, digits)
    : derElement(DER.INTEGER, Uint8Array.of(0), digits);
}

/** An OCTET STRING. */
export function derOctets(bytes: Uint8Array): Uint8Array {
  return derElement(DER.OCTET_STRING, bytes);
}

/** A BIT STRING of whole bytes, or with `unused` bits at its end. */
export function derBits(bytes: Uint8Array, unused = 0): Uint8Array {
  return derElement(DER.BIT_STRING, Uint8Array.of(unused), bytes);
}

/** NULL. */
export function derNull(): Uint8Array {
  return derElement(DER.NULL);
}

/** BOOLEAN TRUE; a FALSE is always a default, which DER leaves out. */
export function derTrue(): Uint8Array {
  return derElement(DER.BOOLEAN, Uint8Array.of(0xff));
}

/** An OBJECT IDENTIFIER from numbers with dots. */
export function derOid(oid: string): Uint8Array {
  const [first, second, ...rest] = oid.split(".").map(Number);
  const arcs = [first! * 40 + second!, ...rest];
  return derElement(DER.OID, Uint8Array.from(arcs.flatMap(base128)));
}

/** A UTF8String, or another string type by its tag. */
export function derText(text: string, tag: number = DER.UTF8): Uint8Array {
  return derElement(tag, new TextEncoder().encode(text));
}

/** An element within an explicit context-specific tag. */
export function derExplicit(number: number, element: Uint8Array): Uint8Array {
  return derElement(DER.CONTEXT | DER.CONSTRUCTED | number, element);
}

/** A time to the second: UTCTime for the years 1950–2049, else GeneralizedTime (RFC 5280, 4.1.2.5). */
export function derTime(time: Date): Uint8Array {
  const digits = time.toISOString().replace(/\.\d+Z$/, "Z").replaceAll(/[-:T]/g, "");
  const year = time.getUTCFullYear();
  return year >= 1950 && year < 2050
    ? derText(digits.slice(2), DER.UTC_TIME)
    : derText(digits, DER.GENERALIZED_TIME);
}

function base128(arc: number): number[] {
  const digits = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) {
    digits.unshift((rest % 128) + 0x80);
  }
  return digits;
}

function bigEndian(value: number): number[] {
  const digits = [value % 256];
  for (let rest = Math.floor(value / 256); rest > 0; rest = Math.floor(rest / 256)) {
    digits.unshift(rest % 256);
  }
  return digits;
}
