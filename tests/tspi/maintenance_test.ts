import { assertEquals, assertNotEquals } from "@std/assert";
import { decode, encode } from "../../lib/codec/mod.ts";
import { type RsaPrivateKey, systemRandom } from "../../lib/crypto/mod.ts";
import { MAINTENANCE_ARCHIVE, reissueArchive } from "../../lib/emulator/mod.ts";
import { TPM_KEY_ANY, TPM_PUBKEY } from "../../lib/tpm12/mod.ts";
import { verifyPubkeyChecksum } from "../../lib/verify/mod.ts";
import * as T from "../../lib/tspi/mod.ts";
import { softwareKey, softwarePubkey } from "../conformance/crafted_keys.ts";
import {
  assertFails,
  assertTspFails,
  type Bed,
  makeKey,
  ownedBed,
  secretPolicy,
  signs,
  unownedBed,
} from "./bed.ts";
import { EmulatorMachine, physicalPresence } from "./machines.ts";

const NONCE = new Uint8Array(20).fill(9);
const MAKER = softwareKey(2048);

/** The public half of a key outside any TPM. */
function outside(context: T.Context, key: RsaPrivateKey): T.Key {
  const object = context.createRsaKey(T.TSS_KEY_TYPE_STORAGE);
  object.publicBlob = encode(TPM_PUBKEY, softwarePubkey(key, "storage"));
  return object;
}

/** Requires that a TPM without maintenance, as libtpms is, says so; whether this is one. */
async function lacks({ machine }: Bed, call: () => Promise<unknown>): Promise<boolean> {
  if (machine instanceof EmulatorMachine) return false;
  await assertFails("TPM_BAD_ORDINAL", call);
  return true;
}

/** Gives the TPM its maker's key. */
async function loadMaker(context: T.Context): Promise<void> {
  await context.tpm.loadMaintenancePubKey(outside(context, MAKER));
}

/** A TPM whose owner was cleared, as an archive does before it brings another, is off. */
async function switchOn({ context: { tpm }, machine }: Bed): Promise<void> {
  await physicalPresence(machine, true);
  await tpm.setStatus(T.TSS_TPMSTATUS_PHYSICALDISABLE, false);
  await tpm.setStatus(T.TSS_TPMSTATUS_PHYSICALSETDEACTIVATED, false);
  await machine.powerCycle();
}

for (const generateRndNumber of [true, false]) {
  const by = generateRndNumber ? "a random number" : "the owner's secret";
  Deno.test(`an archive hidden by ${by} makes another TPM the one it was made by`, async () => {
    await using from = await ownedBed();
    if (await lacks(from, () => from.context.tpm.createMaintenanceArchive())) return;
    await using to = await ownedBed({ distinct: true });
    await loadMaker(from.context);
    await loadMaker(to.context);
    const key = await makeKey(from);
    const { rndNumber, archiveData } = await from.context.tpm.createMaintenanceArchive({
      generateRndNumber,
    });
    assertEquals(rndNumber.length, generateRndNumber ? 198 : 0);
    const reissued = reissueArchive(archiveData, {
      maintenanceKey: MAKER,
      target: to.srk.tpmPubkey,
      random: systemRandom,
    });
    const { tpm } = to.context;
    await to.context.execute("TPM_LoadMaintenanceArchive", {
      request: { archive: encode(MAINTENANCE_ARCHIVE, { ...reissued, random: rndNumber }) },
      auth: [tpm.ownerAuthorizer()],
    });
    await switchOn(to);
    assertEquals(
      decode(TPM_PUBKEY, await tpm.ownerGetSRKPubKey()).pubKey,
      decode(TPM_KEY_ANY, archiveData).pubKey,
    );
    // The secret of the storage root key is the owner's from then on.
    secretPolicy(to.context, "owner").assignToObject(to.srk);
    const moved = await to.context.loadKeyByBlob(to.srk, key.blob);
    secretPolicy(to.context, "key").assignToObject(moved);
    await signs(moved);
    assertEquals(await tpm.getStatus(T.TSS_TPMSTATUS_MAINTENANCEUSED), true);
  });
}

