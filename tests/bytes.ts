import { createHash } from "node:crypto";
import { encode, U32 } from "../lib/codec/mod.ts";

/** Bytes of a UINT32. */
export const u32 = (value: number): Uint8Array => encode(U32, value);

/** SHA-1 by another implementation than ours. */
export function nodeSha1(...parts: readonly (string | Uint8Array)[]): Uint8Array {
  const hash = createHash("sha1");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}
