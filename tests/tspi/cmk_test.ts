import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { decode, encode, U32 } from "../../lib/codec/mod.ts";
import { sha1 } from "../../lib/crypto/mod.ts";
import {
  TPM_CERTIFY_INFO_ANY,
  TPM_PT_MIGRATE_EXTERNAL,
  TPM_PT_MIGRATE_RESTRICTED,
} from "../../lib/tpm12/mod.ts";
import * as T from "../../lib/tspi/mod.ts";
import {
  assertFails,
  assertTspFails,
  makeKey,
  type OwnedBed,
  ownedBed,
  secretPolicy,
  SIGNING,
  signs,
} from "./bed.ts";
import { allow, arrived, certifiedKey, publicPart, ticketFor } from "./moving_keys.ts";

const { TSS_MS_RESTRICT_APPROVE_DOUBLE: APPROVE, TSS_MS_RESTRICT_MIGRATE: MIGRATE } = T;

/** What is sent to another TPM, by attributes alone, and approved by its owner. */
async function sent(data: T.MigData, { context }: OwnedBed, authority: T.Key): Promise<T.MigData> {
  const arriving = context.createMigData();
  const rewrapped = data.rewrappedBlob.length > 0;
  const attributes = [
    [
      T.TSS_MIGATTRIB_MIGRATIONBLOB,
      rewrapped ? T.TSS_MIGATTRIB_MIG_REWRAPPED_BLOB : T.TSS_MIGATTRIB_MIG_XOR_BLOB,
    ],
    [T.TSS_MIGATTRIB_AUTHORITY_DATA, T.TSS_MIGATTRIB_AUTHORITY_MSALIST],
    [T.TSS_MIGATTRIB_TICKET_DATA, T.TSS_MIGATTRIB_TICKET_RESTRICT_TICKET],
    [T.TSS_MIGATTRIB_TICKET_DATA, T.TSS_MIGATTRIB_TICKET_SIG_VALUE],
  ] as const;
  for (const [flag, part] of attributes) {
    await arriving.setAttribData(flag, part, { value: await data.getAttribData(flag, part) });
  }
  const verifier = context.createRsaKey(T.TSS_KEY_TYPE_SIGNING);
  verifier.publicBlob = authority.publicBlob;
  await context.tpm.cmkCreateTicket(verifier, arriving);
  return arriving;
}

/** A certified migratable key on its way to the SRK of another TPM, as its authority allows. */
async function sendOff(from: OwnedBed, to: OwnedBed) {
  const authority = await makeKey(from);
  const { key, data } = await certifiedKey(from, [authority]);
  await allow(authority, { data, key, destination: to.srk });
  await from.context.tpm.cmkCreateTicket(authority, data);
  data.migrationTicket = await ticketFor(from, to.srk, APPROVE);
  return { authority, key, data, random: await key.cmkCreateBlob(from.srk, data) };
}

Deno.test("a certified migratable key migrates where an authority allows it", async () => {
  await using from = await ownedBed();
  await using to = await ownedBed({ distinct: true });
  const { authority, key, data, random } = await sendOff(from, to);
  const arriving = await sent(data, to, authority);
  const moved = to.context.createRsaKey(0);
  await moved.cmkConvertMigration(to.srk, arriving, { random });
  await arrived(moved, to.srk, key);
  assertEquals(data.payloadType, T.TSS_MIGATTRIB_PT_MIGRATE_RESTRICTED);
  assertEquals(arriving.payloadType, T.TSS_MIGATTRIB_PT_MIGRATE_EXTERNAL);
  assertEquals(moved.migrationAuthorityDigest, data.authorityDigest);
});

Deno.test("a certified migratable key migrates by way of an authority", async () => {
  await using from = await ownedBed();
  await using to = await ownedBed({ distinct: true });
  const { context, srk } = from;
  const signer = await makeKey(from);
  const mover = await makeKey(from, T.TSS_KEY_TYPE_MIGRATE | T.TSS_KEY_AUTHORIZATION);
  const { key, data } = await certifiedKey(from, [mover, signer]);
  data.migrationTicket = await ticketFor(from, mover, MIGRATE);
  const random = await key.cmkCreateBlob(srk, data);
  await mover.migrateKey(publicPart(context, to.srk), data);
  await allow(signer, { data, key, destination: to.srk });

  const moved = to.context.createRsaKey(0);
  await moved.cmkConvertMigration(to.srk, await sent(data, to, signer), { random });
  await arrived(moved, to.srk, key);
});

