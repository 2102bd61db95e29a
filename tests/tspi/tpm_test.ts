import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { decode, U32 } from "../../lib/codec/mod.ts";
import { equalBytes, sha1 } from "../../lib/crypto/mod.ts";
import { decodeTpmPublicKey } from "../../lib/formats/mod.ts";
import { TPM_CAP_VERSION_INFO, TPM_PUBKEY } from "../../lib/tpm12/mod.ts";
import { verifyPubkeyChecksum } from "../../lib/verify/mod.ts";
import * as T from "../../lib/tspi/mod.ts";
import { assertFails, assertTspFails, makeKey, ownedBed, secretPolicy, unownedBed } from "./bed.ts";
import { STARTUP_STATE } from "../raw_commands.ts";
import { physicalPresence } from "./machines.ts";

const EK = T.TSS_KEY_TYPE_LEGACY | T.TSS_KEY_SIZE_2048;
const SRK = T.TSS_KEY_TSP_SRK | T.TSS_KEY_AUTHORIZATION;

Deno.test("createEndorsementKey() makes the endorsement key once, and its checksum holds", async () => {
  await using bed = await unownedBed({ endorsed: false });
  const { context } = bed;
  const { tpm } = context;
  await assertFails("TPM_NO_ENDORSEMENT", () => tpm.getPubEndorsementKey());
  const key = context.createRsaKey(EK);
  const nonce = new Uint8Array(25).fill(1);
  const { data, validationData } = await tpm.createEndorsementKey(key, { externalData: nonce });
  assertEquals(data, Uint8Array.of(...key.publicBlob, ...nonce.subarray(0, 20)));
  assertEquals(validationData, sha1(data));
  assertEquals((await tpm.getPubEndorsementKey()).endorsementPubKey.publicBlob, key.publicBlob);
  await assertFails("TPM_DISABLED_CMD", () => tpm.createEndorsementKey(key));
});

Deno.test("a revocable endorsement key goes with the bytes that came with it", async () => {
  await using bed = await unownedBed({ endorsed: false });
  const { context, machine } = bed;
  const { tpm } = context;
  const ekResetData = new Uint8Array(20).fill(7);
  const key = context.createRsaKey(EK);
  const made = await tpm.createRevocableEndorsementKey(key, { ekResetData });
  assertEquals(made.ekResetData, ekResetData);
  await assertFails(
    "TPM_DISABLED_CMD",
    () => tpm.createRevocableEndorsementKey(key, { ekResetData }),
  );
  await physicalPresence(machine, true);
  await assertFails("TPM_AUTHFAIL", () => tpm.revokeEndorsementKey(new Uint8Array(20)));
  await assertTspFails("TSS_E_BAD_PARAMETER", () => tpm.revokeEndorsementKey(new Uint8Array(3)));
  await tpm.revokeEndorsementKey(ekResetData);
  await tpm.setStatus(T.TSS_TPMSTATUS_PHYSICALDISABLE, false);
  await tpm.setStatus(T.TSS_TPMSTATUS_PHYSICALSETDEACTIVATED, false);
  await machine.powerCycle();
  await assertFails("TPM_NO_ENDORSEMENT", () => tpm.getPubEndorsementKey());
});

Deno.test("the TPM draws the bytes that revoke a key", async () => {
  await using bed = await unownedBed({ endorsed: false });
  const { context } = bed;
  const { tpm } = context;
  const key = context.createRsaKey(EK);
  await assertTspFails(
    "TSS_E_BAD_PARAMETER",
    () => tpm.createRevocableEndorsementKey(key, { ekResetData: new Uint8Array(1) }),
  );
  const { ekResetData, validation } = await tpm.createRevocableEndorsementKey(key);
  assertNotEquals(ekResetData, new Uint8Array(20));
  assertEquals(validation.validationData, sha1(validation.data));
});

Deno.test("an endorsement key that is not revocable cannot be revoked", async () => {
  await using bed = await unownedBed({ endorsed: false });
  const { context: { tpm }, context, machine } = bed;
  await tpm.createEndorsementKey(context.createRsaKey(EK));
  await physicalPresence(machine, true);
  await assertFails("TPM_PERMANENTEK", () => tpm.revokeEndorsementKey(new Uint8Array(20)));
});

