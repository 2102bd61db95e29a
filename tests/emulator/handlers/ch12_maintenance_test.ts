import { assert, assertEquals } from "@std/assert";
import { decode, encode } from "../../../lib/codec/mod.ts";
import { mgf1, rsaOaepDecrypt, sha1, systemRandom } from "../../../lib/crypto/mod.ts";
import { unpackTravelling } from "../../../lib/emulator/keys/migration_blob.ts";
import {
  MAINTENANCE_ARCHIVE,
  type MaintenanceArchive,
  reissueArchive,
} from "../../../lib/emulator/mod.ts";
import { TPM_KH_SRK, TPM_PT_MAINT } from "../../../lib/tpm12/constants/mod.ts";
import { TPM_KEY_ANY, TPM_PUBKEY, type TpmPubkey } from "../../../lib/tpm12/structures/mod.ts";
import { flip, join, softwareKey, softwarePubkey } from "../../conformance/crafted_keys.ts";
import { play } from "../../conformance/differential.ts";
import { otherEmulator, ownedEmulator, tpmOf } from "../../conformance/owned_emulator.ts";
import type { Side } from "../../conformance/side.ts";
import { type Step, step } from "../../conformance/step.ts";
import { powerCycle, seal, unseal } from "../../conformance/steps.ts";
import { secret, ZEROS } from "../../conformance/templates.ts";

const MANUFACTURER = softwareKey(2048);
const MANUFACTURER_PUB = softwarePubkey(MANUFACTURER, "storage");
const NULL_KEY: TpmPubkey = {
  algorithmParms: { algorithmID: 0, encScheme: 0, sigScheme: 0, parms: new Uint8Array() },
  pubKey: { key: new Uint8Array() },
};
const ANTI_REPLAY = secret("anti-replay");

function loadPub(pubKey: TpmPubkey, code = "TPM_SUCCESS"): Step {
  return step({
    command: "TPM_LoadManuMaintPub",
    request: { antiReplay: ANTI_REPLAY, pubKey },
    code,
    keep: (_side, { checksum }) => {
      assertEquals(checksum, sha1(encode(TPM_PUBKEY, pubKey), ANTI_REPLAY));
    },
  });
}

function readPub(expected: TpmPubkey | null): Step {
  return step({
    command: "TPM_ReadManuMaintPub",
    request: { antiReplay: ANTI_REPLAY },
    code: expected === null ? "TPM_KEYNOTFOUND" : "TPM_SUCCESS",
    keep: (_side, { checksum }) => {
      assertEquals(checksum, sha1(encode(TPM_PUBKEY, expected!), ANTI_REPLAY));
    },
  });
}

function createArchive(generateRandom: boolean, code = "TPM_SUCCESS"): Step {
  return step({
    command: "TPM_CreateMaintenanceArchive",
    request: { generateRandom },
    code,
    keep: (side, { random, archive }) => {
      side.values.set("random", random.slice());
      side.values.set("archive", archive.slice());
    },
  });
}

function loadArchive(archive: Uint8Array, code = "TPM_SUCCESS"): Step {
  return step({ command: "TPM_LoadMaintenanceArchive", request: { archive }, code });
}

const kill = step({ command: "TPM_KillMaintenanceFeature" });

/** What the manufacturer makes of the archive of one TPM for another. */
function reissue(from: Side, to: Side): MaintenanceArchive {
  return reissueArchive(from.bytes("archive"), {
    maintenanceKey: MANUFACTURER,
    target: tpmOf(to).permanent.srk!.pubkey,
    random: systemRandom,
  });
}

Deno.test("TPM_LoadManuMaintPub() works once, and TPM_ReadManuMaintPub() tells of its key (12.4, 12.5)", () => {
  const side = ownedEmulator();
  play(side, [
    readPub(null),
    loadPub(MANUFACTURER_PUB),
    loadPub(MANUFACTURER_PUB, "TPM_DISABLED_CMD"),
    readPub(MANUFACTURER_PUB),
    powerCycle(),
    loadPub(NULL_KEY, "TPM_DISABLED_CMD"),
    readPub(MANUFACTURER_PUB),
  ]);
});

Deno.test("TPM_LoadManuMaintPub() wants 2048 bits, or a NULL key that shuts maintenance off", () => {
  const side = ownedEmulator();
  play(side, [
    loadPub(softwarePubkey(softwareKey(1024), "storage"), "TPM_BAD_KEY_PROPERTY"),
    loadPub(softwarePubkey(softwareKey(1024), "storage", { bits: 2048 }), "TPM_BAD_KEY_PROPERTY"),
    readPub(null),
    loadPub(NULL_KEY),
    readPub(NULL_KEY),
    loadPub(MANUFACTURER_PUB, "TPM_DISABLED_CMD"),
    createArchive(true, "TPM_KEYNOTFOUND"),
  ]);
});

Deno.test("TPM_CreateMaintenanceArchive() packs SRK, tpmProof and owner (12.1, actions 4 to 13)", () => {
  const side = ownedEmulator();
  play(side, [createArchive(true, "TPM_KEYNOTFOUND"), loadPub(MANUFACTURER_PUB)]);
  const { srk, tpmProof, ownerAuth, flags } = tpmOf(side).permanent;
  for (const generateRandom of [true, false]) {
    play(side, [createArchive(generateRandom)]);
    const random = side.bytes("random");
    assertEquals(random.length, generateRandom ? 198 : 0);
    const { encData, ...key } = decode(TPM_KEY_ANY, side.bytes("archive"));
    assertEquals({ ...key, encData: new Uint8Array() }, srk!.publicPart);
    const pad = generateRandom ? random : mgf1(ownerAuth, 198);
    const o1 = rsaOaepDecrypt(MANUFACTURER, encData).map((byte, i) => byte ^ pad[i]!);
    assertEquals(unpackTravelling(o1), {
      payload: TPM_PT_MAINT,
      usageAuth: tpmProof,
      pubDataDigest: srk!.sensitive.pubDataDigest,
      privKey: srk!.sensitive.privKey,
      pHash: ownerAuth,
    });
  }
  // 14.
  assert(flags.maintenanceDone);
});

