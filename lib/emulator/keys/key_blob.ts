import { encode, Reader } from "../../codec/mod.ts";
import {
  equalBytes,
  generateRsaKey,
  RsaError,
  rsaOaepDecrypt,
  rsaOaepEncrypt,
  rsaPkcs1Decrypt,
  rsaPkcs1Encrypt,
  type RsaPrivateKey,
  sha1,
} from "../../crypto/mod.ts";
import {
  TPM_ES_RSAESOAEP_SHA1_MGF1,
  TPM_ES_RSAESPKCSv15,
  TPM_PT_ASYM,
  TPM_PT_MIGRATE_EXTERNAL,
  TPM_PT_MIGRATE_RESTRICTED,
} from "../../tpm12/constants/mod.ts";
import {
  STRUCT_VER_1_1,
  TPM_KEY_ANY,
  TPM_STORE_ASYMKEY,
  type TpmKey,
  type TpmKey12,
  type TpmPubkey,
  type TpmStoreAsymkey,
} from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import { Key, rsaPublicKey } from "../state/key.ts";
import type { Tpm } from "../tpm.ts";
import { exponentOf, rsaParms } from "./key_rules.ts";

const NOTHING = new Uint8Array(0);

/** The public part alone: no encData, which stays out of pubDataDigest. */
export function withoutEncData<K extends TpmKey | TpmKey12>(key: K): K {
  return { ...key, encData: NOTHING };
}

/** pubDataDigest: SHA-1 over the key up to and with pubKey, 20 bytes (Part 2, 10.6). */
export function pubDataDigest(key: TpmKey | TpmKey12): Uint8Array {
  const encoded = encode(TPM_KEY_ANY, withoutEncData(key));
  return sha1(encoded.subarray(0, encoded.length - 4)); // less encDataSize
}

/** The secrets a new key gets. */
export interface NewKeySecrets {
  /** For its use, 20 bytes. */
  readonly usageAuth: Uint8Array;
  /** For its migration, or tpmProof, 20 bytes. */
  readonly migrationAuth: Uint8Array;
  /** TPM_PT_*; TPM_PT_ASYM when absent. */
  readonly payload?: number;
}

/** Generates the key pair that `template` describes; its pubKey and encData are replaced. */
export function createKey(
  tpm: Tpm,
  template: TpmKey | TpmKey12,
  { usageAuth, migrationAuth, payload = TPM_PT_ASYM }: NewKeySecrets,
): Key {
  const parms = rsaParms(template.algorithmParms);
  const rsa = generateRsaKey(parms.keyLength, exponentOf(parms), tpm.random);
  const publicPart = withoutEncData({ ...template, pubKey: { key: rsa.publicKey.modulus } });
  if ("ver" in publicPart) publicPart.ver = STRUCT_VER_1_1;
  const sensitive: TpmStoreAsymkey = {
    payload,
    usageAuth,
    migrationAuth,
    pubDataDigest: pubDataDigest(publicPart),
    privKey: { key: rsa.prime },
  };
  return new Key({ publicPart, sensitive }, rsa);
}

/** The key as its parent wraps it: public part, and the private part encrypted. */
export function wrapKey(tpm: Tpm, parent: Key, key: Key): TpmKey | TpmKey12 {
  const encData = encryptUnder(tpm, parent, encode(TPM_STORE_ASYMKEY, key.sensitive));
  return { ...key.publicPart, encData };
}

/** The payload types of keys in a TPM. */
const KEY_PAYLOADS: readonly number[] = [
  TPM_PT_ASYM,
  TPM_PT_MIGRATE_RESTRICTED,
  TPM_PT_MIGRATE_EXTERNAL,
];

/**
 * The private part of a wrapped key. Throws TPM_DECRYPT_ERROR, TPM_INVALID_STRUCTURE for a payload
 * type that is no key's, and a CodecError. Whether it belongs to the public part is for
 * {@linkcode requireMatchingHalves}.
 */