Deno.test("getPubEndorsementKey() gives what a caller can verify, or verifies itself", async () => {
  await using bed = await unownedBed();
  const { tpm } = bed.context;
  const nonce = new Uint8Array(20).fill(3);
  const { endorsementPubKey, validation } = await tpm.getPubEndorsementKey({ externalData: nonce });
  const { validationData: checksum } = validation!;
  verifyPubkeyChecksum({ pubkey: endorsementPubKey.publicBlob, nonce, checksum });
  await assertTspFails(
    "TSS_E_BAD_PARAMETER",
    () => tpm.getPubEndorsementKey({ externalData: new Uint8Array(5) }),
  );
});

Deno.test("getPubEndorsementKey() notices an answer to another challenge", async () => {
  await using bed = await unownedBed();
  const { context } = bed;
  const honest = context.commander;
  context.commander = {
    async command(name, request) {
      const answer = await honest.command(name, request) as Record<string, unknown>;
      return { ...answer, checksum: new Uint8Array(20) } as never;
    },
  };
  await assertTspFails("TSS_E_EK_CHECKSUM", () => context.tpm.getPubEndorsementKey());
});

Deno.test("the owner reads both internal public keys", async () => {
  await using bed = await ownedBed();
  const { context: { tpm } } = bed;
  assertEquals(decodeTpmPublicKey(await tpm.ownerGetSRKPubKey()).bits, 2048);
  const read = await tpm.getPubEndorsementKey({ ownerAuthorized: true });
  assertEquals([read.endorsementPubKey.size, read.validation], [2048, null]);
  secretPolicy(bed.context, "wrong").assignToObject(tpm);
  await assertFails("TPM_AUTHFAIL", () => tpm.ownerGetSRKPubKey());
});

Deno.test("takeOwnership() installs an owner once, and clearOwner() takes him away", async () => {
  await using bed = await unownedBed();
  const { context } = bed;
  const { tpm } = context;
  assertEquals(await tpm.isOwned(), false);
  secretPolicy(context, "owner").assignToObject(tpm);
  const srk = context.createRsaKey(SRK);
  const { endorsementPubKey } = await tpm.getPubEndorsementKey();
  await tpm.takeOwnership(srk, endorsementPubKey);
  assertEquals([await tpm.isOwned(), srk.isLoaded, srk.size], [true, true, 2048]);
  assertEquals(srk.uuid, T.TSS_UUID_SRK);
  await assertFails(
    "TPM_OWNER_SET",
    () => tpm.takeOwnership(context.createRsaKey(SRK), endorsementPubKey),
  );
  await makeKey({ ...bed, srk });
  secretPolicy(context, "wrong").assignToObject(tpm);
  await assertFails("TPM_AUTHFAIL", () => tpm.clearOwner());
  secretPolicy(context, "owner").assignToObject(tpm);
  await tpm.clearOwner();
  assertEquals([await tpm.isOwned(), srk.isLoaded], [false, false]);
});

Deno.test("clearOwner() is forced by physical presence", async () => {
  await using bed = await ownedBed();
  const { context: { tpm }, machine } = bed;
  await assertFails("TPM_BAD_PRESENCE", () => tpm.clearOwner({ forced: true }));
  await physicalPresence(machine, true);
  await tpm.clearOwner({ forced: true });
  assertEquals(await tpm.isOwned(), false);
});

Deno.test("changeAuth() of the TPM object gives the owner a new secret", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const policy = secretPolicy(context, "new");
  await assertTspFails("TSS_E_BAD_PARAMETER", () => context.tpm.changeAuth(srk, policy));
  await context.tpm.changeAuth(null, policy);
  await context.tpm.ownerGetSRKPubKey();
  secretPolicy(context, "owner").assignToObject(context.tpm);
  await assertFails("TPM_AUTHFAIL", () => context.tpm.changeAuth(null, policy));
});

