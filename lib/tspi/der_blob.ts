import { CodecError } from "../codec/mod.ts";
import { decodeTssBlob, encodeTssBlob, TSS_BLOB_TYPE, type TssBlobType } from "../formats/mod.ts";
import { tspError } from "./tsp_error.ts";

/** Names of the blob types by their numbers. */
const NAMES: ReadonlyMap<number, TssBlobType> = new Map(
  Object.entries(TSS_BLOB_TYPE).map(([name, number]) => [number, name as TssBlobType]),
);
/** Most bytes of a blob. */
const MAX_SIZE = 0xffff - 16;

/**
 * `Tspi_EncodeDER_TssBlob`: wraps a blob of 1 to 65519 bytes with its type (TSS_BLOB_TYPE_*), in
 * TrouSerS' form. Throws TSS_E_BAD_PARAMETER for an empty blob or a type that there is not,
 * TSS_E_INTERNAL_ERROR for a blob that is too long.
 */
export function encodeDERTssBlob(rawBlob: Uint8Array, blobType: number): Uint8Array {
  const type = NAMES.get(blobType);
  if (type === undefined || rawBlob.length === 0) {
    throw tspError("TSS_E_BAD_PARAMETER", "the blob is empty, or of no known type");
  }
  if (rawBlob.length > MAX_SIZE) {
    throw tspError("TSS_E_INTERNAL_ERROR", `a blob has up to ${MAX_SIZE} bytes`);
  }
  return encodeTssBlob({ type, blob: rawBlob });
}

/** A blob that was unwrapped. */
export interface DecodedTssBlob {
  /** TSS_BLOB_TYPE_*. */
  readonly blobType: number;
  /** The blob. */
  readonly rawBlob: Uint8Array;
}

/**
 * `Tspi_DecodeBER_TssBlob`: unwraps a blob in any BER form. Throws TSS_E_INTERNAL_ERROR for bytes
 * that cannot be read as one, TSS_E_BAD_PARAMETER for one of a later version, an unknown type or
 * another length than it says.
 */
export function decodeBERTssBlob(berBlob: Uint8Array): DecodedTssBlob {
  try {
    const { type, blob } = decodeTssBlob(berBlob);
    return { blobType: TSS_BLOB_TYPE[type], rawBlob: blob };
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    const legible = error.reason === "value";
    throw tspError(legible ? "TSS_E_BAD_PARAMETER" : "TSS_E_INTERNAL_ERROR", error.message);
  }
}
