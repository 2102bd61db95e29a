import { encode } from "../../codec/mod.ts";
import { RsaPublicKey, sha1, verifyPkcs1Sha1 } from "../../crypto/mod.ts";
import { TPM_DAA_ISSUER } from "../../tpm12/structures/mod.ts";
import { tspError } from "../tsp_error.ts";
import { type DaaPublicKey, issuerSettings } from "./issuer_key.ts";
import { concat } from "./numbers.ts";

/** How an issuer's key is authenticated to the TPM: a chain of RSA keys of 2048 bits. */
export interface DaaAuthentication {
  /** Moduli of the keys, the root first. */
  readonly moduli: readonly Uint8Array[];
  /** Signatures: of each key by the one before it, and last of the issuer settings. */
  readonly signatures: readonly Uint8Array[];
}

/**
 * What the last key of the chain signs (PKCS#1 v1.5 with SHA-1): the SHA-1 of the root's modulus,
 * and TPM_DAA_ISSUER (Part 3, 26.1, stage 2).
 */
export function settingsToSign(key: DaaPublicKey, rootModulus: Uint8Array): Uint8Array {
  return concat(sha1(rootModulus), encode(TPM_DAA_ISSUER, issuerSettings(key)));
}

/** Throws TSS_E_DAA_ISSUER_KEY_ERROR unless each key signs the next, and the last the settings. */
export function requireAuthentication(
  key: DaaPublicKey,
  { moduli, signatures }: DaaAuthentication,
): void {
  const signed = [...moduli.slice(1), settingsToSign(key, moduli[0]!)];
  const wrong = signed.findIndex((bytes, i) =>
    !verifyPkcs1Sha1(new RsaPublicKey(moduli[i]!), sha1(bytes), signatures[i]!)
  );
  if (wrong === -1) return;
  throw tspError("TSS_E_DAA_ISSUER_KEY_ERROR", `signature ${wrong} of the chain is wrong`);
}