Deno.test("setOperatorAuth() takes the secret of an operator policy, by physical presence", async () => {
  await using bed = await ownedBed();
  const { context, machine } = bed;
  const { tpm } = context;
  const policy = context.createPolicy(T.TSS_POLICY_OPERATOR);
  policy.setSecret(T.TSS_SECRET_MODE_PLAIN, "operator");
  const usage = context.createPolicy();
  await assertTspFails("TSS_E_BAD_PARAMETER", () => tpm.setOperatorAuth(usage));
  await assertFails("TPM_BAD_PRESENCE", () => tpm.setOperatorAuth(policy));
  await physicalPresence(machine, true);
  await tpm.setOperatorAuth(policy);
  await physicalPresence(machine, false);
  assertEquals(tpm.getPolicyObject(T.TSS_POLICY_OPERATOR), policy);
  assertEquals(await tpm.getStatus(T.TSS_TPMSTATUS_OPERATORINSTALLED), true);
  await tpm.setStatus(T.TSS_TPMSTATUS_SETTEMPDEACTIVATED, true);
  assertEquals(await tpm.getStatus(T.TSS_TPMSTATUS_SETTEMPDEACTIVATED), true);
});

Deno.test("keyControlOwner() makes a key stay, and go again", async () => {
  await using bed = await ownedBed();
  const { tpm } = bed.context;
  const key = await makeKey(bed);
  const control = T.TSS_TSPATTRIB_KEYCONTROL_OWNEREVICT;
  const uuid = await tpm.keyControlOwner(key, control, { attribValue: true });
  assertEquals(uuid, T.TSS_UUID_OWNEREVICT(Number.parseInt(uuid.slice(-2), 16)));
  await tpm.keyControlOwner(key, control, { attribValue: false });
  await assertTspFails(
    "TSS_E_BAD_PARAMETER",
    () => tpm.keyControlOwner(key, 1, { attribValue: true }),
  );
  await key.unloadKey();
  await assertTspFails(
    "TSS_E_KEY_NOT_LOADED",
    () => tpm.keyControlOwner(key, control, { attribValue: true }),
  );
});

Deno.test("getStatus() tells every flag, and refuses what is none", async () => {
  await using bed = await unownedBed();
  const { tpm } = bed.context;
  const flags = Object.entries(T).filter(([name]) => name.startsWith("TSS_TPMSTATUS_"));
  assert(flags.length > 25);
  for (const [name, flag] of flags) {
    if (name === "TSS_TPMSTATUS_POSTINITIALISE") continue;
    assertEquals(typeof await tpm.getStatus(flag as number), "boolean", name);
  }
  await assertTspFails("TSS_E_NOTIMPL", () => tpm.getStatus(T.TSS_TPMSTATUS_POSTINITIALISE));
  await assertTspFails("TSS_E_BAD_PARAMETER", () => tpm.getStatus(0x99));
  await assertTspFails("TSS_E_BAD_PARAMETER", () => tpm.setStatus(0x99, true));
  await assertTspFails("TSS_E_BAD_PARAMETER", () => tpm.setStatus(T.TSS_TPMSTATUS_FIPS, true));
});

Deno.test("setStatus() sets what the owner may", async () => {
  await using bed = await ownedBed();
  const { context } = bed;
  const { tpm } = context;
  const both = [T.TSS_TPMSTATUS_OWNERSETDISABLE, T.TSS_TPMSTATUS_DISABLED];
  for (
    const flag of [...both, T.TSS_TPMSTATUS_DISABLEPUBEKREAD, T.TSS_TPMSTATUS_DISABLEPUBSRKREAD]
  ) {
    for (const state of [true, false]) {
      await tpm.setStatus(flag, state);
      assertEquals(await tpm.getStatus(flag), state, `0x${flag.toString(16)}`);
    }
  }
  await tpm.setStatus(T.TSS_TPMSTATUS_DISABLEPUBEKREAD, true);
  await assertFails("TPM_DISABLED_CMD", () => tpm.getPubEndorsementKey());
  await tpm.setStatus(T.TSS_TPMSTATUS_DISABLEOWNERCLEAR, true);
  assertEquals(await tpm.getStatus(T.TSS_TPMSTATUS_DISABLEOWNERCLEAR), true);
  await assertFails("TPM_CLEAR_DISABLED", () => tpm.clearOwner());
  await tpm.setStatus(T.TSS_TPMSTATUS_DISABLEFORCECLEAR, true);
  assertEquals(await tpm.getStatus(T.TSS_TPMSTATUS_DISABLEFORCECLEAR), true);
  await tpm.setStatus(T.TSS_TPMSTATUS_RESETLOCK, true);
});

