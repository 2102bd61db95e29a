import { concat } from "../codec/mod.ts";
import { aes128Ctr, mgf1, sha1 } from "../crypto/mod.ts";

/** How secrets are hidden in a session: the high byte of its entity type. */
export type AdipScheme = "XOR" | "AES128-CTR";

/** The high byte of an entity type for each scheme (Part 2, 4.3). */
export const ADIP_ENC: Readonly<Record<AdipScheme, number>> = { "XOR": 0x00, "AES128-CTR": 0x06 };

/** The scheme of an entity type's high byte; `undefined` for a scheme TPM 1.2 does not have. */
export function adipScheme(entityType: number): AdipScheme | undefined {
  const high = entityType >> 8;
  return high === ADIP_ENC.XOR ? "XOR" : high === ADIP_ENC["AES128-CTR"] ? "AES128-CTR" : undefined;
}

/** The session whose shared secret hides a secret. */
export interface AdipSession {
  /** How it hides. */
  readonly scheme: AdipScheme;
  /** Shared secret of the OSAP or DSAP session, 20 bytes. */
  readonly sharedSecret: Uint8Array;
}

/**
 * Encrypts or decrypts a 20-byte secret (Part 1, 14). The nonce is authLastNonceEven for the first
 * secret of a command and nonceOdd for the second.
 */
export function adip(session: AdipSession, nonce: Uint8Array, secret: Uint8Array): Uint8Array {
  if (session.scheme === "AES128-CTR") {
    return aes128Ctr(session.sharedSecret.subarray(0, 16), nonce.subarray(0, 16), secret);
  }
  return xor(secret, sha1(session.sharedSecret, nonce));
}

/**
 * Encrypts or decrypts data of any length, as TPM_Sealx hides what it seals (Part 3, 10.7):
 * XOR with MGF1(authLastNonceEven ‖ nonceOdd ‖ "XOR" ‖ sharedSecret), or AES-128-CTR with the
 * counter block SHA1(authLastNonceEven ‖ nonceOdd).
 */
export function adipData(
  session: AdipSession,
  nonces: { readonly nonceEven: Uint8Array; readonly nonceOdd: Uint8Array },
  data: Uint8Array,
): Uint8Array {
  if (session.scheme === "AES128-CTR") {
    const counter = sha1(nonces.nonceEven, nonces.nonceOdd).subarray(0, 16);
    return aes128Ctr(session.sharedSecret.subarray(0, 16), counter, data);
  }
  const seed = concat([nonces.nonceEven, nonces.nonceOdd, LABEL_XOR, session.sharedSecret]);
  return xor(data, mgf1(seed, data.length));
}

const LABEL_XOR = Uint8Array.of(0x58, 0x4f, 0x52);

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, i) => byte ^ b[i]!);
}
