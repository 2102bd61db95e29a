import { encode } from "../../lib/codec/mod.ts";
import { TPM_KEY_ANY } from "../../lib/tpm12/structures/mod.ts";
import { keyTemplate } from "../conformance/templates.ts";

/** A key blob with a modulus of its own. */
export function blobOf(number: number, { authDataUsage = 1 } = {}): Uint8Array {
  return encode(TPM_KEY_ANY, {
    ...keyTemplate("signing", { authDataUsage }),
    pubKey: { key: new Uint8Array(256).fill(number) },
    encData: new Uint8Array(256).fill(number),
  });
}

/** A UUID of 16 times a number. */
export const uuidOf = (number: number): Uint8Array<ArrayBuffer> => new Uint8Array(16).fill(number);
