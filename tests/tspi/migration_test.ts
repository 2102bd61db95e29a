import { assertEquals, assertNotEquals } from "@std/assert";
import { decode } from "../../lib/codec/mod.ts";
import { TPM_MIGRATIONKEYAUTH, TPM_MS_MIGRATE } from "../../lib/tpm12/mod.ts";
import * as T from "../../lib/tspi/mod.ts";
import { assertFails, assertTspFails, makeKey, ownedBed, secretPolicy, SIGNING } from "./bed.ts";
import { arrived, mayMove, migratableKey, publicPart, ticketFor } from "./moving_keys.ts";

Deno.test("a key is rewrapped for another TPM, and loads there as it is", async () => {
  await using from = await ownedBed();
  await using to = await ownedBed({ distinct: true });
  const key = await migratableKey(from);
  const ticket = await ticketFor(from, to.srk, T.TSS_MS_REWRAP);
  const { random, migrationBlob } = await key.createMigrationBlob(from.srk, ticket);
  assertEquals(random.length, 0);
  assertNotEquals(migrationBlob, key.blob);
  const moved = to.context.createRsaKey(0);
  moved.blob = migrationBlob;
  await arrived(moved, to.srk, key);
  await assertFails("TPM_DECRYPT_ERROR", () => from.context.loadKeyByBlob(from.srk, migrationBlob));
});

Deno.test("a key migrates to another TPM, and back from there with the same secrets", async () => {
  await using from = await ownedBed();
  await using to = await ownedBed({ distinct: true });
  const key = await migratableKey(from);
  const ticket = await ticketFor(from, to.srk, T.TSS_MS_MIGRATE);
  const { migrationKey, migrationScheme } = decode(TPM_MIGRATIONKEYAUTH, ticket);
  assertEquals([migrationKey.pubKey.key, migrationScheme], [
    to.srk.fields.pubKey.key,
    TPM_MS_MIGRATE,
  ]);
  const blob = await key.createMigrationBlob(from.srk, ticket);
  const moved = to.context.createRsaKey(0);
  await moved.convertMigrationBlob(to.srk, blob);
  await arrived(moved, to.srk, key);

  mayMove(moved);
  await from.context.tpm.setStatus(T.TSS_TPMSTATUS_DISABLEPUBSRKREAD, false);
  await from.srk.getPubKey();
  const back = await moved.createMigrationBlob(
    to.srk,
    await ticketFor(to, from.srk, T.TSS_MS_MIGRATE),
  );
  await key.loadKey(from.srk);
  await key.convertMigrationBlob(from.srk, back);
  assertEquals(key.isLoaded, false);
  await arrived(key, from.srk, moved);
});

Deno.test("a migration authority sends a key on that it cannot read", async () => {
  await using from = await ownedBed();
  await using to = await ownedBed({ distinct: true });
  const { context, srk } = from;
  const authority = context.createRsaKey(T.TSS_KEY_TYPE_MIGRATE | T.TSS_KEY_AUTHORIZATION);
  secretPolicy(context, "authority").assignToObject(authority);
  await authority.createKey(srk);
  const key = await migratableKey(from);
  const ticket = await ticketFor(from, authority, T.TSS_MS_MIGRATE);
  const { random, migrationBlob } = await key.createMigrationBlob(srk, ticket);
  const data = context.createMigData();
  const destination = publicPart(context, to.srk);
  await assertTspFails("TSS_E_BAD_PARAMETER", () => authority.migrateKey(destination, data));
  data.xorBlob = migrationBlob;
  await assertTspFails("TSS_E_KEY_NOT_LOADED", () => authority.migrateKey(destination, data));
  await authority.loadKey(srk);
  await assertTspFails(
    "TSS_E_KEY_NOT_SET",
    () => authority.migrateKey(context.createRsaKey(0), data),
  );
  await authority.migrateKey(destination, data);

  const moved = to.context.createRsaKey(0);
  const sent = { random, migrationBlob: data.rewrappedBlob };
  await assertFails(
    "TPM_DECRYPT_ERROR",
    () => moved.convertMigrationBlob(to.srk, { random, migrationBlob }),
  );
  await moved.convertMigrationBlob(to.srk, sent);
  await arrived(moved, to.srk, key);
});

Deno.test("a key moves between parents that take no authorisation", async () => {
  await using bed = await ownedBed();
  const [old, parent] = [
    await makeKey(bed, T.TSS_KEY_TYPE_STORAGE),
    await makeKey(bed, T.TSS_KEY_TYPE_STORAGE),
  ];
  const key = await migratableKey({ ...bed, srk: old });
  const ticket = await ticketFor(bed, parent, T.TSS_MS_MIGRATE);
  const moved = bed.context.createRsaKey(0);
  await moved.convertMigrationBlob(parent, await key.createMigrationBlob(old, ticket));
  await arrived(moved, parent, key);
});

Deno.test("only a migration authority's key sends on", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const key = await migratableKey(bed);
  const data = context.createMigData();
  data.xorBlob = key.blob;
  await assertFails("TPM_INVALID_KEYUSAGE", () => srk.migrateKey(key, data));
});

