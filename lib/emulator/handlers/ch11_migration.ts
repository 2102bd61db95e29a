import { encode } from "../../codec/mod.ts";
import { equalBytes, sha1 } from "../../crypto/mod.ts";
import { TPM_MIGRATE_SCHEME } from "../../tpm12/commands/mod.ts";
import {
  TPM_ES_RSAESOAEP_SHA1_MGF1,
  TPM_KEY_MIGRATE,
  TPM_MS_MIGRATE,
  TPM_MS_REWRAP,
  TPM_PT_ASYM,
  TPM_PT_MIGRATE,
} from "../../tpm12/constants/mod.ts";
import {
  TPM_PUBKEY,
  TPM_STORE_ASYMKEY,
  type TpmMigrationkeyauth,
  type TpmPubkey,
  type TpmStoreAsymkey,
} from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import { looseEntity } from "../entities.ts";
import { decryptUnder, encryptTo, encryptUnder, unwrapSensitive } from "../keys/key_blob.ts";
import { requireMigrationStrength, requireStorage, rsaParms } from "../keys/key_rules.ts";
import {
  packTravelling,
  type TravellingKey,
  unpackTravelling,
  xorBytes,
} from "../keys/migration_blob.ts";
import type { Tpm } from "../tpm.ts";
import type { Handler } from "./handler.ts";

const NOTHING = new Uint8Array(0);

/** TPM_CreateMigrationBlob (Part 3, 11.1). */
export const TPM_CreateMigrationBlob: Handler<"TPM_CreateMigrationBlob"> = (
  tpm,
  { migrationType, migrationKeyAuth, encData },
  call,
) => {
  const { key: parent } = call.key("parentHandle");
  // 2.
  requireStorage(parent);
  // 3.
  const d1 = unwrapSensitive(parent, encData);
  // 4.
  call.authorize("entity", looseEntity(d1.migrationAuth));
  // 3.a.
  if (d1.payload !== TPM_PT_ASYM) {
    throw tpmError("TPM_BAD_MIGRATION", "a certified migratable key takes TPM_CMK_CreateBlob");
  }
  // 5.
  requireAuthorized(tpm, migrationKeyAuth);
  const { migrationKey } = migrationKeyAuth;
  // 6.
  if (migrationType === TPM_MS_MIGRATE) {
    const travelling = { ...d1, payload: TPM_PT_MIGRATE, pHash: d1.migrationAuth };
    return sendAway(tpm, migrationKey, travelling);
  }
  // 7.
  if (migrationType === TPM_MS_REWRAP) {
    return {
      random: NOTHING,
      outData: encryptTo(tpm, migrationKey, encode(TPM_STORE_ASYMKEY, d1)),
    };
  }
  // 8.
  throw tpmError("TPM_BAD_PARAMETER", `migration type ${migrationType} is not for this command`);
};

/** Throws TPM_AUTHFAIL unless this TPM's owner authorised a migration key (11.1, action 5). */
export function requireAuthorized(tpm: Tpm, migrationKeyAuth: TpmMigrationkeyauth): void {
  if (equalBytes(migrationKeyAuth.digest, authorizationDigest(tpm, migrationKeyAuth))) return;
  throw tpmError("TPM_AUTHFAIL", "the owner of this TPM did not authorise the migration key so");
}

/** SHA1(migrationKey ‖ migrationScheme ‖ tpmProof), 20 bytes. */
function authorizationDigest(
  tpm: Tpm,
  { migrationKey, migrationScheme }: Omit<TpmMigrationkeyauth, "digest">,
): Uint8Array {
  return sha1(
    encode(TPM_PUBKEY, migrationKey),
    encode(TPM_MIGRATE_SCHEME, migrationScheme),
    tpm.permanent.tpmProof,
  );
}

/** Actions 6.a to 6.g: the key packed, hidden by random bytes and encrypted to its destination. */
export function sendAway(
  tpm: Tpm,
  migrationKey: TpmPubkey,
  travelling: TravellingKey,
): { random: Uint8Array; outData: Uint8Array } {
  const o1 = packTravelling(travelling);
  const random = tpm.random(o1.length);
  const x1 = xorBytes(o1, random);
  o1.fill(0);
  return { random, outData: encryptTo(tpm, migrationKey, x1) };
}

/** TPM_ConvertMigrationBlob (Part 3, 11.2). */
export const TPM_ConvertMigrationBlob: Handler<"TPM_ConvertMigrationBlob"> = (
  tpm,
  { inData, random },
  call,
) => {
  const { key: parent } = call.key("parentHandle");
  // 2.
  requireStorage(parent);
  // 3 to 6.
  const m1 = unpackTravelling(xorBytes(decryptUnder(parent, inData), random));
  // 7.
  if (m1.payload !== TPM_PT_MIGRATE) {
    throw tpmError("TPM_BAD_MIGRATION", `payload type ${m1.payload} is not TPM_PT_MIGRATE`);
  }
  const d2: TpmStoreAsymkey = {
    payload: TPM_PT_ASYM,
    usageAuth: m1.usageAuth,
    migrationAuth: m1.pHash,
    pubDataDigest: m1.pubDataDigest,
    privKey: m1.privKey,
  };
  // 8.
  return { outData: encryptUnder(tpm, parent, encode(TPM_STORE_ASYMKEY, d2)) };
};

/** TPM_AuthorizeMigrationKey (Part 3, 11.3). */
export const TPM_AuthorizeMigrationKey: Handler<"TPM_AuthorizeMigrationKey"> = (
  tpm,
  { migrationScheme, migrationKey },
) => {
  // 1.
  requireMigrationStrength(migrationKey);
  // 4.
  if (migrationKey.algorithmParms.encScheme !== TPM_ES_RSAESOAEP_SHA1_MGF1) {
    throw tpmError("TPM_INAPPROPRIATE_ENC", "a migration key encrypts with OAEP");
  }
  // 3, 5 to 10.
  const digest = authorizationDigest(tpm, { migrationKey, migrationScheme });
  return { outData: { migrationKey, migrationScheme, digest } };
};

/** TPM_MigrateKey (Part 3, 11.4). */
export const TPM_MigrateKey: Handler<"TPM_MigrateKey"> = (tpm, { pubKey, inData }, call) => {
  const { key } = call.key("maKeyHandle");
  // 2. Such a key has no other scheme than OAEP.
  if (key.keyUsage !== TPM_KEY_MIGRATE) {
    throw tpmError("TPM_INVALID_KEYUSAGE", "the key is not a migration authority's");
  }
  // 3. Whether inData fits comes out when it is encrypted.
  rsaParms(pubKey.algorithmParms);
  // 4.
  return { outData: encryptTo(tpm, pubKey, decryptUnder(key, inData)) };
};
