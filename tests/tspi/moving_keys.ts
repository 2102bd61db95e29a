import { assertEquals } from "@std/assert";
import { sha1 } from "../../lib/crypto/mod.ts";
import * as T from "../../lib/tspi/mod.ts";
import { type OwnedBed, secretPolicy, SIGNING, signs } from "./bed.ts";

/** A migratable key with the secrets "key" and "move", not loaded; by default a signing key. */
export async function migratableKey(
  { context, srk }: OwnedBed,
  initFlags: number = SIGNING,
): Promise<T.Key> {
  const key = context.createRsaKey(initFlags | T.TSS_KEY_AUTHORIZATION | T.TSS_KEY_MIGRATABLE);
  secretPolicy(context, "key").assignToObject(key);
  mayMove(key);
  await key.createKey(srk);
  return key;
}

/** Gives a key a migration policy. */
export function mayMove(key: T.Key, secret = "move"): void {
  const policy = key.context.createPolicy(T.TSS_POLICY_MIGRATION);
  policy.setSecret(T.TSS_SECRET_MODE_PLAIN, secret);
  policy.assignToObject(key);
}

/** A certified migratable signing key with the secret "key", not loaded, and its authorities. */
export async function certifiedKey(
  { context, srk }: OwnedBed,
  authorities: readonly T.Key[],
): Promise<{ key: T.Key; data: T.MigData }> {
  const data = context.createMigData();
  for (const authority of authorities) data.addAuthority(authority.publicBlob);
  await context.tpm.cmkApproveMA(data);
  const initFlags = SIGNING | T.TSS_KEY_AUTHORIZATION | T.TSS_KEY_CERTIFIED_MIGRATABLE;
  const key = context.createRsaKey(initFlags);
  secretPolicy(context, "key").assignToObject(key);
  key.migrationAuthorityApproval = data.authorityApproval;
  key.migrationAuthorityDigest = data.authorityDigest;
  await key.createKey(srk);
  return { key, data };
}

/** An authority allows a key to migrate to a destination, and signs that. */
export async function allow(
  authority: T.Key,
  { data, key, destination }: {
    readonly data: T.MigData;
    readonly key: T.Key;
    readonly destination: T.Key;
  },
): Promise<void> {
  data.restrict({
    migrationAuthorityDigest: sha1(authority.publicBlob),
    destinationKeyDigest: sha1(destination.publicBlob),
    sourceKeyDigest: sha1(key.publicBlob),
  });
  const hash = authority.context.createHash();
  hash.setHashValue(data.sigDigest);
  data.sigValue = await hash.sign(authority);
}

/** The public part of a storage key as an object of another context. */
export function publicPart(context: T.Context, key: T.Key): T.Key {
  const copy = context.createRsaKey(T.TSS_KEY_TYPE_STORAGE);
  copy.publicBlob = key.publicBlob;
  return copy;
}

/** The owner's ticket for a key of another TPM, by a scheme (TSS_MS_*). */
export function ticketFor(from: OwnedBed, to: T.Key, scheme: number): Promise<Uint8Array> {
  const { context } = from;
  return context.tpm.authorizeMigrationTicket(publicPart(context, to), scheme);
}

/** Requires that a signing key with the secret "key" is the one that was meant, and works. */
export async function arrived(key: T.Key, parent: T.Key, original: T.Key): Promise<void> {
  secretPolicy(key.context, "key").assignToObject(key);
  await key.loadKey(parent);
  assertEquals(key.publicBlob, original.publicBlob);
  await signs(key);
}
