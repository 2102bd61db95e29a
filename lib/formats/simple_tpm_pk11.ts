import { CodecError, decode } from "../codec/mod.ts";
import { bigintToBytes } from "../crypto/mod.ts";
import { TPM_KEY_ANY } from "../tpm12/structures/mod.ts";
import { hexToBytes } from "./text.ts";
import { publicKeyFromTpm } from "./tpm_public_key.ts";

const FIELDS = ["exp", "mod", "blob"] as const;

/**
 * The key file of simple-tpm-pk11 (`stpm-keygen -o`): exponent, modulus and wrapped key in
 * hexadecimal. `key` is a TPM_KEY or TPM_KEY12; `comments` become lines that begin with `#`.
 * Throws {@linkcode CodecError} when it is neither.
 */
export function encodeSimpleTpmPk11(key: Uint8Array, comments: readonly string[] = []): string {
  const publicKey = publicKeyFromTpm(decode(TPM_KEY_ANY, key));
  const values = { exp: bigintToBytes(publicKey.exponent), mod: publicKey.modulus, blob: key };
  const heads = comments.join("\n").split("\n").filter((line) => line !== "");
  return [
    ...heads.map((line) => `# ${line}`),
    ...FIELDS.map((field) => `${field} ${values[field].toHex()}`),
    "",
  ].join("\n");
}

/**
 * The TPM_KEY or TPM_KEY12 in a key file of simple-tpm-pk11. Throws {@linkcode CodecError} when a
 * line is missing or unknown, or when modulus or exponent are not those of the key.
 */
export function decodeSimpleTpmPk11(text: string): Uint8Array {
  const values = new Map<string, Uint8Array>();
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const [field, value, ...more] = line.trim().split(/\s+/);
    const known = FIELDS.some((name) => name === field);
    if (!known || value === undefined || more.length > 0) {
      throw keyFileError(`the line ${JSON.stringify(line.slice(0, 40))} is none of exp, mod, blob`);
    }
    if (values.has(field!)) throw keyFileError(`${field} comes twice`);
    values.set(field!, hexToBytes(value, `simple-tpm-pk11 key file: ${field}`));
  }
  const [exp, mod, blob] = FIELDS.map((field) => {
    const value = values.get(field);
    if (!value) throw keyFileError(`${field} is missing`);
    return value;
  }) as [Uint8Array, Uint8Array, Uint8Array];
  const publicKey = publicKeyFromTpm(decode(TPM_KEY_ANY, blob));
  if (publicKey.modulus.toHex() !== mod.toHex()) throw keyFileError("mod is not that of blob");
  if (bigintToBytes(publicKey.exponent).toHex() !== exp.toHex()) {
    throw keyFileError("exp is not that of blob");
  }
  return blob;
}

function keyFileError(detail: string): CodecError {
  return new CodecError("value", `Cannot decode simple-tpm-pk11 key file: ${detail}`);
}