Deno.test("setStatus() sets physical presence and what it stands for", async () => {
  await using bed = await unownedBed();
  const { tpm } = bed.context;
  await assertFails("TPM_BAD_PRESENCE", () => tpm.setStatus(T.TSS_TPMSTATUS_SETOWNERINSTALL, true));
  for (
    const [flag, state] of [
      [T.TSS_TPMSTATUS_PHYSPRES_CMDENABLE, true],
      [T.TSS_TPMSTATUS_PHYSPRES_HWENABLE, true],
      [T.TSS_TPMSTATUS_PHYSPRES_HWENABLE, false],
      [T.TSS_TPMSTATUS_PHYSPRESENCE, true],
      [T.TSS_TPMSTATUS_SETOWNERINSTALL, false],
      [T.TSS_TPMSTATUS_SETOWNERINSTALL, true],
      [T.TSS_TPMSTATUS_PHYSICALDISABLE, true],
      [T.TSS_TPMSTATUS_PHYSICALDISABLE, false],
      [T.TSS_TPMSTATUS_PHYSICALSETDEACTIVATED, true],
      [T.TSS_TPMSTATUS_PHYSICALSETDEACTIVATED, false],
      // Told as it is until the next start.
      [T.TSS_TPMSTATUS_DEACTIVATED, false],
      [T.TSS_TPMSTATUS_SETTEMPDEACTIVATED, true],
      [T.TSS_TPMSTATUS_PHYSPRESENCE, false],
      [T.TSS_TPMSTATUS_PHYSPRES_LOCK, true],
      [T.TSS_TPMSTATUS_PHYSPRES_CMDENABLE, false],
    ] as const
  ) {
    const locked = flag === T.TSS_TPMSTATUS_PHYSPRES_CMDENABLE && !state;
    await tpm.setStatus(flag, state);
    assertEquals(await tpm.getStatus(flag), state, `0x${flag.toString(16)} ${locked}`);
  }
  await tpm.setStatus(T.TSS_TPMSTATUS_PHYSPRES_LIFETIMELOCK, true);
  assertEquals(await tpm.getStatus(T.TSS_TPMSTATUS_PHYSPRES_LIFETIMELOCK), true);
});

Deno.test("getCapability() tells areas, and properties in numbers", async () => {
  await using bed = await ownedBed();
  const { tpm } = bed.context;
  const property = async (part: number) => await tpm.getCapability(T.TSS_TPMCAP_PROPERTY, part);
  assertEquals(decode(U32, await property(T.TSS_TPMCAP_PROP_PCR)), 24);
  assertEquals(await property(T.TSS_TPMCAP_PROP_OWNER), Uint8Array.of(1));
  const properties = Object.entries(T).filter(([name]) =>
    name.startsWith("TSS_TPMCAP_PROP_") &&
    !/REVISION|LOCALITIES_AVAIL|CMKRESTRICTION/.test(name)
  );
  for (const [name, part] of properties) {
    assert((await property(part as number)).length > 0, name);
  }
  assertEquals(await tpm.getCapability(T.TSS_TPMCAP_ORD, 0x17), Uint8Array.of(1));
  assertEquals(await tpm.getCapability(T.TSS_TPMCAP_ALG, T.TSS_ALG_RSA), Uint8Array.of(1));
  assertEquals(
    await tpm.getCapability(T.TSS_TPMCAP_TRANS_ES, T.TSS_ES_SYM_CNT),
    Uint8Array.of(1),
  );
  assertEquals(
    await tpm.getCapability(T.TSS_TPMCAP_AUTH_ENCRYPT, T.TSS_ALG_XOR),
    Uint8Array.of(1),
  );
  assertEquals((await tpm.getCapability(T.TSS_TPMCAP_VERSION)).length, 4);
  const version = await tpm.getCapability(T.TSS_TPMCAP_VERSION_VAL);
  assertEquals(decode(TPM_CAP_VERSION_INFO, version).version.minor, 2);
  assertEquals((await tpm.getCapability(T.TSS_TPMCAP_HANDLE, T.TSS_RT_KEY)).length, 2);
  assert((await tpm.getCapability(T.TSS_TPMCAP_DA_LOGIC, 4)).length > 0);
  assertEquals((await tpm.getCapability(T.TSS_TPMCAP_FLAG)).length, 8);
});

