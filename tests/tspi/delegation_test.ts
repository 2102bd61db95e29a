import { assertEquals } from "@std/assert";
import {
  TPM_DELEGATE_Delegate_CreateOwnerDelegation,
  TPM_DELEGATE_OwnerReadInternalPub,
  TPM_KEY_DELEGATE_Sign,
} from "../../lib/tpm12/constants/mod.ts";
import * as T from "../../lib/tspi/mod.ts";
import {
  assertFails,
  assertTspFails,
  makeKey,
  type OwnedBed,
  ownedBed,
  secretPolicy,
  signs,
} from "./bed.ts";

const INFO = T.TSS_TSPATTRIB_POLICY_DELEGATION_INFO;
const LABEL = 0x64;
const READ_INTERNAL = TPM_DELEGATE_OwnerReadInternalPub;
const OVERWRITE = { flags: T.TSS_DELEGATE_CACHEOWNERDELEGATION_OVERWRITEEXISTING };

/** A family that is enabled. */
async function enabledFamily({ tpm }: T.Context): Promise<T.DelFamily> {
  const family = await tpm.delegateAddFamily(0x66);
  await family.enable(true);
  return family;
}

/** A policy with the secret "delegate" that names what is to be delegated. */
async function intention(context: T.Context, type: number, per1: number): Promise<T.Policy> {
  const policy = secretPolicy(context, "delegate");
  await policy.setAttribUint32(INFO, T.TSS_TSPATTRIB_POLDEL_TYPE, { value: type });
  await policy.setAttribUint32(INFO, T.TSS_TSPATTRIB_POLDEL_PER1, { value: per1 });
  return policy;
}

/** Delegates some of what the owner may do. */
async function delegateOwner(
  { tpm }: T.Context,
  family: T.DelFamily,
  { per1 = READ_INTERNAL, ...options }: Partial<T.CreateDelegationOptions> & {
    readonly per1?: number;
  } = {},
): Promise<T.Policy> {
  const policy = await intention(tpm.context, T.TSS_DELEGATIONTYPE_OWNER, per1);
  await tpm.delegateCreateDelegation(tpm, policy, { label: LABEL, family, ...options });
  return policy;
}

/** Somebody else, who has loaded the SRK: without it TrouSerS' tcsd opens no DSAP sessions. */
async function userContext(bed: OwnedBed): Promise<T.Context> {
  const context = await bed.another();
  await context.loadKeyByUUID(T.TSS_PS_TYPE_SYSTEM, T.TSS_UUID_SRK);
  return context;
}

/** Runs something as the owner himself, after it was run by a delegation. */
function asOwner({ context }: OwnedBed): void {
  secretPolicy(context, "owner").assignToObject(context.tpm);
}

Deno.test("a delegation of the owner lets do what it allows, by its blob", async () => {
  await using bed = await ownedBed();
  const { context: { tpm }, context } = bed;
  const family = await enabledFamily(context);
  const policy = await delegateOwner(context, family);
  await tpm.delegateVerifyDelegation(policy);
  const expected = await tpm.ownerGetSRKPubKey();
  policy.assignToObject(tpm);
  assertEquals(await tpm.ownerGetSRKPubKey(), expected);
  await assertFails("TPM_AUTHFAIL", () => tpm.setStatus(T.TSS_TPMSTATUS_RESETLOCK, true));
  policy.setSecret(T.TSS_SECRET_MODE_PLAIN, "wrong");
  await assertFails("TPM_AUTHFAIL", () => tpm.ownerGetSRKPubKey());
});

Deno.test("whoever has the blob and its secret can use the delegation", async () => {
  await using bed = await ownedBed();
  const { context } = bed;
  const { delegation: { blob } } = await delegateOwner(context, await enabledFamily(context));
  const another = await userContext(bed);
  const policy = secretPolicy(another, "delegate");
  await policy.setAttribData(INFO, T.TSS_TSPATTRIB_POLDEL_OWNERBLOB, { value: blob });
  policy.assignToObject(another.tpm);
  await another.tpm.ownerGetSRKPubKey();
});

