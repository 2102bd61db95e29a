import { assertEquals, assertStrictEquals } from "@std/assert";
import * as T from "../../lib/tspi/mod.ts";
import { assertFails, assertTspFails, ownedBed, secretPolicy, unownedBed } from "./bed.ts";

const LABEL = 0x64;

Deno.test("delegateAddFamily() makes a family, which delegateGetFamily() and the tables tell", async () => {
  await using bed = await ownedBed();
  const { context: { tpm }, context } = bed;
  assertEquals(await tpm.delegateReadTables(), { familyTable: [], delegateTable: [] });
  const family = await tpm.delegateAddFamily(LABEL);
  const { familyID } = family;
  const entry = { familyID, label: LABEL, verificationCount: 1, enabled: false, locked: false };
  assertEquals((await tpm.delegateReadTables()).familyTable, [entry]);
  assertEquals(await family.state(), entry);
  assertStrictEquals(await tpm.delegateGetFamily(familyID), family);
  const other = await (await bed.another()).tpm.delegateGetFamily(familyID);
  assertEquals(await other.state(), entry);
  await assertTspFails("TSS_E_BAD_PARAMETER", () => tpm.delegateGetFamily(9999));
  await assertTspFails("TSS_E_BAD_PARAMETER", () => tpm.delegateAddFamily(256));
  secretPolicy(context, "wrong").assignToObject(tpm);
  await assertFails("TPM_AUTHFAIL", () => tpm.delegateAddFamily(LABEL));
  await context.close();
  await assertTspFails("TSS_E_INVALID_HANDLE", () => tpm.delegateReadTables());
});

Deno.test("the TPM has no room for ever more families", async () => {
  await using bed = await ownedBed();
  const { tpm } = bed.context;
  await assertFails("TPM_RESOURCES", async () => {
    for (let label = 0; label < 100; label++) await tpm.delegateAddFamily(label);
  });
});

Deno.test("the attributes of a family are those of the TPM's table", async () => {
  await using bed = await ownedBed();
  const { context } = bed;
  const family = await context.tpm.delegateAddFamily(LABEL);
  const state = T.TSS_TSPATTRIB_DELFAMILY_STATE;
  for (
    const part of [T.TSS_TSPATTRIB_DELFAMILYSTATE_ENABLED, T.TSS_TSPATTRIB_DELFAMILYSTATE_LOCKED]
  ) {
    for (const value of [1, 0]) {
      await family.setAttribUint32(state, part, { value });
      assertEquals(await family.getAttribUint32(state, part), value);
    }
  }
  const info = T.TSS_TSPATTRIB_DELFAMILY_INFO;
  const numbers: [part: number, value: number][] = [
    [T.TSS_TSPATTRIB_DELFAMILYINFO_LABEL, LABEL],
    [T.TSS_TSPATTRIB_DELFAMILYINFO_VERCOUNT, 1],
    [T.TSS_TSPATTRIB_DELFAMILYINFO_FAMILYID, family.familyID],
  ];
  for (const [part, value] of numbers) {
    assertEquals(await family.getAttribUint32(info, part), value);
  }
  await assertTspFails("TSS_E_INVALID_ATTRIB_SUBFLAG", () => family.getAttribUint32(info, 9));
  await assertTspFails(
    "TSS_E_INVALID_ATTRIB_FLAG",
    () => family.setAttribUint32(info, T.TSS_TSPATTRIB_DELFAMILYINFO_LABEL, { value: 1 }),
  );
});

Deno.test("a family object that stands for no family is all zero", async () => {
  await using bed = await ownedBed();
  const { context: { tpm }, context } = bed;
  const family = context.createDelFamily();
  const { label, verificationCount, enabled, locked } = await family.state();
  assertEquals([label, verificationCount, enabled, locked], [0, 0, false, false]);
  assertEquals(family.familyID, 0);
  await assertFails("TPM_BADINDEX", () => family.enable(true));
  await assertFails("TPM_BADINDEX", () => tpm.delegateInvalidateFamily(family));
  await assertTspFails(
    "TSS_E_INVALID_OBJECT_INITFLAG",
    () => context.createObject(T.TSS_OBJECT_TYPE_DELFAMILY, 1),
  );
});

Deno.test("delegateInvalidateFamily() takes a family away, and closes its object", async () => {
  await using bed = await ownedBed();
  const { context: { tpm }, context } = bed;
  const family = await tpm.delegateAddFamily(LABEL);
  const elsewhere = await (await bed.another()).tpm.delegateGetFamily(family.familyID);
  await assertTspFails("TSS_E_INVALID_HANDLE", () => tpm.delegateInvalidateFamily(elsewhere));
  const owner = tpm.usagePolicy;
  secretPolicy(context, "wrong").assignToObject(tpm);
  await assertFails("TPM_AUTHFAIL", () => tpm.delegateInvalidateFamily(family));
  owner.assignToObject(tpm);
  await tpm.delegateInvalidateFamily(family);
  assertEquals((await tpm.delegateReadTables()).familyTable, []);
  await assertTspFails("TSS_E_INVALID_HANDLE", () => tpm.delegateInvalidateFamily(family));
  await assertTspFails("TSS_E_INVALID_HANDLE", () => family.state());
  await assertTspFails("TSS_E_DELFAMILY_NOTFOUND", () => elsewhere.state());
});

Deno.test("anybody manages families while there is no owner, but for those that are locked", async () => {
  await using bed = await unownedBed();
  const { tpm } = bed.context;
  const family = await tpm.delegateAddFamily(LABEL);
  await family.enable(true);
  assertEquals((await family.state()).enabled, true);
  await family.lock(true);
  await assertFails("TPM_DELEGATE_LOCK", () => family.enable(false));
  await assertFails("TPM_DELEGATE_LOCK", () => tpm.delegateInvalidateFamily(family));
});
