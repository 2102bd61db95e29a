import { type Codec, encode } from "../codec/mod.ts";
import { bytesToBigint, SHA1_SIZE } from "../crypto/mod.ts";
import { TSS_DAA_LENGTH_F, TSS_DAA_LENGTH_N } from "./constants/daa.ts";
import {
  attributeGamma,
  type AttributeSelection,
  type DaaPublicKey,
  type SignedData,
} from "./daa/mod.ts";
import { Hash } from "./hash.ts";
import type { Key } from "./key.ts";
import { decoded } from "./key_base.ts";
import { tspError } from "./tsp_error.ts";

/** What is signed by DAA: a hash of 20 bytes, or an identity key. */
export type DaaSignData = Hash | Key;

/** An attribute as a number. Throws TSS_E_BAD_PARAMETER unless it has 13 bytes. */
export function attributeNumber(attribute: Uint8Array): bigint {
  if (attribute.length === TSS_DAA_LENGTH_F) return bytesToBigint(attribute);
  throw tspError("TSS_E_BAD_PARAMETER", `an attribute has 13 bytes, not ${attribute.length}`);
}

/** A nonce; throws TSS_E_BAD_PARAMETER unless it has 20 bytes. */
export function requireNonce(nonce: Uint8Array): Uint8Array {
  if (nonce.length === SHA1_SIZE) return nonce;
  throw tspError("TSS_E_BAD_PARAMETER", `a nonce has 20 bytes, not ${nonce.length}`);
}

/** Throws TSS_E_BAD_PARAMETER unless each selection has a flag for each attribute. */
export function requireSelections(
  selections: readonly AttributeSelection[],
  attributes: number,
): readonly AttributeSelection[] {
  if (selections.every(({ length }) => length === attributes)) return selections;
  throw tspError("TSS_E_BAD_PARAMETER", `a selection has a flag for each of ${attributes}`);
}

/** A structure that can have its byte form; throws TSS_E_BAD_PARAMETER for one that cannot. */
export function requireStructure<T>(codec: Codec<T>, value: T): T {
  decoded(() => encode(codec, value));
  return value;
}

/** What a hash or key object stands for in a signature. Throws TSS_E_BAD_PARAMETER. */
export function signedData(signData: DaaSignData): SignedData {
  if (!(signData instanceof Hash)) return { identityModulus: signData.publicKey.modulus };
  const digest = signData.getHashValue();
  if (digest.length === SHA1_SIZE) return { digest };
  throw tspError("TSS_E_BAD_PARAMETER", "a hash of 20 bytes is signed");
}

/** The condition for lifting anonymity: the value of a hash, or nothing. */
export function conditionOf(araCondition: Hash | null | undefined): Uint8Array {
  return araCondition?.getHashValue() ?? new Uint8Array(0);
}

/** The bases of all attributes in commitments. */
export function attributeGammas(key: DaaPublicKey): bigint[] {
  return key.capitalY.map((_, i) => attributeGamma(key, i));
}

/** A modulus as the TPM is told it: 256 bytes. Throws TSS_E_BAD_PARAMETER for another key. */
export function authenticationModulus(key: Key): Uint8Array {
  const { modulus, exponent } = key.publicKey;
  if (modulus.length === TSS_DAA_LENGTH_N && exponent === 65537n) return modulus;
  throw tspError(
    "TSS_E_BAD_PARAMETER",
    "a key that authenticates an issuer has 2048 bits and the exponent 65537",
  );
}

/** Throws TSS_E_INVALID_OBJ_ACCESS for what an object lacks. */
export function missing(what: string): never {
  throw tspError("TSS_E_INVALID_OBJ_ACCESS", `the object has no ${what}`);
}
