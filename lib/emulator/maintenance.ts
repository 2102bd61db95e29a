import { type Codec, decode, encode, SIZED32, struct } from "../codec/mod.ts";
import {
  type RandomSource,
  rsaOaepDecrypt,
  rsaOaepEncrypt,
  type RsaPrivateKey,
  sha1,
  signPkcs1Sha1,
} from "../crypto/mod.ts";
import {
  TPM_KEY_ANY,
  type TpmKey,
  type TpmKey12,
  type TpmPubkey,
} from "../tpm12/structures/mod.ts";
import { rsaPublicKey } from "./state/key.ts";

/**
 * What TPM_LoadMaintenanceArchive takes in this TPM; the specification leaves it to the vendor
 * (Part 3, 12.2).
 */
export interface MaintenanceArchive {
  /** The old TPM's storage root key, its encData encrypted to the new TPM's. */
  key: TpmKey | TpmKey12;
  /** The manufacturer's PKCS#1 v1.5 signature over SHA-1 of `key`. */
  signature: Uint8Array;
  /** What TPM_CreateMaintenanceArchive answered as `random`; the owner adds it. */
  random: Uint8Array;
}

/** Wire form of {@linkcode MaintenanceArchive}. */
export const MAINTENANCE_ARCHIVE: Codec<MaintenanceArchive> = struct("MAINTENANCE_ARCHIVE", {
  key: TPM_KEY_ANY,
  signature: SIZED32,
  random: SIZED32,
});

/** What the manufacturer needs to pass an archive on. */
export interface ReissueOptions {
  /** The maintenance key, whose public half TPM_LoadManuMaintPub put into both TPMs. */
  readonly maintenanceKey: RsaPrivateKey;
  /** The storage root key of the new TPM. */
  readonly target: TpmPubkey;
  /** Gives the seed of the encryption. */
  readonly random: RandomSource;
}

/**
 * The manufacturer's part of maintenance: takes what TPM_CreateMaintenanceArchive answered as
 * `archive`, encrypts it to the new TPM and signs it. What is inside stays hidden, as `random` or
 * the owner's secret is not at hand here. Throws an RsaError when the archive is for another key.
 */
export function reissueArchive(archive: Uint8Array, options: ReissueOptions): MaintenanceArchive {
  const { maintenanceKey, target, random } = options;
  const old = decode(TPM_KEY_ANY, archive);
  const hidden = rsaOaepDecrypt(maintenanceKey, old.encData);
  const key = { ...old, encData: rsaOaepEncrypt(rsaPublicKey(target), hidden, { random }) };
  const signature = signPkcs1Sha1(maintenanceKey, archiveDigest(key));
  return { key, signature, random: new Uint8Array(0) };
}

/** What the manufacturer signs, 20 bytes. */
export function archiveDigest(key: TpmKey | TpmKey12): Uint8Array {
  return sha1(encode(TPM_KEY_ANY, key));
}