Deno.test("TPM_KillMaintenanceFeature() forbids archives until there is a new owner (12.3)", () => {
  const side = ownedEmulator();
  play(side, [
    loadPub(MANUFACTURER_PUB),
    kill,
    createArchive(true, "TPM_DISABLED_CMD"),
    loadArchive(new Uint8Array(), "TPM_DISABLED_CMD"),
    step({ command: "TPM_OwnerClear" }),
  ]);
  assert(tpmOf(side).permanent.flags.allowMaintenance);
});

/** The flags that TPM_OwnerClear left, set as a new owner would want them. */
function enable(side: Side): void {
  const { flags } = tpmOf(side).permanent;
  flags.disable = flags.deactivated = false;
  tpmOf(side).changed();
  tpmOf(side).saveChanges();
  play(side, [powerCycle()]);
}

Deno.test("an archive makes another TPM the old one: owner, SRK and sealed data (12.2)", () => {
  for (const generateRandom of [true, false]) {
    const [old, replacement] = [ownedEmulator(), otherEmulator()];
    const data = Uint8Array.of(1, 2, 3);
    play(old, [
      loadPub(MANUFACTURER_PUB),
      seal("sealed", { data }),
      createArchive(generateRandom),
    ]);
    const reissued = reissue(old, replacement);
    const archive = encode(MAINTENANCE_ARCHIVE, { ...reissued, random: old.bytes("random") });
    play(replacement, [loadPub(MANUFACTURER_PUB), loadArchive(archive)]);
    const { permanent } = tpmOf(replacement);
    const source = tpmOf(old).permanent;
    assertEquals(permanent.srk!.modulus, source.srk!.modulus);
    assertEquals(permanent.tpmProof, source.tpmProof);
    assertEquals(permanent.ownerAuth, source.ownerAuth);
    // 6.a.i.
    assertEquals(permanent.srk!.usageAuth, source.ownerAuth);
    // 5, 7.
    assert(permanent.flags.disable && permanent.flags.maintenanceDone);
    enable(replacement);
    replacement.values.set("sealed", old.bytes("sealed"));
    play(replacement, [unseal("sealed")]);
    assertEquals(replacement.bytes("sealed, unsealed"), data);
  }
});

Deno.test("an archive with random brings another owner's secret", () => {
  const [old, replacement] = [ownedEmulator(), otherEmulator()];
  tpmOf(old).permanent.ownerAuth = old.owner = secret("old owner");
  play(old, [loadPub(MANUFACTURER_PUB), createArchive(true)]);
  const archive = { ...reissue(old, replacement), random: old.bytes("random") };
  play(replacement, [
    loadPub(MANUFACTURER_PUB),
    loadArchive(encode(MAINTENANCE_ARCHIVE, archive)),
  ]);
  enable(replacement);
  replacement.owner = replacement.key("SRK").secret = secret("old owner");
  play(replacement, [
    step({ command: "TPM_OwnerReadInternalPub", request: { keyHandle: TPM_KH_SRK } }),
    seal("sealed", { data: ZEROS }),
  ]);
});

Deno.test("an archive without random is of no use to an owner with another secret", () => {
  const [old, replacement] = [ownedEmulator(), otherEmulator()];
  tpmOf(old).permanent.ownerAuth = old.owner = secret("old owner");
  play(old, [loadPub(MANUFACTURER_PUB), createArchive(false)]);
  const archive = encode(MAINTENANCE_ARCHIVE, reissue(old, replacement));
  play(replacement, [loadPub(MANUFACTURER_PUB), loadArchive(archive, "TPM_DECRYPT_ERROR")]);
});

Deno.test("TPM_LoadMaintenanceArchive() takes what the manufacturer signed for it (actions 2, 4)", () => {
  const [old, replacement] = [ownedEmulator(), otherEmulator()];
  play(old, [loadPub(MANUFACTURER_PUB), createArchive(true)]);
  const good = { ...reissue(old, replacement), random: old.bytes("random") };
  const load = (changes: Partial<MaintenanceArchive>, code: string): Step =>
    loadArchive(encode(MAINTENANCE_ARCHIVE, { ...good, ...changes }), code);
  play(replacement, [
    load({}, "TPM_KEYNOTFOUND"),
    loadPub(MANUFACTURER_PUB),
    load({ signature: flip(good.signature) }, "TPM_BAD_SIGNATURE"),
    load({ signature: new Uint8Array() }, "TPM_BAD_SIGNATURE"),
    load({ key: { ...good.key, encData: flip(good.key.encData) } }, "TPM_BAD_SIGNATURE"),
    load({ random: flip(good.random) }, "TPM_DECRYPT_ERROR"),
    load({ random: good.random.slice(1) }, "TPM_BAD_PARAMETER"),
    loadArchive(join(encode(MAINTENANCE_ARCHIVE, good), ZEROS), "TPM_BAD_PARAMETER"),
    loadArchive(old.bytes("archive"), "TPM_BAD_PARAMETER"),
  ]);
  // For the old TPM itself, and so not for the replacement.
  const other = { ...reissue(old, old), random: old.bytes("random") };
  play(replacement, [loadArchive(encode(MAINTENANCE_ARCHIVE, other), "TPM_DECRYPT_ERROR")]);
  assert(tpmOf(replacement).permanent.ownerInstalled);
});
