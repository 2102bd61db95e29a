import { CodecError } from "../codec/mod.ts";

const GROUPS = [4, 2, 2, 2, 6] as const;

/** The 16 bytes of a TSS_UUID, its integers big-endian, as `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`. */
export function uuidToString(uuid: Uint8Array): string {
  if (uuid.length !== 16) throw new TypeError(`Cannot use a UUID of ${uuid.length} bytes`);
  let at = 0;
  return GROUPS.map((size) => uuid.subarray(at, at += size).toHex()).join("-");
}

/** Undoes {@linkcode uuidToString}. Throws {@linkcode CodecError}. */
export function uuidToBytes(text: string): Uint8Array {
  if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text)) {
    throw new CodecError("value", `Cannot decode UUID: ${JSON.stringify(text)} is none`);
  }
  return Uint8Array.fromHex(text.replaceAll("-", ""));
}
