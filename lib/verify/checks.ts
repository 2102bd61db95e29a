import { type Codec, CodecError, decode } from "../codec/mod.ts";
import { equalBytes, type RsaPublicKey, sha1, verifyPkcs1Sha1 } from "../crypto/mod.ts";
import { VerifyError } from "./verify_error.ts";

/** What is signed, by whom, and for which challenge. */
export interface SignedEvidence {
  /** The key that must have signed. */
  readonly publicKey: RsaPublicKey;
  /** The signature, of the key's length. */
  readonly signature: Uint8Array;
  /** The challenge: 20 bytes. */
  readonly nonce: Uint8Array;
}

/** Decodes a part of the evidence that takes up all of `bytes`. */
export function decodeEvidence<T>(codec: Codec<T>, bytes: Uint8Array, evidence: string): T {
  return reading(evidence, codec.name, () => decode(codec, bytes));
}

/** Runs `read`; a codec error becomes one that says the evidence is malformed. */
export function reading<T>(evidence: string, field: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof CodecError)) throw cause;
    throw new VerifyError(evidence, { reason: "malformed", field, detail: cause.message, cause });
  }
}

/** Requires the RSASSA-PKCS1-v1_5 signature with SHA-1 over these bytes. */
export function checkSignature(
  signed: Uint8Array,
  { publicKey, signature, evidence }: {
    publicKey: RsaPublicKey;
    signature: Uint8Array;
    evidence: string;
  },
): void {
  if (verifyPkcs1Sha1(publicKey, sha1(signed), signature)) return;
  const detail = signature.length === publicKey.size
    ? "it is not by this key over these bytes"
    : `it takes ${publicKey.size} bytes, ${signature.length} given`;
  throw new VerifyError(evidence, { reason: "signature", field: "signature", detail });
}

/** Requires that the evidence holds the challenge. */
export function checkNonce(
  found: Uint8Array,
  { nonce, field, evidence }: { nonce: Uint8Array; field: string; evidence: string },
): void {
  if (nonce.length !== 20) {
    throw new TypeError(`Cannot verify ${evidence}: a nonce takes 20 bytes, ${nonce.length} given`);
  }
  if (equalBytes(found, nonce)) return;
  const detail = `it is ${found.toHex()}, not the nonce ${nonce.toHex()}`;
  throw new VerifyError(evidence, { reason: "nonce", field, detail });
}

/** Requires two byte strings to be equal. */
export function checkBytes(
  found: Uint8Array,
  { expected, field, evidence }: { expected: Uint8Array; field: string; evidence: string },
): void {
  if (equalBytes(found, expected)) return;
  const detail = `it is ${found.toHex()}, expected ${expected.toHex()}`;
  throw new VerifyError(evidence, { reason: "mismatch", field, detail });
}

/** Requires four letters that say what was signed. */
export function checkFixed(
  found: Uint8Array,
  { expected, evidence }: { expected: string; evidence: string },
): void {
  const text = String.fromCharCode(...found);
  if (text === expected) return;
  const detail = `it is ${JSON.stringify(text)}, expected "${expected}"`;
  throw new VerifyError(evidence, { reason: "mismatch", field: "fixed", detail });
}
