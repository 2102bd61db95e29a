import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { decode, encode } from "../../../lib/codec/mod.ts";
import { sha1, verifyPkcs1Sha1 } from "../../../lib/crypto/mod.ts";
import { TPM_MS_REWRAP, TPM_PT_ASYM } from "../../../lib/tpm12/constants/mod.ts";
import { TPM_KEY_ANY, TPM_PUBKEY } from "../../../lib/tpm12/structures/mod.ts";
import { play } from "../../conformance/differential.ts";
import {
  authorizeKey,
  convert,
  createBlob,
  encDataOf,
  loadConverted,
  MIGRATABLE,
  MIGRATION,
  OUTSIDE_PUB,
  pubkeyOf,
} from "../../conformance/migration_steps.ts";
import { ownedEmulator, tpmOf } from "../../conformance/owned_emulator.ts";
import { step } from "../../conformance/step.ts";
import { publicKeyOf } from "../../conformance/steps.ts";
import { ZEROS } from "../../conformance/templates.ts";
import { destination, pass, sensitiveOf } from "./two_tpms.ts";

Deno.test("TPM_AuthorizeMigrationKey() answers SHA1(key ‖ scheme ‖ tpmProof) (actions 7 to 10)", () => {
  const side = ownedEmulator();
  play(side, [authorizeKey("outside", OUTSIDE_PUB, { scheme: TPM_MS_REWRAP })]);
  const { tpmProof } = tpmOf(side).permanent;
  const key = encode(TPM_PUBKEY, OUTSIDE_PUB);
  const digest = sha1(key, Uint8Array.of(0, TPM_MS_REWRAP), tpmProof);
  assertEquals(side.bytes("outside"), Uint8Array.of(...key, 0, TPM_MS_REWRAP, ...digest));
});

Deno.test("a key migrates to another TPM and signs there", () => {
  const [from, to] = [ownedEmulator(), destination()];
  play(from, [
    MIGRATABLE,
    authorizeKey("to target", pubkeyOf(to, "target")),
    createBlob("blob", { migrationKeyAuth: (side) => side.bytes("to target") }),
  ]);
  pass(from, to, "blob", "blob, random");
  to.keys.set("key", { ...from.key("key"), parent: "target" });
  play(to, [
    convert("converted"),
    loadConverted("converted"),
  ]);
  const d2 = sensitiveOf(to, "target", to.bytes("converted"));
  const d1 = sensitiveOf(from, "SRK", encDataOf(from, "key"));
  // 11.2, 7. The secrets and the prime have come along.
  assertEquals(d2, d1);
  assertEquals([d2.payload, d2.migrationAuth], [TPM_PT_ASYM, MIGRATION]);
  play(to, [
    step({
      command: "TPM_LoadKey2",
      request: (side) => ({
        parentHandle: side.handle("target"),
        inKey: { ...decode(TPM_KEY_ANY, side.key("key").blob!), encData: side.bytes("converted") },
      }),
      keep: (side, { inkeyHandle }) => side.key("key").handle = inkeyHandle,
    }),
    step({
      command: "TPM_Sign",
      request: (side) => ({ keyHandle: side.handle("key"), areaToSign: ZEROS }),
      keep: (side, { sig }) => assert(verifyPkcs1Sha1(publicKeyOf(side, "key"), ZEROS, sig)),
    }),
  ]);
});

Deno.test("a rewrapped key loads under its new parent at once (11.1, action 7)", () => {
  const [from, to] = [ownedEmulator(), destination()];
  play(from, [
    MIGRATABLE,
    authorizeKey("to target", pubkeyOf(to, "target"), { scheme: TPM_MS_REWRAP }),
    createBlob("blob", {
      type: TPM_MS_REWRAP,
      migrationKeyAuth: (side) => side.bytes("to target"),
    }),
  ]);
  assertEquals(from.bytes("blob, random").length, 0);
  pass(from, to, "blob");
  to.keys.set("key", { ...from.key("key"), parent: "target" });
  play(to, [loadConverted("blob")]);
});

Deno.test("random is drawn anew for each blob, and is as long as the inner encoding", () => {
  const side = ownedEmulator();
  play(side, [MIGRATABLE, createBlob("first"), createBlob("second")]);
  assertEquals(side.bytes("first, random").length, 198);
  assertNotEquals(side.bytes("first, random"), side.bytes("second, random"));
});
