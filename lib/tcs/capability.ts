import { concat, decode, encode, U32 } from "../codec/mod.ts";
import { tssError } from "../tpm12/tss_error.ts";

/** TSS_TCSCAP_*: what is asked. */
const ALG = 0x1;
const VERSION = 0x2;
const CACHING = 0x3;
const PERSSTORAGE = 0x4;
const MANUFACTURER = 0x5;
const PLATFORM_CLASS = 0x6;
const TRANSPORT = 0x7;
/** TSS_TCSCAP_PROP_*: what part of it. */
const PROP_KEYCACHE = 0x100;
const PROP_AUTHCACHE = 0x101;
const PROP_MANUFACTURER_STR = 0x102;
const PROP_MANUFACTURER_ID = 0x103;
const TRANS_EXCLUSIVE = 0x2100;
const PROP_HOST_PLATFORM = 0x3001;
const PROP_ALL_PLATFORMS = 0x3002;
/** TSS_ALG_*. */
const ALG_RSA = 0x20;
const ALG_SHA = 0x23;
const ALG_DEFAULT = 0xfe;
const ALG_DEFAULT_SIZE = 0xff;
/** The other algorithms of TSS_ALG_* that can be asked for. */
const OTHER_ALGS = [0x20, 0x21, 0x22, 0x24, 0x25];

/** A platform by its TSS_PLATFORM_CLASS. */
export interface PlatformClass {
  /** TPM_PS_* of the platform specification. */
  readonly id: number;
  /** Where the specification is, or nothing. */
  readonly uri: string;
}

/** What the TCS says of the platform. */
export interface TcsCapabilityOptions {
  /** The platform this runs on. */
  readonly host?: PlatformClass;
  /** All platforms it supports. */
  readonly all?: readonly PlatformClass[];
  /** One context at a time may hold an exclusive transport session. */
  readonly exclusiveTransport?: boolean;
}

/** The PC client specification 1.2. */
const PC_12: PlatformClass = { id: 2, uri: "" };
const MANUFACTURER_ID = Uint8Array.of(0x44, 0x45, 0x4e, 0x4f); // "DENO"

/**
 * The answer to Tcsi_GetCapability; a BOOL is one byte, a number is big-endian. Throws
 * TSS_E_BAD_PARAMETER for what there is not.
 */
export function tcsCapability(
  capArea: number,
  subCap: Uint8Array,
  { host = PC_12, all = [], exclusiveTransport = false }: TcsCapabilityOptions = {},
): Uint8Array {
  const sub = subCap.length === 4 ? decode(U32, subCap) : 0;
  switch (capArea) {
    case ALG:
      return algorithm(sub);
    case VERSION:
      return Uint8Array.of(1, 2, 0, 1);
    case CACHING:
      if (sub === PROP_KEYCACHE || sub === PROP_AUTHCACHE) return bool(true);
      break;
    case PERSSTORAGE:
      return bool(true);
    case MANUFACTURER:
      if (sub === PROP_MANUFACTURER_ID) return MANUFACTURER_ID.slice();
      if (sub === PROP_MANUFACTURER_STR) return utf16le("DENO");
      break;
    case PLATFORM_CLASS:
      if (sub === PROP_HOST_PLATFORM) return platformClass(host);
      if (sub === PROP_ALL_PLATFORMS) return concat(all.map(platformClass));
      break;
    case TRANSPORT:
      if (sub === 0) return bool(true);
      if (sub === TRANS_EXCLUSIVE) return bool(exclusiveTransport);
      break;
  }
  throw tssError("tcs", "TSS_E_BAD_PARAMETER", {
    detail: `there is no capability 0x${capArea.toString(16)}, 0x${sub.toString(16)}`,
  });
}

/** Of the algorithms the TCS itself has SHA-1 alone. */
function algorithm(sub: number): Uint8Array {
  if (sub === ALG_DEFAULT) return encode(U32, ALG_RSA);
  if (sub === ALG_DEFAULT_SIZE) return encode(U32, 2048);
  if (sub === ALG_SHA) return bool(true);
  if (OTHER_ALGS.includes(sub)) return bool(false);
  throw tssError("tcs", "TSS_E_BAD_PARAMETER", { detail: `there is no algorithm ${sub}` });
}

function bool(value: boolean): Uint8Array {
  return Uint8Array.of(value ? 1 : 0);
}

/** TSS_PLATFORM_CLASS: UINT32 identifier, UINT32 length of the URI with its NUL, the URI. */
function platformClass({ id, uri }: PlatformClass): Uint8Array {
  const text = uri === "" ? new Uint8Array(0) : new TextEncoder().encode(`${uri}\0`);
  return concat([encode(U32, id), encode(U32, text.length), text]);
}

function utf16le(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i++) bytes[2 * i] = text.charCodeAt(i);
  return bytes;
}
