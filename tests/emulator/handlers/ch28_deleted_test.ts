import { assertEquals } from "@std/assert";
import { sha1, verifyPkcs1Sha1 } from "../../../lib/crypto/mod.ts";
import { COMMANDS } from "../../../lib/tpm12/commands/mod.ts";
import {
  TPM_AUTH_NEVER,
  TPM_CAP_ORD,
  TPM_SS_RSASSAPKCS1v15_INFO,
} from "../../../lib/tpm12/constants/mod.ts";
import { verifySelfTest } from "../../../lib/verify/mod.ts";
import { play } from "../../conformance/differential.ts";
import { EmulatorMachine } from "../../conformance/emulator_machine.ts";
import { ownedEmulator } from "../../conformance/owned_emulator.ts";
import { Side } from "../../conformance/side.ts";
import { type CommandStep, type Step, step } from "../../conformance/step.ts";
import { createWrapKey, loadKey, publicKeyOf } from "../../conformance/steps.ts";
import { secret } from "../../conformance/templates.ts";
import { u32 } from "../../bytes.ts";

const NONCE = secret("nonce");
const KEYS = [
  createWrapKey("signing", { usage: "signing", bits: 512 }),
  createWrapKey("info", { usage: "signing", bits: 512, sigScheme: TPM_SS_RSASSAPKCS1v15_INFO }),
  createWrapKey("bind", { usage: "bind", bits: 512 }),
  createWrapKey("open", { usage: "signing", bits: 512, authDataUsage: TPM_AUTH_NEVER }),
  ...["signing", "info", "bind", "open"].map((label) => loadKey(label)),
];

/** An owned emulator that serves the deleted commands. */
function oldEmulator(): Side {
  const model = ownedEmulator();
  const machine = new EmulatorMachine({ deletedCommands: true });
  machine.restore(model.machine.save() as Uint8Array);
  const side = new Side("old", machine);
  side.owner = model.owner;
  for (const [label, key] of model.keys) side.keys.set(label, key);
  return side;
}

const certifySelfTest = (
  key: string,
  options: Pick<CommandStep<"TPM_CertifySelfTest">, "code" | "auths"> = {},
): Step =>
  step({
    command: "TPM_CertifySelfTest",
    request: (side) => ({ keyHandle: side.handle(key), antiReplay: NONCE }),
    keep: (side, { sig }) => {
      verifySelfTest({ publicKey: publicKeyOf(side, key), signature: sig, nonce: NONCE });
    },
    ...options,
  });

Deno.test("TPM_CertifySelfTest() signs that the self test passed (28.3)", () => {
  play(oldEmulator(), [
    KEYS,
    certifySelfTest("signing"),
    certifySelfTest("open", { auths: [] }),
    certifySelfTest("signing", { auths: [], code: "TPM_AUTHFAIL" }),
    certifySelfTest("bind", { code: "TPM_INVALID_KEYUSAGE" }),
    certifySelfTest("info", { code: "TPM_BAD_SCHEME" }),
  ]);
});

Deno.test("TPM_GetCapabilitySigned() signs what TPM_GetCapability answers (28.1)", () => {
  const asked = (ordinal: number, code?: string) =>
    step({
      command: "TPM_GetCapabilitySigned",
      request: (side) => ({
        keyHandle: side.handle("signing"),
        antiReplay: NONCE,
        capArea: TPM_CAP_ORD,
        subCap: u32(ordinal),
      }),
      keep: (side, { version, resp, sig }) => {
        assertEquals(version, { major: 1, minor: 1, revMajor: 0, revMinor: 0 });
        assertEquals(resp, Uint8Array.of(1));
        assertEquals(verifyPkcs1Sha1(publicKeyOf(side, "signing"), sha1(resp, NONCE), sig), true);
      },
      ...(code && { code }),
    });
  play(oldEmulator(), [
    KEYS,
    asked(COMMANDS.TPM_Seal.ordinal),
    asked(COMMANDS.TPM_GetCapabilitySigned.ordinal),
    step({
      command: "TPM_GetCapabilitySigned",
      title: "an unknown capability",
      request: (side) => ({
        keyHandle: side.handle("signing"),
        antiReplay: NONCE,
        capArea: 0x7777,
        subCap: new Uint8Array(),
      }),
      code: "TPM_BAD_MODE",
    }),
  ]);
});

Deno.test("TPM_GetOrdinalAuditStatus() tells what TPM_SetOrdinalAuditStatus set (28.2)", () => {
  const { ordinal } = COMMANDS.TPM_PCRRead;
  const told: boolean[] = [];
  const ask = step({
    command: "TPM_GetOrdinalAuditStatus",
    request: { ordinalToQuery: ordinal },
    keep: (_side, { state }) => told.push(state),
  });
  play(oldEmulator(), [
    ask,
    step({
      command: "TPM_SetOrdinalAuditStatus",
      request: { ordinalToAudit: ordinal, auditState: true },
    }),
    ask,
    step({
      command: "TPM_GetOrdinalAuditStatus",
      title: "of no command",
      request: { ordinalToQuery: 0xaabb },
      code: "TPM_BADINDEX",
    }),
  ]);
  assertEquals(told, [false, true]);
});

Deno.test("TPM_GetAuditEvent() and its signed form have no event to give", () => {
  play(oldEmulator(), [
    step({ command: "TPM_GetAuditEvent", code: "TPM_DISABLED_CMD" }),
    step({ command: "TPM_GetAuditEventSigned", code: "TPM_DISABLED_CMD" }),
  ]);
});

Deno.test("TPM_CAP_ORD tells whether the deleted commands are served", () => {
  for (const [side, served] of [[oldEmulator(), 1], [ownedEmulator(), 0]] as const) {
    const { resp } = side.plain("TPM_GetCapability", {
      capArea: TPM_CAP_ORD,
      subCap: u32(COMMANDS.TPM_CertifySelfTest.ordinal),
    });
    assertEquals(resp as Uint8Array, Uint8Array.of(served));
  }
});
