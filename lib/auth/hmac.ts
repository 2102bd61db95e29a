import { hmacSha1 } from "../crypto/mod.ts";

/** What goes into the HMAC of one session besides its key. */
export interface AuthInput {
  /** Digest of the parameters, 20 bytes. */
  readonly digest: Uint8Array;
  /** The TPM's nonce: the last for a request, the new one for an answer; 20 bytes. */
  readonly nonceEven: Uint8Array;
  /** The caller's nonce, 20 bytes. */
  readonly nonceOdd: Uint8Array;
  /** The continue flag that stands in the same block. */
  readonly continueAuthSession: boolean;
}

/**
 * authData of a request and resAuth of an answer:
 * HMAC(key, digest ‖ nonceEven ‖ nonceOdd ‖ continueAuthSession); 20 bytes (Part 1, 13.2). The key
 * is the entity's secret under OIAP, the shared secret under OSAP and DSAP.
 */
export function authHmac(key: Uint8Array, input: AuthInput): Uint8Array {
  const message = new Uint8Array(61);
  message.set(input.digest, 0);
  message.set(input.nonceEven, 20);
  message.set(input.nonceOdd, 40);
  message[60] = input.continueAuthSession ? 1 : 0;
  return hmacSha1(key, message);
}

/**
 * Shared secret of an OSAP or DSAP session: HMAC(secret, nonceEvenOSAP ‖ nonceOddOSAP); 20 bytes
 * (Part 1, 13.3). The secret is the entity's under OSAP, the delegation's under DSAP.
 */
export function sharedSecret(
  secret: Uint8Array,
  nonces: { readonly nonceEvenOSAP: Uint8Array; readonly nonceOddOSAP: Uint8Array },
): Uint8Array {
  const message = new Uint8Array(40);
  message.set(nonces.nonceEvenOSAP, 0);
  message.set(nonces.nonceOddOSAP, 20);
  return hmacSha1(secret, message);
}
