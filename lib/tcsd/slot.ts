import type { ParameterTypeName } from "./types.ts";

/** The fields of a request or an answer by name. */
export type Values = Record<string, unknown>;

/** One parameter: a field of the request or answer. */
export interface ValueSlot {
  /** Tells the kinds of slot apart. */
  readonly kind: "value";
  /** Type of the parameter. */
  readonly type: Exclude<ParameterTypeName, "PBYTE" | "KEY" | "AUTH">;
  /** The field it carries. */
  readonly field: string;
  /** May be left out of the packet, as the field may. */
  readonly optional?: true;
  /** What is sent when the field is missing. */
  readonly otherwise?: number;
  /** A number on the wire, a boolean in memory. */
  readonly flag?: true;
}

/** A byte string: a UINT32 that tells its length, then a PBYTE. */
export interface BytesSlot {
  /** Tells the kinds of slot apart. */
  readonly kind: "bytes";
  /** The field it carries. */
  readonly field: string;
  /** What the UINT32 counts in, in bytes. */
  readonly unit: number;
  /** The only length there is. */
  readonly exactly?: number;
  /** No UINT32 comes before it: the length is always {@linkcode exactly}. */
  readonly bare?: true;
  /** The field may be missing: it stands for no bytes. */
  readonly mayLack?: true;
  /** The field holds the UINT32 too, as parameters do whose structure stands behind its length. */
  readonly lengthInside?: true;
  /** A sender leaves the PBYTE out of the type list when there is nothing in it. */
  readonly omitEmpty?: true;
  /** Whether, for this request, four bytes are a UINT32 in the host's order on the wire. */
  readonly hostOrder?: (request: Readonly<Values>) => boolean;
}

/** Handles: a count, then a PBYTE with a UINT32 for each, in the host's order. Left out if none. */
export interface HandlesSlot {
  /** Tells the kinds of slot apart. */
  readonly kind: "handles";
  /** The field it carries. */
  readonly field: string;
}

/** The block of one session. */
export interface AuthSlot {
  /** Tells the kinds of slot apart. */
  readonly kind: "auth";
  /** Place in `auths`, and so in the roles of the command's row. */
  readonly role: number;
  /**
   * What stands for no session: nothing may, the block is left out, or it is all zero. `gap`: left
   * out, and a sender may leave a place of the type list empty, uncounted, where it would be.
   */
  readonly absent: "never" | "omitted" | "zeros" | "gap";
}

/** A count, then as many parameters. */
export interface ListSlot {
  /** Tells the kinds of slot apart. */
  readonly kind: "list";
  /** Type of the items. */
  readonly type: ValueSlot["type"];
  /** The field it carries. */
  readonly field: string;
}

/** A part of the parameters of a request or an answer. */
export type Slot = ValueSlot | BytesSlot | HandlesSlot | AuthSlot | ListSlot;

/** The spelling of a slot that is one parameter. */
type One = (
  field: string,
  options?: Pick<ValueSlot, "optional" | "otherwise" | "flag">,
) => ValueSlot;

const one = (type: ValueSlot["type"]): One => (field, options) => ({
  kind: "value",
  type,
  field,
  ...options,
});

/** A BYTE. */
export const byte: One = one("BYTE");
/** A BOOL. */
export const bool: One = one("BOOL");
/** A UINT16. */
export const u16: One = one("UINT16");
/** A UINT32. */
export const u32: One = one("UINT32");
/** A UINT64. */
export const u64: One = one("UINT64");
/** A NONCE. */
export const nonce: One = one("NONCE");
/** A DIGEST. */
export const digest: One = one("DIGEST");
/** An ENCAUTH. */
export const encAuth: One = one("ENCAUTH");
/** A SECRET. */
export const secret: One = one("SECRET");
/** A UUID. */
export const uuid: One = one("UUID");
/** A VERSION. */
export const version: One = one("VERSION");
/** A COUNTER_VALUE. */
export const counterValue: One = one("COUNTER_VALUE");
/** A KM_KEYINFO. */
export const keyInfo: One = one("KM_KEYINFO");
/** A LOADKEY_INFO. */
export const loadkeyInfo: One = one("LOADKEY_INFO");
/** A PCR_EVENT. */
export const pcrEvent: One = one("PCR_EVENT");

/** A byte string after its length. */
export function sized(
  field: string,
  options?: Partial<
    Pick<BytesSlot, "unit" | "exactly" | "mayLack" | "lengthInside" | "omitEmpty" | "hostOrder">
  >,
): BytesSlot {
  return { kind: "bytes", field, unit: 1, ...options };
}

/** A byte string of one length, which no UINT32 tells. */
export function fixed(field: string, exactly: number): BytesSlot {
  return { kind: "bytes", field, unit: 1, exactly, bare: true };
}

/** Handles in the host's order. */
export function handles(field: string): HandlesSlot {
  return { kind: "handles", field };
}

/** The session in place `role` of `auths`, which must be there. */
export function auth(role: number): AuthSlot {
  return { kind: "auth", role, absent: "never" };
}

/** The session in place `role` of `auths`, left out or zero or a gap when it is `null`. */
export function authOr(absent: "omitted" | "zeros" | "gap", role: number): AuthSlot {
  return { kind: "auth", role, absent };
}

/** A count and the items of an array. */
export function list(type: ListSlot["type"], field: string): ListSlot {
  return { kind: "list", type, field };
}
