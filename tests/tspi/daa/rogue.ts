import { bytesToBigint, modPow, sha1 } from "../../../lib/crypto/mod.ts";
import { type DaaPublicKey, namedBase } from "../../../lib/tspi/daa/mod.ts";
import { u32 } from "../../bytes.ts";
import { KEY_PAIR, ROOT_MODULUS } from "./issuer.ts";

/** The secret f that a TPM with this tpmDAASeed has with the issuer (Part 3, 26.1, stage 4). */
export function secretOf(tpmDAASeed: Uint8Array, { daaCounter, key = KEY_PAIR.publicKey }: {
  daaCounter: number;
  key?: DaaPublicKey;
}): bigint {
  const rekey = sha1(tpmDAASeed, sha1(ROOT_MODULUS));
  const half = (which: number) => sha1(rekey, u32(daaCounter), Uint8Array.of(which));
  return bytesToBigint(Uint8Array.of(...half(0), ...half(1))) % key.rho;
}

/**
 * Breaks a TPM whose state was got hold of: finds the secret that its pseudonym with the issuer
 * comes of.
 */
export function findSecret(
  state: Uint8Array,
  { key, pseudonym, daaCounter }: { key: DaaPublicKey; pseudonym: bigint; daaCounter: number },
): bigint {
  const zeta = namedBase(key, key.issuerBaseName);
  for (let at = 0; at + 20 <= state.length; at++) {
    const seed = state.subarray(at, at + 20);
    // Random bytes are seldom equal to each other; a power takes long.
    if (new Set(seed).size < 14) continue;
    const f = secretOf(seed, { daaCounter, key });
    if (modPow(zeta, f, key.capitalGamma) === pseudonym) return f;
  }
  throw new Error("Cannot break the TPM: its seed is not in the state");
}
