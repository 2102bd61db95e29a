import { concat, decode, encode, U32 } from "../codec/mod.ts";
import { tssError } from "../tpm12/tss_error.ts";
import * as A from "./constants/algorithms.ts";
import * as C from "./constants/capabilities.ts";
import { MANUFACTURER, manufacturerId, TSS_VERSION } from "./maker.ts";
import { utf16le } from "./unicode.ts";

/** The other algorithms that can be asked for. */
const OTHER_ALGS: readonly number[] = [
  A.TSS_ALG_RSA,
  A.TSS_ALG_DES,
  A.TSS_ALG_3DES,
  A.TSS_ALG_HMAC,
  A.TSS_ALG_AES128,
];

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
    case C.TSS_TCSCAP_ALG:
      return algorithm(sub);
    case C.TSS_TCSCAP_VERSION:
      return Uint8Array.from(TSS_VERSION);
    case C.TSS_TCSCAP_CACHING:
      if (sub === C.TSS_TCSCAP_PROP_KEYCACHE || sub === C.TSS_TCSCAP_PROP_AUTHCACHE) {
        return bool(true);
      }
      break;
    case C.TSS_TCSCAP_PERSSTORAGE:
      return bool(true);
    case C.TSS_TCSCAP_MANUFACTURER:
      if (sub === C.TSS_TCSCAP_PROP_MANUFACTURER_ID) return manufacturerId();
      if (sub === C.TSS_TCSCAP_PROP_MANUFACTURER_STR) return utf16le(MANUFACTURER);
      break;
    case C.TSS_TCSCAP_PLATFORM_CLASS:
      if (sub === C.TSS_TCSCAP_PROP_HOST_PLATFORM) return platformClass(host);
      if (sub === C.TSS_TCSCAP_PROP_ALL_PLATFORMS) return concat(all.map(platformClass));
      break;
    case C.TSS_TCSCAP_TRANSPORT:
      if (sub === 0) return bool(true);
      if (sub === C.TSS_TCSCAP_TRANS_EXCLUSIVE) return bool(exclusiveTransport);
      break;
  }
  throw tssError("tcs", "TSS_E_BAD_PARAMETER", {
    detail: `there is no capability 0x${capArea.toString(16)}, 0x${sub.toString(16)}`,
  });
}

/** Of the algorithms the TCS itself has SHA-1 alone. */
function algorithm(sub: number): Uint8Array {
  if (sub === A.TSS_ALG_DEFAULT) return encode(U32, A.TSS_ALG_RSA);
  if (sub === A.TSS_ALG_DEFAULT_SIZE) return encode(U32, 2048);
  if (sub === A.TSS_ALG_SHA) return bool(true);
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
