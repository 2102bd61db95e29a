import { RsaPublicKey, sha1 } from "../crypto/mod.ts";
import { publicKeyFromJwk } from "../formats/mod.ts";
import { verifyQuote as verifyEvidence } from "../verify/mod.ts";

/** What `tpm.quote()` gives: enough to verify it anywhere, with no TPM. */
export interface Quote {
  /** The signed bytes, a TPM_QUOTE_INFO. */
  readonly quote: Uint8Array;
  /** The TPM_PCR_COMPOSITE: which PCRs, and their values. */
  readonly composite: Uint8Array;
  /** The signature, PKCS#1 v1.5 with SHA-1. */
  readonly signature: Uint8Array;
}

/** What a quote is verified against. */
export interface VerifyQuoteOptions {
  /** The key that should have signed, as `key.exportKey("jwk")` gives it. */
  readonly publicKey: JsonWebKey | RsaPublicKey;
  /** The nonce that was asked for. */
  readonly nonce: Uint8Array;
  /** Values that PCRs must have, 20 bytes each. */
  readonly expectedPcrs?: ReadonlyMap<number, Uint8Array>;
}

/** The 20 bytes of a nonce: its SHA-1 when it has another length. */
export function nonceBytes(nonce: Uint8Array): Uint8Array {
  return nonce.length === 20 ? nonce : sha1(nonce);
}

/**
 * Verifies a quote: signature, nonce, PCR values; needs no TPM. Gives the values of the
 * PCRs that it proves, and throws a VerifyError that says which field or PCR does not match.
 *
 * ```ts
 * import { openTpm, verifyQuote } from "@deno-tss/tss";
 *
 * await using tpm = await openTpm("emulator");
 * await using key = await tpm.createKey({ usage: "attest" });
 * const nonce = crypto.getRandomValues(new Uint8Array(20));
 * const quote = await tpm.quote(key, { nonce, pcrs: [0, 7] });
 * const publicKey = await key.exportKey("jwk");
 * console.assert(verifyQuote(quote, { publicKey, nonce }).size === 2);
 * ```
 */
export function verifyQuote(
  { quote, composite, signature }: Quote,
  { publicKey, nonce, expectedPcrs }: VerifyQuoteOptions,
): ReadonlyMap<number, Uint8Array> {
  const { pcrs } = verifyEvidence({
    publicKey: publicKey instanceof RsaPublicKey ? publicKey : publicKeyFromJwk(publicKey),
    nonce: nonceBytes(nonce),
    quote,
    composite,
    signature,
    ...expectedPcrs === undefined ? {} : { expectedPcrs },
  });
  return pcrs ?? new Map();
}
