import { assertEquals } from "@std/assert";
import { encode } from "../../../lib/codec/mod.ts";
import { TPM_KEY_ANY } from "../../../lib/tpm12/structures/mod.ts";
import {
  finish,
  makeIdentity,
  OLD,
  start,
  useChanged,
} from "../../conformance/change_auth_asym.ts";
import { loadContext, saveSessionContext } from "../../conformance/context_steps.ts";
import { play } from "../../conformance/differential.ts";
import { ownedEmulator, tpmOf } from "../../conformance/owned_emulator.ts";
import { step } from "../../conformance/step.ts";
import {
  createWrapKey,
  flushKey,
  loadKey,
  oiap,
  osap,
  seal,
  unseal,
} from "../../conformance/steps.ts";
import { keyTemplate, secret, ZEROS } from "../../conformance/templates.ts";

const IDENTITY = makeIdentity(encode(TPM_KEY_ANY, keyTemplate("identity")));
const STORAGE = [
  createWrapKey("storage", { usage: "storage", secret: secret("storage") }),
  loadKey("storage"),
];

Deno.test("TPM_ChangeAuthAsymStart() certifies a volatile key that was under no PCRs (27.4.1, 9)", () => {
  const side = ownedEmulator();
  let certified;
  play(side, [
    IDENTITY,
    step({
      command: "TPM_ChangeAuthAsymStart",
      request: (side) => ({
        idHandle: side.handle("identity"),
        antiReplay: OLD,
        tempKeyParms: keyTemplate("storage", { bits: 512 }).algorithmParms,
      }),
      keep: (_side, { certifyInfo }) => certified = certifyInfo,
    }),
  ]);
  const { keyFlags, authDataUsage, keyUsage, parentPCRStatus, PCRInfo, data } = certified!;
  assertEquals({ keyFlags, authDataUsage, keyUsage, parentPCRStatus, PCRInfo, data }, {
    keyFlags: 4,
    authDataUsage: 0,
    keyUsage: 0x13,
    parentPCRStatus: false,
    PCRInfo: new Uint8Array(),
    data: OLD,
  });
});

Deno.test("TPM_ChangeAuthAsymFinish() changes the secret of sealed data (27.4.2, 2)", () => {
  const side = ownedEmulator();
  play(side, [
    [IDENTITY, STORAGE],
    seal("data", { key: "storage", data: Uint8Array.of(1, 2, 3), secret: OLD }),
    start("once"),
    finish("of sealed data", { entity: "data" }),
    useChanged("data"),
    unseal("changed", {
      key: "storage",
      secret: OLD,
      title: "with the old secret",
      code: "TPM_AUTH2FAIL",
    }),
  ]);
  assertEquals(side.bytes("changed, unsealed"), Uint8Array.of(1, 2, 3));
});

Deno.test("TPM_ChangeAuthAsymFinish() destroys the ephemeral key (27.4.2, 11)", () => {
  const side = ownedEmulator();
  const { keys } = tpmOf(side).volatile;
  play(side, [
    [IDENTITY, STORAGE],
    createWrapKey("key", { usage: "signing", bits: 512, parent: "storage", secret: OLD }),
    start("once"),
  ]);
  const { key } = keys.get(side.handle("ephemeral"))!;
  play(side, [finish("of a key"), useChanged()]);
  assertEquals(keys.size, 2);
  assertEquals(key.sensitive.privKey.key, new Uint8Array(64));
});

Deno.test("an ephemeral key serves for nothing else, and is not loaded again", () => {
  const side = ownedEmulator();
  play(side, [
    [IDENTITY, start("once")],
    step({
      command: "TPM_UnBind",
      request: (side) => ({ keyHandle: side.handle("ephemeral"), inData: new Uint8Array(128) }),
      auths: [],
      code: "TPM_INVALID_KEYUSAGE",
    }),
    step({
      command: "TPM_Seal",
      request: (side) => ({
        keyHandle: side.handle("ephemeral"),
        encAuth: ZEROS,
        pcrInfo: new Uint8Array(),
        inData: Uint8Array.of(1),
      }),
      auths: [{ entity: "ephemeral" }],
      code: "TPM_INVALID_KEYUSAGE",
    }),
    flushKey("ephemeral"),
  ]);
});

Deno.test("TPM_Reset() ends authorisation sessions and keeps what was saved (27.5)", () => {
  const side = ownedEmulator();
  const { volatile } = tpmOf(side);
  play(side, [
    [oiap("one"), osap("two", "SRK"), oiap("saved"), saveSessionContext("saved")],
    step({ command: "TPM_Reset" }),
  ]);
  assertEquals(volatile.authSessions.size, 0);
  play(side, [loadContext("saved")]);
  assertEquals(volatile.authSessions.size, 1);
});

Deno.test("TPM_DisablePubekRead() is for good: it outlives power off (27.7)", () => {
  const side = ownedEmulator();
  tpmOf(side).permanent.flags.readPubek = true;
  const read = (code: string) =>
    step({ command: "TPM_ReadPubek", request: { antiReplay: ZEROS }, code });
  play(side, [read("TPM_SUCCESS"), step({ command: "TPM_DisablePubekRead" })]);
  side.machine.reset();
  play(side, [
    step({ command: "TPM_Startup", request: { startupType: 1 } }),
    read("TPM_DISABLED_CMD"),
    step({ command: "TPM_OwnerReadPubek" }),
  ]);
});