Deno.test("a certified migratable key moves between parents that take no authorisation", async () => {
  await using bed = await ownedBed();
  const [old, parent] = [
    await makeKey(bed, T.TSS_KEY_TYPE_STORAGE),
    await makeKey(bed, T.TSS_KEY_TYPE_STORAGE),
  ];
  const authority = await makeKey(bed);
  const { key, data } = await certifiedKey({ ...bed, srk: old }, [authority]);
  await allow(authority, { data, key, destination: parent });
  await bed.context.tpm.cmkCreateTicket(authority, data);
  data.migrationTicket = await ticketFor(bed, parent, APPROVE);
  const random = await key.cmkCreateBlob(old, data);
  await key.cmkConvertMigration(parent, data, { random });
  await key.loadKey(parent);
  await signs(key);
});

/** Requires that a certificate says which authorities a key is under, and whether it has moved. */
async function certifies(
  certifier: T.Key,
  { key, data, payload }: { key: T.Key; data: T.MigData; payload: number },
): Promise<void> {
  const info = decode(TPM_CERTIFY_INFO_ANY, (await key.certifyKey(certifier)).data);
  assert("migrationAuthority" in info);
  assertEquals(info.migrationAuthority, sha1(data.authorityDigest, Uint8Array.of(payload)));
}

Deno.test("a certified migratable key is certified as what its authorities are", async () => {
  await using bed = await ownedBed();
  const certifier = await makeKey(bed);
  const { key, data } = await certifiedKey(bed, [certifier]);
  await key.loadKey(bed.srk);
  await signs(key);
  await certifies(certifier, { key, data, payload: TPM_PT_MIGRATE_RESTRICTED });
  key.migrationAuthorityDigest = new Uint8Array(20);
  await assertFails("TPM_MA_SOURCE", () => key.certifyKey(certifier));
});

Deno.test("a certified migratable key that has migrated is certified as such", async () => {
  await using from = await ownedBed();
  await using to = await ownedBed({ distinct: true });
  const { authority, key, data, random } = await sendOff(from, to);
  const moved = to.context.createRsaKey(0);
  await moved.cmkConvertMigration(to.srk, await sent(data, to, authority), { random });
  await arrived(moved, to.srk, key);
  await certifies(await makeKey(to), { key: moved, data, payload: TPM_PT_MIGRATE_EXTERNAL });
});

Deno.test("a certified migratable key takes authorities that the owner has approved", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const data = context.createMigData();
  data.authorities = [new Uint8Array(20).fill(1)];
  const key = context.createRsaKey(SIGNING | T.TSS_KEY_CERTIFIED_MIGRATABLE);
  const { TSS_TSPATTRIB_KEY_CMKINFO: CMKINFO } = T;
  const set = (part: number, value: Uint8Array) => key.setAttribData(CMKINFO, part, { value });
  await set(T.TSS_TSPATTRIB_KEYINFO_CMK_MA_DIGEST, data.authorityDigest);
  await assertTspFails("TSS_E_BAD_PARAMETER", () => key.createKey(srk));
  await set(T.TSS_TSPATTRIB_KEYINFO_CMK_MA_APPROVAL, data.authorityApproval);
  await assertFails("TPM_MA_AUTHORITY", () => key.createKey(srk));
  await context.tpm.cmkApproveMA(data);
  await set(T.TSS_TSPATTRIB_KEYINFO_CMK_MA_APPROVAL, data.authorityApproval);
  await key.createKey(srk);
  assertEquals(await key.getAttribUint32(T.TSS_TSPATTRIB_KEY_INFO, T.TSS_TSPATTRIB_KEYINFO_CMK), 1);
  assertEquals(
    await key.getAttribData(CMKINFO, T.TSS_TSPATTRIB_KEYINFO_CMK_MA_DIGEST),
    data.authorityDigest,
  );
  secretPolicy(context, "wrong").assignToObject(context.tpm);
  await assertFails("TPM_AUTHFAIL", () => context.tpm.cmkApproveMA(data));
});

