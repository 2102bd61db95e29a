import { CodecError, decode, encode } from "../../codec/mod.ts";
import { aes128CbcDecrypt, aes128CbcEncrypt, equalBytes, hmacSha1 } from "../../crypto/mod.ts";
import { TPM_TAG_DAA_BLOB, TPM_TAG_DAA_SENSITIVE } from "../../tpm12/constants/mod.ts";
import { TPM_DAA_BLOB, TPM_DAA_SENSITIVE, type TpmDaaBlob } from "../../tpm12/structures/mod.ts";
import { inputError } from "./daa_values.ts";
import type { Tpm } from "../tpm.ts";

const NOTHING = new Uint8Array(0);
const NO_DIGEST = new Uint8Array(20);
/** What is encrypted is never twice the same in its first block, or not secret there. */
const NO_IV = new Uint8Array(16);

/** A TPM_DAA_BLOB of a type: encrypted with daaBlobKey, proved by daaProof. */
export function wrapDaa(tpm: Tpm, resourceType: number, internalData: Uint8Array): Uint8Array {
  const clear = encode(TPM_DAA_SENSITIVE, { tag: TPM_TAG_DAA_SENSITIVE, internalData });
  const blob: TpmDaaBlob = {
    tag: TPM_TAG_DAA_BLOB,
    resourceType,
    label: new Uint8Array(16),
    blobIntegrity: NO_DIGEST,
    additionalData: NOTHING,
    sensitiveData: aes128CbcEncrypt(tpm.permanent.daaBlobKey, NO_IV, clear),
  };
  clear.fill(0);
  return encode(TPM_DAA_BLOB, { ...blob, blobIntegrity: integrity(tpm, blob) });
}

/**
 * What is inside a blob of this TPM. Throws TPM_DAA_INPUT_DATA0 for a blob of another type, of
 * another TPM or daaProof, or that was changed.
 */
export function unwrapDaa(tpm: Tpm, resourceType: number, bytes: Uint8Array): Uint8Array {
  try {
    const blob = decode(TPM_DAA_BLOB, bytes);
    const clear = aes128CbcDecrypt(tpm.permanent.daaBlobKey, NO_IV, blob.sensitiveData);
    const genuine = equalBytes(integrity(tpm, blob), blob.blobIntegrity);
    if (clear === null || !genuine || blob.resourceType !== resourceType) {
      throw inputError("data0", "it is no blob that this TPM made for this stage");
    }
    return decode(TPM_DAA_SENSITIVE, clear).internalData;
  } catch (error) {
    throw error instanceof CodecError ? inputError("data0", error.message) : error;
  }
}

function integrity({ permanent }: Tpm, blob: TpmDaaBlob): Uint8Array {
  const unproved = encode(TPM_DAA_BLOB, { ...blob, blobIntegrity: NO_DIGEST });
  return hmacSha1(permanent.daaProof, unproved);
}