Deno.test("a delegation of the owner is put into the TPM, and used by its row", async () => {
  await using bed = await ownedBed();
  const { context: { tpm }, context } = bed;
  const family = await enabledFamily(context);
  const policy = await delegateOwner(context, family);
  await tpm.delegateCacheOwnerDelegation(policy, 1);
  const numbers: [part: number, value: number][] = [
    [T.TSS_TSPATTRIB_POLDEL_TYPE, T.TSS_DELEGATIONTYPE_OWNER],
    [T.TSS_TSPATTRIB_POLDEL_INDEX, 1],
    [T.TSS_TSPATTRIB_POLDEL_LABEL, LABEL],
    [T.TSS_TSPATTRIB_POLDEL_FAMILYID, family.familyID],
    [T.TSS_TSPATTRIB_POLDEL_VERCOUNT, 1],
    [T.TSS_TSPATTRIB_POLDEL_PER1, READ_INTERNAL],
    [T.TSS_TSPATTRIB_POLDEL_PER2, 0],
  ];
  for (const [part, value] of numbers) {
    assertEquals(await policy.getAttribUint32(INFO, part), value);
  }
  const pcr = T.TSS_TSPATTRIB_POLICY_DELEGATION_PCR;
  assertEquals(await policy.getAttribUint32(pcr, T.TSS_TSPATTRIB_POLDELPCR_LOCALITY), 0x1f);
  const { delegateTable: [row] } = await tpm.delegateReadTables();
  assertEquals([row!.tableIndex, row!.per1, row!.familyID], [1, READ_INTERNAL, family.familyID]);
  await assertTspFails("TSS_E_INVALID_OBJ_ACCESS", () => tpm.delegateVerifyDelegation(policy));

  const another = await userContext(bed);
  const user = secretPolicy(another, "delegate");
  await user.setAttribUint32(INFO, T.TSS_TSPATTRIB_POLDEL_INDEX, { value: 1 });
  user.assignToObject(another.tpm);
  await another.tpm.ownerGetSRKPubKey();
  await assertFails("TPM_AUTHFAIL", () => another.tpm.setStatus(T.TSS_TPMSTATUS_RESETLOCK, true));
  await user.setAttribUint32(INFO, T.TSS_TSPATTRIB_POLDEL_INDEX, { value: 0 });
  await assertFails("TPM_BADINDEX", () => another.tpm.ownerGetSRKPubKey());
  await assertTspFails(
    "TSS_E_BAD_PARAMETER",
    () => user.getAttribUint32(INFO, T.TSS_TSPATTRIB_POLDEL_LABEL),
  );
});

Deno.test("delegateCacheOwnerDelegation() overwrites a row only when it is told to", async () => {
  await using bed = await ownedBed();
  const { context: { tpm }, context } = bed;
  const family = await enabledFamily(context);
  await tpm.delegateCacheOwnerDelegation(await delegateOwner(context, family), 0);
  const second = await delegateOwner(context, family, { label: 7 });
  const cache = (index: number, options = {}) =>
    tpm.delegateCacheOwnerDelegation(second, index, options);
  await assertTspFails("TSS_E_DELFAMILY_ROWEXISTS", () => cache(0));
  await assertTspFails("TSS_E_BAD_PARAMETER", () => cache(0, { flags: 2 }));
  await assertFails("TPM_BADINDEX", () => cache(999));
  await family.enable(false);
  await assertFails("TPM_DISABLED_CMD", () => cache(0, OVERWRITE));
  await family.enable(true);
  await cache(0, OVERWRITE);
  const { delegateTable } = await tpm.delegateReadTables();
  assertEquals(delegateTable.map(({ tableIndex, label }) => [tableIndex, label]), [[0, 7]]);
  await assertTspFails("TSS_E_INVALID_OBJ_ACCESS", () => cache(0, OVERWRITE));
});