Deno.test("getCapability() refuses what there is not", async () => {
  await using bed = await unownedBed();
  const { tpm } = bed.context;
  const bad: [area: number, part?: number | Uint8Array][] = [
    [0x77],
    [T.TSS_TPMCAP_SET_VENDOR, 1],
    [T.TSS_TPMCAP_PROPERTY, T.TSS_TPMCAP_PROP_REVISION],
    [T.TSS_TPMCAP_PROPERTY, Uint8Array.of(1)],
  ];
  for (const [area, part] of bad) {
    await assertTspFails("TSS_E_BAD_PARAMETER", () => tpm.getCapability(area, part));
  }
});

Deno.test("the TPM tests itself", async () => {
  await using bed = await unownedBed();
  await bed.context.tpm.selfTestFull();
  assert((await bed.context.tpm.getTestResult()).length > 0);
});

Deno.test("selfTestFull() answers TPM_FAILEDSELFTEST when the TPM has failed", async () => {
  await using bed = await unownedBed();
  const { context: { tpm }, machine } = bed;
  // There is no state to go on from.
  await machine.powerCycle(STARTUP_STATE);
  await assertFails("TPM_FAILEDSELFTEST", () => tpm.selfTestFull());
  assert((await tpm.getTestResult()).length > 0);
  await machine.powerCycle();
  await tpm.selfTestFull();
});

Deno.test("getRandom() gives as many bytes as asked for, and stirRandom() takes up to 255", async () => {
  await using bed = await unownedBed();
  const { tpm } = bed.context;
  const random = await tpm.getRandom(5000);
  assertEquals(random.length, 5000);
  assert(!equalBytes(random.subarray(0, 1024), random.subarray(1024, 2048)));
  assertEquals((await tpm.getRandom(0)).length, 0);
  await assertTspFails("TSS_E_BAD_PARAMETER", () => tpm.getRandom(-1));
  await tpm.stirRandom(new Uint8Array(255));
  await assertTspFails("TSS_E_BAD_PARAMETER", () => tpm.stirRandom(new Uint8Array(256)));
});

Deno.test("the credentials that were set are told", async () => {
  await using bed = await unownedBed();
  const { tpm } = bed.context;
  const flag = T.TSS_TSPATTRIB_TPM_CREDENTIAL;
  const parts = [
    T.TSS_TPMATTRIB_EKCERT,
    T.TSS_TPMATTRIB_TPM_CC,
    T.TSS_TPMATTRIB_PLATFORMCERT,
    T.TSS_TPMATTRIB_PLATFORM_CC,
  ];
  for (const part of parts) {
    await tpm.setAttribData(flag, part, { value: Uint8Array.of(part) });
    assertEquals(await tpm.getAttribData(flag, part), Uint8Array.of(part));
  }
  await assertTspFails("TSS_E_INVALID_ATTRIB_SUBFLAG", () => tpm.getAttribData(flag, 9));
  await assertTspFails("TSS_E_BAD_PARAMETER", () => tpm.getAttribUint32(flag));
});

Deno.test("the owner sets which commands are audited, as an attribute", async () => {
  await using bed = await ownedBed();
  const { tpm } = bed.context;
  const flag = T.TSS_TSPATTRIB_TPM_ORDINAL_AUDIT_STATUS;
  for (
    const part of [T.TPM_CAP_PROP_TPM_SET_ORDINAL_AUDIT, T.TPM_CAP_PROP_TPM_CLEAR_ORDINAL_AUDIT]
  ) {
    await tpm.setAttribUint32(flag, part, { value: 0x46 });
  }
  await assertTspFails(
    "TSS_E_INVALID_ATTRIB_SUBFLAG",
    () => tpm.setAttribUint32(flag, 7, { value: 0x46 }),
  );
  secretPolicy(bed.context, "wrong").assignToObject(tpm);
  await assertFails("TPM_AUTHFAIL", () => tpm.setAttribUint32(flag, 1, { value: 0x46 }));
});

Deno.test("a public key is told as TPM_PUBKEY", async () => {
  await using bed = await ownedBed();
  const blob = await bed.context.tpm.ownerGetSRKPubKey();
  assertEquals(decode(TPM_PUBKEY, blob).pubKey.key.length, 256);
});
