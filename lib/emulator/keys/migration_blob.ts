import { encode, Reader } from "../../codec/mod.ts";
import { oaepDecode, oaepEncode, type OaepParts, RsaError } from "../../crypto/mod.ts";
import { TPM_PT_CMK_MIGRATE, TPM_PT_MAINT, TPM_PT_MIGRATE } from "../../tpm12/constants/mod.ts";
import {
  TPM_MIGRATE_ASYMKEY,
  TPM_STORE_PRIVKEY,
  type TpmStorePrivkey,
} from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";

/** A private part on its way to another TPM. */
export interface TravellingKey {
  /** TPM_PT_MIGRATE, TPM_PT_CMK_MIGRATE or TPM_PT_MAINT. */
  payload: number;
  /** What travels as the usage secret, 20 bytes. */
  usageAuth: Uint8Array;
  /** SHA-1 of the key up to and with pubKey, 20 bytes. */
  pubDataDigest: Uint8Array;
  /** One prime. */
  privKey: TpmStorePrivkey;
  /** What stands for the label of the inner OAEP, 20 bytes. */
  pHash: Uint8Array;
}

/** So many bytes of the TPM_STORE_PRIVKEY travel as the seed of the inner OAEP: k1. */
const SEED = 20;
/** What OAEP adds: seed, pHash and a one. */
const OVERHEAD = 41;
const PAYLOADS: readonly number[] = [TPM_PT_MIGRATE, TPM_PT_MAINT, TPM_PT_CMK_MIGRATE];

/**
 * The inner encoding o1: OAEP of a TPM_MIGRATE_ASYMKEY with the first bytes of the private key as
 * its seed and no padding (Part 3, 11.1, action 6); 198 bytes for a key of 2048 bits.
 */
export function packTravelling(key: TravellingKey): Uint8Array {
  const { payload, usageAuth, pubDataDigest, pHash } = key;
  const privKey = encode(TPM_STORE_PRIVKEY, key.privKey);
  if (privKey.length < SEED) {
    throw tpmError("TPM_INVALID_STRUCTURE", `a prime of ${privKey.length - 4} bytes is no key's`);
  }
  const partPrivKey = privKey.subarray(SEED);
  const message = encode(TPM_MIGRATE_ASYMKEY, { payload, usageAuth, pubDataDigest, partPrivKey });
  const packed = oaepEncode(
    { seed: privKey.subarray(0, SEED), pHash, message },
    message.length + OVERHEAD,
  );
  privKey.fill(0);
  message.fill(0);
  return packed;
}

/**
 * Undoes {@linkcode packTravelling}. Throws TPM_DECRYPT_ERROR, TPM_INVALID_STRUCTURE for a payload
 * type that does not travel, and a CodecError.
 */
export function unpackTravelling(packed: Uint8Array): TravellingKey {
  const { seed, pHash, message } = decodeInner(packed);
  // Bytes left over are let pass, as libtpms does.
  const inner = TPM_MIGRATE_ASYMKEY.read(new Reader(message));
  const { payload, usageAuth, pubDataDigest, partPrivKey } = inner;
  if (!PAYLOADS.includes(payload)) {
    throw tpmError("TPM_INVALID_STRUCTURE", `payload type ${payload} is not a travelling key's`);
  }
  const privKey = new Uint8Array(SEED + partPrivKey.length);
  privKey.set(seed);
  privKey.set(partPrivKey, SEED);
  return {
    payload,
    usageAuth,
    pubDataDigest,
    privKey: TPM_STORE_PRIVKEY.read(new Reader(privKey)),
    pHash,
  };
}

function decodeInner(packed: Uint8Array): OaepParts {
  try {
    return oaepDecode(packed);
  } catch (error) {
    throw error instanceof RsaError ? tpmError("TPM_DECRYPT_ERROR", error.message) : error;
  }
}

/** Hides or uncovers one byte string by another, which must be as long (TPM_BAD_PARAMETER). */
export function xorBytes(data: Uint8Array, random: Uint8Array): Uint8Array {
  if (data.length !== random.length) {
    throw tpmError("TPM_BAD_PARAMETER", `random has ${random.length} bytes, not ${data.length}`);
  }
  return data.map((byte, i) => byte ^ random[i]!);
}