Deno.test("a certified migratable key goes away only as its authorities allow", async () => {
  await using from = await ownedBed();
  await using to = await ownedBed({ distinct: true });
  const { context, srk } = from;
  const authority = await makeKey(from);
  const { key, data } = await certifiedKey(from, [authority]);
  const create = () => key.cmkCreateBlob(srk, data);
  await assertTspFails("TSS_E_BAD_PARAMETER", create);
  data.migrationTicket = await ticketFor(from, to.srk, MIGRATE);
  // The destination is no authority.
  await assertFails("TPM_MA_TICKET_SIGNATURE", create);
  data.migrationTicket = await ticketFor(from, to.srk, T.TSS_MS_REWRAP);
  await assertFails("TPM_BAD_PARAMETER", create);
  data.migrationTicket = await ticketFor(from, to.srk, APPROVE);
  await assertFails("TPM_MA_TICKET_SIGNATURE", create);
  const allowFor = async (source: T.Key, destination: T.Key) => {
    await allow(authority, { data, key: source, destination });
    await context.tpm.cmkCreateTicket(authority, data);
  };
  await allowFor(key, authority);
  await assertFails("TPM_MA_DESTINATION", create);
  await allowFor(authority, to.srk);
  await assertFails("TPM_MA_SOURCE", create);
  await allowFor(key, to.srk);
  await create();
  data.addAuthority(to.srk.publicBlob);
  await assertFails("TPM_MA_AUTHORITY", create);
  data.authorities = [];
  await assertTspFails("TSS_E_BAD_PARAMETER", create);
  await assertTspFails("TSS_E_BAD_PARAMETER", () => authority.cmkCreateBlob(srk, data));
});

Deno.test("a ticket takes the authority's signature and the owner", async () => {
  await using bed = await ownedBed();
  const { context } = bed;
  const authority = await makeKey(bed);
  const data = context.createMigData();
  const create = (verifyKey = authority) => context.tpm.cmkCreateTicket(verifyKey, data);
  await assertFails("TPM_BAD_SIGNATURE", create);
  await allow(authority, { data, key: authority, destination: authority });
  await create();
  assertNotEquals(data.sigTicket, new Uint8Array(20));
  data.restrict({ sourceKeyDigest: new Uint8Array(20) });
  await assertFails("TPM_BAD_SIGNATURE", create);
  await assertTspFails("TSS_E_KEY_NOT_SET", () => create(context.createRsaKey(0)));
  secretPolicy(context, "wrong").assignToObject(context.tpm);
  await assertFails("TPM_AUTHFAIL", create);
});

Deno.test("a certified migratable key arrives only where an authority allows it", async () => {
  await using from = await ownedBed();
  await using to = await ownedBed({ distinct: true });
  const { authority, key, data, random } = await sendOff(from, to);
  const moved = to.context.createRsaKey(0);
  const convert = (arriving: T.MigData, hidden = random) => () =>
    moved.cmkConvertMigration(to.srk, arriving, { random: hidden });
  await assertTspFails("TSS_E_BAD_PARAMETER", convert(to.context.createMigData()));
  const arriving = await sent(data, to, authority);
  await assertFails("TPM_DECRYPT_ERROR", convert(arriving, random.toReversed()));
  // The ticket of another TPM says nothing here.
  const { sigTicket } = arriving;
  arriving.sigTicket = data.sigTicket;
  await assertFails("TPM_MA_TICKET_SIGNATURE", convert(arriving));
  arriving.sigTicket = sigTicket;
  arriving.restrict({ destinationKeyDigest: new Uint8Array(20) });
  await assertFails("TPM_MA_TICKET_SIGNATURE", convert(arriving));
  for (
    const [code, parts] of [
      ["TPM_MA_DESTINATION", { source: key, destination: authority }],
      ["TPM_MA_SOURCE", { source: authority, destination: to.srk }],
    ] as const
  ) {
    await allow(authority, { data, key: parts.source, destination: parts.destination });
    await assertFails(code, convert(await sent(data, to, authority)));
  }
  secretPolicy(to.context, "wrong").assignToObject(to.srk);
  await assertFails("TPM_AUTHFAIL", convert(arriving));
  assertEquals(moved.fields.encData.length, 0);
});

Deno.test("the owner restricts which certified migratable keys a delegation may use", async () => {
  await using bed = await ownedBed();
  const { tpm } = bed.context;
  const restriction = (T.TSS_CMK_DELEGATE_SIGNING | T.TSS_CMK_DELEGATE_MIGRATE) >>> 0;
  await tpm.cmkSetRestrictions(restriction);
  assertEquals(
    await tpm.getCapability(T.TSS_TPMCAP_PROPERTY, T.TSS_TPMCAP_PROP_CMKRESTRICTION),
    encode(U32, restriction),
  );
  secretPolicy(bed.context, "wrong").assignToObject(tpm);
  await assertFails("TPM_AUTHFAIL", () => tpm.cmkSetRestrictions(0));
});