Deno.test("a delegation of a key lets do with it what it allows, and with no other key", async () => {
  await using bed = await ownedBed();
  const { context: { tpm }, context } = bed;
  const key = await makeKey(bed);
  const other = await makeKey(bed);
  const family = await enabledFamily(context);
  const policy = await intention(context, T.TSS_DELEGATIONTYPE_KEY, TPM_KEY_DELEGATE_Sign);
  await tpm.delegateCreateDelegation(key, policy, { label: LABEL, family });
  await tpm.delegateVerifyDelegation(policy);
  assertEquals(policy.delegation.type, T.TSS_DELEGATIONTYPE_KEY);
  policy.assignToObject(key);
  await signs(key);
  await assertFails("TPM_AUTHFAIL", () => key.getPubKey());
  policy.assignToObject(other);
  await assertFails("TPM_KEYNOTFOUND", () => signs(other));
  await assertTspFails(
    "TSS_E_BAD_PARAMETER",
    () => tpm.delegateCacheOwnerDelegation(policy, 0),
  );
});

Deno.test("delegateCreateDelegation() takes what fits together", async () => {
  await using bed = await ownedBed();
  const { context: { tpm }, context, srk } = bed;
  const family = await enabledFamily(context);
  const options = { label: LABEL, family };
  const bad = (object: T.Tpm | T.Key, policy: T.Policy, more = {}) =>
    assertTspFails(
      "TSS_E_BAD_PARAMETER",
      () => tpm.delegateCreateDelegation(object, policy, { ...options, ...more }),
    );
  const ofOwner = await intention(context, T.TSS_DELEGATIONTYPE_OWNER, READ_INTERNAL);
  const ofKey = await intention(context, T.TSS_DELEGATIONTYPE_KEY, TPM_KEY_DELEGATE_Sign);
  await bad(tpm, secretPolicy(context, "delegate"));
  await bad(srk, ofOwner);
  await bad(tpm, ofKey);
  await bad(tpm, ofOwner, { flags: 4 });
  await bad(srk, ofKey, { flags: T.TSS_DELEGATE_INCREMENTVERIFICATIONCOUNT });
  await bad(tpm, ofOwner, { label: -1 });
  const unloaded = context.createRsaKey(T.TSS_KEY_TYPE_SIGNING);
  await assertTspFails(
    "TSS_E_KEY_NOT_LOADED",
    () => tpm.delegateCreateDelegation(unloaded, ofKey, options),
  );
  await assertFails("TPM_BADINDEX", () => delegateOwner(context, context.createDelFamily()));
  secretPolicy(context, "wrong").assignToObject(tpm);
  await assertFails("TPM_AUTHFAIL", () => tpm.delegateCreateDelegation(tpm, ofOwner, options));
  assertEquals(ofOwner.delegation.isSet, false);
});

Deno.test("a new verification count voids the delegations before it, until they are updated", async () => {
  await using bed = await ownedBed();
  const { context: { tpm }, context } = bed;
  const family = await enabledFamily(context);
  const old = await delegateOwner(context, family);
  const flags = T.TSS_DELEGATE_INCREMENTVERIFICATIONCOUNT;
  const policy = await delegateOwner(context, family, { flags });
  assertEquals((await family.state()).verificationCount, 2);
  await tpm.delegateVerifyDelegation(policy);
  await assertFails("TPM_FAMILYCOUNT", () => tpm.delegateVerifyDelegation(old));
  old.assignToObject(tpm);
  await assertFails("TPM_FAMILYCOUNT", () => tpm.ownerGetSRKPubKey());
  asOwner(bed);
  await tpm.delegateUpdateVerificationCount(old);
  assertEquals(await old.getAttribUint32(INFO, T.TSS_TSPATTRIB_POLDEL_VERCOUNT), 2);
  await tpm.delegateVerifyDelegation(old);
  old.assignToObject(tpm);
  await tpm.ownerGetSRKPubKey();
  await assertFails("TPM_AUTHFAIL", () => tpm.delegateUpdateVerificationCount(old));
  await assertTspFails(
    "TSS_E_INVALID_OBJ_ACCESS",
    () => tpm.delegateUpdateVerificationCount(secretPolicy(context, "none")),
  );
});