Deno.test("the owner authorises a migration key of a scheme that there is", async () => {
  await using bed = await ownedBed();
  const { context } = bed;
  const destination = context.createRsaKey(T.TSS_KEY_TYPE_STORAGE);
  const authorize = (key: T.Key, scheme: number) =>
    context.tpm.authorizeMigrationTicket(key, scheme);
  await assertTspFails("TSS_E_KEY_NOT_SET", () => authorize(destination, T.TSS_MS_MIGRATE));
  const modulus = new Uint8Array(256).fill(0xc5);
  destination.change({ pubKey: { key: modulus } });
  const schemes = [
    T.TSS_MS_MIGRATE,
    T.TSS_MS_REWRAP,
    T.TSS_MS_MAINT,
    T.TSS_MS_RESTRICT_MIGRATE,
    T.TSS_MS_RESTRICT_APPROVE_DOUBLE,
  ];
  for (const [i, scheme] of schemes.entries()) {
    const ticket = decode(TPM_MIGRATIONKEYAUTH, await authorize(destination, scheme));
    assertEquals(ticket.migrationScheme, i + 1);
  }
  for (const scheme of [TPM_MS_MIGRATE, T.TSS_MS_RESTRICT_MIGRATE_EXTERNAL]) {
    await assertTspFails("TSS_E_BAD_PARAMETER", () => authorize(destination, scheme));
  }
  const signer = context.createRsaKey(T.TSS_KEY_TYPE_SIGNING);
  signer.change({ pubKey: { key: modulus } });
  await assertFails("TPM_INAPPROPRIATE_ENC", () => authorize(signer, T.TSS_MS_MIGRATE));
  secretPolicy(context, "wrong").assignToObject(context.tpm);
  await assertFails("TPM_AUTHFAIL", () => authorize(destination, T.TSS_MS_MIGRATE));
});

Deno.test("a key goes away only with its migration secret, under its parent, with the owner's ticket", async () => {
  await using bed = await ownedBed();
  await using other = await ownedBed({ distinct: true });
  const { context, srk } = bed;
  const key = await migratableKey(bed);
  const ticket = await ticketFor(bed, other.srk, T.TSS_MS_REWRAP);
  const unloaded = context.createRsaKey(T.TSS_KEY_TYPE_STORAGE);
  await assertTspFails("TSS_E_KEY_NOT_LOADED", () => key.createMigrationBlob(unloaded, ticket));
  await assertTspFails(
    "TSS_E_BAD_PARAMETER",
    () => key.createMigrationBlob(srk, ticket.subarray(1)),
  );
  const foreign = await ticketFor(other, other.srk, T.TSS_MS_REWRAP);
  await assertFails("TPM_AUTHFAIL", () => key.createMigrationBlob(srk, foreign));
  const restricted = await ticketFor(bed, other.srk, T.TSS_MS_RESTRICT_MIGRATE);
  await assertFails("TPM_BAD_PARAMETER", () => key.createMigrationBlob(srk, restricted));
  mayMove(key, "wrong");
  await assertFails("TPM_AUTH2FAIL", () => key.createMigrationBlob(srk, ticket));
  const copy = context.createRsaKey(0);
  copy.blob = key.blob;
  await assertTspFails(
    "TSS_E_KEY_NO_MIGRATION_POLICY",
    () => copy.createMigrationBlob(srk, ticket),
  );
});

Deno.test("a key that is not migratable does not go away", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const key = context.createRsaKey(SIGNING);
  await key.createKey(srk);
  mayMove(key);
  const destination = context.createRsaKey(T.TSS_KEY_TYPE_STORAGE);
  destination.change({ pubKey: { key: new Uint8Array(256).fill(0xc5) } });
  const ticket = await ticketFor(bed, destination, T.TSS_MS_REWRAP);
  await assertFails("TPM_AUTH2FAIL", () => key.createMigrationBlob(srk, ticket));
});

Deno.test("a migrating key arrives only under its parent, with what hides it", async () => {
  await using from = await ownedBed();
  await using to = await ownedBed({ distinct: true });
  const key = await migratableKey(from);
  const ticket = await ticketFor(from, to.srk, T.TSS_MS_MIGRATE);
  const blob = await key.createMigrationBlob(from.srk, ticket);
  const moved = to.context.createRsaKey(SIGNING);
  const convert = (changed: Partial<T.MigrationBlob>) => () =>
    moved.convertMigrationBlob(to.srk, { ...blob, ...changed });
  await assertTspFails("TSS_E_BAD_PARAMETER", convert({ migrationBlob: blob.random }));
  await assertFails("TPM_DECRYPT_ERROR", convert({ random: blob.random.toReversed() }));
  await assertFails("TPM_BAD_PARAMETER", convert({ random: new Uint8Array(0) }));
  await assertFails("TPM_DECRYPT_ERROR", () => key.convertMigrationBlob(from.srk, blob));
  const unloaded = to.context.createRsaKey(T.TSS_KEY_TYPE_STORAGE);
  await assertTspFails("TSS_E_KEY_NOT_LOADED", () => moved.convertMigrationBlob(unloaded, blob));
  secretPolicy(to.context, "wrong").assignToObject(to.srk);
  await assertFails("TPM_AUTHFAIL", convert({}));
  // What failed has changed nothing.
  assertEquals([moved.fields.encData.length, key.fields.encData.length], [0, 256]);
});