export function unwrapSensitive(parent: Key, encData: Uint8Array): TpmStoreAsymkey {
  // Bytes left over are let pass, as libtpms does: whoever wrapped the key is not always a TPM.
  const sensitive = TPM_STORE_ASYMKEY.read(new Reader(decryptUnder(parent, encData)));
  requireKeyPayload(sensitive);
  return sensitive;
}

/** Throws TPM_INVALID_STRUCTURE for a payload type that is no key's. */
export function requireKeyPayload({ payload }: TpmStoreAsymkey): void {
  if (KEY_PAYLOADS.includes(payload)) return;
  throw tpmError("TPM_INVALID_STRUCTURE", `payload type ${payload} is not a key's`);
}

/**
 * Encrypts by the key's own scheme, OAEP with label "TCPA" or PKCS#1, and wipes `plain`, be it
 * refused. Throws TPM_ENCRYPT_ERROR or, for more than a block, TPM_BAD_DATASIZE when it does not
 * fit, TPM_INAPPROPRIATE_ENC for a key that does not encrypt.
 */
export function encryptUnder(tpm: Tpm, key: Key, plain: Uint8Array): Uint8Array {
  return encryptTo(tpm, key.pubkey, plain);
}

/** As {@linkcode encryptUnder} with a public key alone; `plain` is wiped as there. */
export function encryptTo(tpm: Tpm, pubkey: TpmPubkey, plain: Uint8Array): Uint8Array {
  const { encScheme } = pubkey.algorithmParms;
  try {
    if (encScheme !== TPM_ES_RSAESOAEP_SHA1_MGF1 && encScheme !== TPM_ES_RSAESPKCSv15) {
      throw tpmError("TPM_INAPPROPRIATE_ENC", `no key encrypts with scheme ${encScheme}`);
    }
    const { length } = pubkey.pubKey.key;
    if (plain.length > length) {
      throw tpmError("TPM_BAD_DATASIZE", `${plain.length} bytes for a block of ${length}`);
    }
    const rsa = rsaPublicKey(pubkey);
    return encScheme === TPM_ES_RSAESPKCSv15
      ? rsaPkcs1Encrypt(rsa, plain, tpm.random)
      : rsaOaepEncrypt(rsa, plain, { random: tpm.random });
  } catch (error) {
    throw error instanceof RsaError ? tpmError("TPM_ENCRYPT_ERROR", error.message) : error;
  } finally {
    plain.fill(0);
  }
}

/**
 * Decrypts by the key's own scheme: OAEP with label "TCPA", or PKCS#1. Throws TPM_BAD_DATASIZE for
 * more than one block, TPM_DECRYPT_ERROR.
 */
export function decryptUnder(key: Key, cipherText: Uint8Array): Uint8Array {
  const { rsa, publicPart } = key;
  if (cipherText.length > rsa.size) {
    throw tpmError("TPM_BAD_DATASIZE", `${cipherText.length} bytes came, a block has ${rsa.size}`);
  }
  const isPkcs1 = publicPart.algorithmParms.encScheme === TPM_ES_RSAESPKCSv15;
  try {
    return isPkcs1 ? rsaPkcs1Decrypt(rsa, cipherText) : rsaOaepDecrypt(rsa, cipherText);
  } catch (error) {
    throw error instanceof RsaError ? tpmError("TPM_DECRYPT_ERROR", error.message) : error;
  }
}

/**
 * The private half that goes with a public part. Throws TPM_BAD_PARAMETER when the prime does not
 * divide the modulus, or the exponent has no inverse.
 */
export function requireMatchingHalves(
  publicPart: TpmKey | TpmKey12,
  sensitive: TpmStoreAsymkey,
): RsaPrivateKey {
  try {
    const { rsa } = new Key({ publicPart, sensitive });
    void rsa.crt; // Derived from both halves, and kept for the key's use.
    return rsa;
  } catch (error) {
    throw error instanceof RsaError ? tpmError("TPM_BAD_PARAMETER", error.message) : error;
  }
}

/** Whether a key's public part is the one its private part was made for. */
export function isGenuine(publicPart: TpmKey | TpmKey12, sensitive: TpmStoreAsymkey): boolean {
  return equalBytes(pubDataDigest(publicPart), sensitive.pubDataDigest);
}
