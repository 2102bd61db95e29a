import { CodecError } from "../codec/mod.ts";
import { RsaError, type RsaExponent, RsaPublicKey } from "../crypto/mod.ts";

/** A key from its numbers; what {@linkcode RsaPublicKey} refuses is a {@linkcode CodecError} here. */
export function rsaKey(
  modulus: Uint8Array,
  { exponent, what }: { exponent: RsaExponent; what: string },
): RsaPublicKey {
  try {
    return new RsaPublicKey(modulus, exponent);
  } catch (error) {
    if (!(error instanceof RsaError)) throw error;
    throw new CodecError("value", `Cannot decode ${what}: ${error.message}`);
  }
}