Deno.test("createMaintenanceArchive() takes the owner, and the key of the TPM's maker", async () => {
  await using bed = await ownedBed();
  const { context: { tpm }, context } = bed;
  if (await lacks(bed, () => tpm.createMaintenanceArchive())) return;
  await assertFails("TPM_KEYNOTFOUND", () => tpm.createMaintenanceArchive());
  await loadMaker(context);
  const first = await tpm.createMaintenanceArchive();
  assertNotEquals((await tpm.createMaintenanceArchive()).rndNumber, first.rndNumber);
  secretPolicy(context, "wrong").assignToObject(tpm);
  await assertFails("TPM_AUTHFAIL", () => tpm.createMaintenanceArchive());
});

Deno.test("killMaintenanceFeature() forbids maintenance", async () => {
  await using bed = await ownedBed();
  const { context: { tpm }, context } = bed;
  const allow = T.TSS_TPMSTATUS_ALLOWMAINTENANCE;
  await assertTspFails("TSS_E_BAD_PARAMETER", () => tpm.setStatus(allow, true));
  if (await lacks(bed, () => tpm.killMaintenanceFeature())) return;
  await loadMaker(context);
  const policy = tpm.usagePolicy;
  secretPolicy(context, "wrong").assignToObject(tpm);
  await assertFails("TPM_AUTHFAIL", () => tpm.killMaintenanceFeature());
  assertEquals(await tpm.getStatus(allow), true);
  policy.assignToObject(tpm);
  await tpm.killMaintenanceFeature();
  assertEquals(await tpm.getStatus(allow), false);
  await assertFails("TPM_DISABLED_CMD", () => tpm.createMaintenanceArchive());
});

Deno.test("loadMaintenancePubKey() gives the TPM a key once, for whoever challenges it", async () => {
  await using bed = await unownedBed();
  const { context: { tpm }, context } = bed;
  const key = outside(context, MAKER);
  await assertTspFails(
    "TSS_E_KEY_NOT_SET",
    () => tpm.loadMaintenancePubKey(context.createRsaKey(T.TSS_KEY_TYPE_STORAGE)),
  );
  await assertTspFails(
    "TSS_E_BAD_PARAMETER",
    () => tpm.loadMaintenancePubKey(key, { externalData: new Uint8Array(19) }),
  );
  if (await lacks(bed, () => tpm.loadMaintenancePubKey(key))) return;
  const { data, validationData } = await tpm.loadMaintenancePubKey(key, { externalData: NONCE });
  assertEquals(data, Uint8Array.of(...key.publicBlob, ...NONCE));
  verifyPubkeyChecksum({ pubkey: key.publicBlob, nonce: NONCE, checksum: validationData });
  await assertFails("TPM_DISABLED_CMD", () => tpm.loadMaintenancePubKey(key));
});

Deno.test("loadMaintenancePubKey() notices a checksum over something else", async () => {
  await using bed = await unownedBed();
  const { context } = bed;
  context.commander = {
    command: () => Promise.resolve({ checksum: new Uint8Array(20) } as never),
  };
  const key = outside(context, MAKER);
  await assertTspFails("TSS_E_FAIL", () => context.tpm.loadMaintenancePubKey(key));
});

Deno.test("checkMaintenancePubKey() takes a key, or a challenge", async () => {
  await using bed = await unownedBed();
  const { context: { tpm }, context } = bed;
  const key = outside(context, MAKER);
  const challenge = { externalData: NONCE };
  await assertTspFails("TSS_E_BAD_PARAMETER", () => tpm.checkMaintenancePubKey(null));
  await assertTspFails("TSS_E_BAD_PARAMETER", () => tpm.checkMaintenancePubKey(key, challenge));
  if (await lacks(bed, () => tpm.checkMaintenancePubKey(key))) return;
  await assertFails("TPM_KEYNOTFOUND", () => tpm.checkMaintenancePubKey(key));
  await loadMaker(context);
  await tpm.checkMaintenancePubKey(key);
  const { validationData, data } = await tpm.checkMaintenancePubKey(null, challenge);
  verifyPubkeyChecksum({ pubkey: key.publicBlob, nonce: NONCE, checksum: validationData });
  assertEquals(data.length, 0);
  const other = outside(context, softwareKey(2048, 1));
  await assertTspFails("TSS_E_FAIL", () => tpm.checkMaintenancePubKey(other));
});