Deno.test("a row of the TPM's table is updated in its place", async () => {
  await using bed = await ownedBed();
  const { context: { tpm }, context } = bed;
  const family = await enabledFamily(context);
  const row = await delegateOwner(context, family);
  await tpm.delegateCacheOwnerDelegation(row, 0);
  await delegateOwner(context, family, { flags: T.TSS_DELEGATE_INCREMENTVERIFICATIONCOUNT });
  row.assignToObject(tpm);
  await assertFails("TPM_FAMILYCOUNT", () => tpm.ownerGetSRKPubKey());
  asOwner(bed);
  await tpm.delegateUpdateVerificationCount(row);
  assertEquals(await row.getAttribUint32(INFO, T.TSS_TSPATTRIB_POLDEL_VERCOUNT), 2);
  row.assignToObject(tpm);
  await tpm.ownerGetSRKPubKey();
});

Deno.test("a delegation goes off with its family, and away with it", async () => {
  await using bed = await ownedBed();
  const { context: { tpm }, context } = bed;
  const family = await enabledFamily(context);
  const policy = await delegateOwner(context, family);
  await family.enable(false);
  await assertFails("TPM_DISABLED_CMD", () => tpm.delegateVerifyDelegation(policy));
  policy.assignToObject(tpm);
  await assertFails("TPM_DISABLED_CMD", () => tpm.ownerGetSRKPubKey());
  asOwner(bed);
  await tpm.delegateInvalidateFamily(family);
  await assertFails("TPM_BADINDEX", () => tpm.delegateVerifyDelegation(policy));
  policy.assignToObject(tpm);
  await assertFails("TPM_BADINDEX", () => tpm.ownerGetSRKPubKey());
});

Deno.test("a delegation that another TPM made, or nobody, is refused", async () => {
  await using bed = await ownedBed();
  const { context: { tpm }, context } = bed;
  const policy = await delegateOwner(context, await enabledFamily(context));
  const blob = policy.delegation.blob.slice();
  blob[blob.length - 1]! ^= 1;
  policy.delegation.blob = blob;
  await assertFails("TPM_AUTHFAIL", () => tpm.delegateVerifyDelegation(policy));
  policy.assignToObject(tpm);
  await assertFails("TPM_AUTHFAIL", () => tpm.ownerGetSRKPubKey());
});

Deno.test("a delegation that is bound to PCRs and localities is good at those", async () => {
  await using bed = await ownedBed();
  const { context: { tpm }, context, machine } = bed;
  const pcrComposite = context.createPcrComposite(T.TSS_PCRS_STRUCT_INFO_SHORT);
  pcrComposite.selectPcrIndexEx(16, T.TSS_PCRS_DIRECTION_RELEASE);
  pcrComposite.setPcrValue(16, await tpm.pcrRead(16));
  pcrComposite.setPcrLocality(1);
  const policy = await delegateOwner(context, await enabledFamily(context), { pcrComposite });
  const pcr = T.TSS_TSPATTRIB_POLICY_DELEGATION_PCR;
  assertEquals(await policy.getAttribUint32(pcr, T.TSS_TSPATTRIB_POLDELPCR_LOCALITY), 1);
  assertEquals(
    await policy.getAttribData(pcr, T.TSS_TSPATTRIB_POLDELPCR_DIGESTATRELEASE),
    pcrComposite.getCompositeHash(),
  );
  policy.assignToObject(tpm);
  await tpm.ownerGetSRKPubKey();
  await machine.setLocality(2);
  await assertFails("TPM_BAD_LOCALITY", () => tpm.ownerGetSRKPubKey());
  await machine.setLocality(0);
  await tpm.pcrExtend(16, new Uint8Array(20));
  await assertFails("TPM_WRONGPCRVAL", () => tpm.ownerGetSRKPubKey());
});

Deno.test("a delegation can be passed on, but for more than it gives", async () => {
  await using bed = await ownedBed();
  const { context: { tpm }, context } = bed;
  const family = await enabledFamily(context);
  const per1 = READ_INTERNAL | TPM_DELEGATE_Delegate_CreateOwnerDelegation;
  const policy = await delegateOwner(context, family, { per1 });
  policy.assignToObject(tpm);
  const passedOn = await delegateOwner(context, family);
  await assertFails("TPM_AUTHFAIL", () => delegateOwner(context, family, { per1: 0x7fffffff }));
  passedOn.assignToObject(tpm);
  await tpm.ownerGetSRKPubKey();
});
