import { decode, encode, U32 } from "../codec/mod.ts";
import { tspError } from "./tsp_error.ts";

/** A part of a capability area as bytes: a number becomes a UINT32. */
export function subCapBytes(subCap: number | Uint8Array): Uint8Array {
  return typeof subCap === "number" ? encode(U32, subCap) : subCap;
}

/** A part of a capability area as a number; throws TSS_E_BAD_PARAMETER. */
export function subCapNumber(subCap: Uint8Array): number {
  if (subCap.length === 4) return decode(U32, subCap);
  throw tspError("TSS_E_BAD_PARAMETER", `a part takes 4 bytes, ${subCap.length} given`);
}
