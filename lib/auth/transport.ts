import { aes128Ctr, aes128Ofb, mgf1, sha1 } from "../crypto/mod.ts";
import { TPM_ALG_AES128, TPM_ALG_MGF1 } from "../tpm12/constants/algorithms.ts";
import { TPM_ES_NONE, TPM_ES_SYM_CTR, TPM_ES_SYM_OFB } from "../tpm12/constants/schemes.ts";

/** The cipher of a transport session and its key material. */
export interface TransportCipher {
  /** TPM_ALG_MGF1 or TPM_ALG_AES128. */
  readonly algId: number;
  /** TPM_ES_NONE, TPM_ES_SYM_CTR or TPM_ES_SYM_OFB. */
  readonly encScheme: number;
  /** Secret of the session, 20 bytes. */
  readonly authData: Uint8Array;
}

/** The nonces of one wrapped command. */
export interface TransportNonces {
  /** The TPM's: the last for a request, the new one for an answer; 20 bytes. */
  readonly nonceEven: Uint8Array;
  /** The caller's, 20 bytes. */
  readonly nonceOdd: Uint8Array;
}

const LABELS = { in: Uint8Array.of(0x69, 0x6e), out: Uint8Array.of(0x6f, 0x75, 0x74) };

/** Whether TPM 1.2 has this cipher for transport sessions. */
export function isTransportCipher(
  { algId, encScheme }: Omit<TransportCipher, "authData">,
): boolean {
  if (algId === TPM_ALG_MGF1) return encScheme === TPM_ES_NONE;
  return algId === TPM_ALG_AES128 && (encScheme === TPM_ES_SYM_CTR || encScheme === TPM_ES_SYM_OFB);
}

/**
 * Encrypts or decrypts the parameters of a wrapped command or answer (Part 3, 24.2): with MGF1 the
 * data XOR MGF1(nonceEven ‖ nonceOdd ‖ "in" or "out" ‖ authData); with AES-128 the key is
 * authData[0..15] and the counter block or IV MGF1(nonceEven ‖ nonceOdd ‖ "in" or "out").
 */
export function transportCrypt(
  cipher: TransportCipher,
  nonces: TransportNonces,
  { direction, data }: { readonly direction: "in" | "out"; readonly data: Uint8Array },
): Uint8Array {
  if (data.length === 0) return data;
  const label = LABELS[direction];
  const seed = new Uint8Array(60 + label.length);
  seed.set(nonces.nonceEven, 0);
  seed.set(nonces.nonceOdd, 20);
  seed.set(label, 40);
  if (cipher.algId === TPM_ALG_MGF1) {
    seed.set(cipher.authData, 40 + label.length);
    const mask = mgf1(seed, data.length);
    return data.map((byte, i) => byte ^ mask[i]!);
  }
  const iv = mgf1(seed.subarray(0, 40 + label.length), 16);
  const key = cipher.authData.subarray(0, 16);
  return cipher.encScheme === TPM_ES_SYM_OFB ? aes128Ofb(key, iv, data) : aes128Ctr(key, iv, data);
}

/**
 * One step of the transport log: SHA1(transDigest ‖ entry), the entry an encoded
 * TPM_TRANSPORT_LOG_IN or TPM_TRANSPORT_LOG_OUT; 20 bytes.
 */
export function extendTransportDigest(transDigest: Uint8Array, entry: Uint8Array): Uint8Array {
  return sha1(transDigest, entry);
}

/**
 * pubKeyHash of a logged command, 20 bytes: zeros, or SHA-1 of the digests of its keys, each SHA-1 of
 * a TPM_STORE_PUBKEY (Part 3, 24.2, action 10).
 */
export function transportPubKeyHash(digests: readonly Uint8Array[]): Uint8Array {
  return digests.length === 0 ? new Uint8Array(20) : sha1(...digests);
}
