import { assertEquals } from "@std/assert";
import { decode, encode, U16 } from "../../lib/codec/mod.ts";
import { DEFAULT_LIMITS, type Limits } from "../../lib/emulator/mod.ts";
import * as C from "../../lib/tpm12/constants/mod.ts";
import { TPM_DA_INFO } from "../../lib/tpm12/structures/mod.ts";
import { u32 } from "../bytes.ts";
import { keyControlOwner } from "../conformance/context_steps.ts";
import {
  createFamily,
  delegateOwner,
  enableFamily,
  loadDelegation,
} from "../conformance/delegation_steps.ts";
import { play, type Script } from "../conformance/differential.ts";
import { EmulatorMachine } from "../conformance/emulator_machine.ts";
import { defineNv, NO_AUTH, writeNv } from "../conformance/nv_steps.ts";
import { ownedEmulator } from "../conformance/owned_emulator.ts";
import { Side } from "../conformance/side.ts";
import { type Step, step } from "../conformance/step.ts";
import { createWrapKey, loadKey, oiap } from "../conformance/steps.ts";
import { ZEROS } from "../conformance/templates.ts";
import { openTransport } from "../conformance/transport.ts";

/** Those of libtpms; tests/conformance holds what either tells of them by TPM_GetCapability. */
const LIBTPMS: Limits = {
  buffer: 4096,
  keys: 20,
  ownerEvictKeys: 10,
  authSessions: 16,
  transportSessions: 16,
  daaSessions: 2,
  savedContexts: 128,
  contextGap: 0xffffffff,
  counters: 8,
  familyRows: 16,
  delegateRows: 4,
  nvSpace: 28 * 1024,
  nvWritesWithoutOwner: 64,
  dictionaryAttackThreshold: 5,
  sha1UpdateBytes: 4032,
};

Deno.test("the limits are by default those of libtpms", () => {
  assertEquals(DEFAULT_LIMITS, LIBTPMS);
});

/** TPM_CAP_PROPERTY says a number. */
function tells(property: number, value: number): Step {
  return step({
    command: "TPM_GetCapability",
    title: `property 0x${property.toString(16)}`,
    request: { capArea: C.TPM_CAP_PROPERTY, subCap: u32(property) },
    keep: (_side, { resp }) => assertEquals(resp, u32(value)),
  });
}

const full = (code: string) => ({ title: "one too many", code });
const KEY = [createWrapKey("key", { usage: "signing", bits: 512 }), loadKey("key")];
const counter = (options: { code?: string } = {}) =>
  step({
    command: "TPM_CreateCounter",
    request: { encAuth: ZEROS, label: new Uint8Array(4) },
    ...options,
  });

/** A limit of one's own, and how it is met. */
const LIMITS: { readonly [N in keyof Limits]: readonly [value: number, script: Script] } = {
  buffer: [100, [
    tells(C.TPM_CAP_PROP_INPUT_BUFFER, 100),
    step({
      command: "TPM_GetRandom",
      request: { bytesRequested: 200 },
      keep: (_side, { randomBytes }) => assertEquals(randomBytes.length, 86),
    }),
  ]],
  keys: [1, [
    tells(C.TPM_CAP_PROP_MAX_KEYS, 1),
    KEY,
    loadKey("key", full("TPM_NOSPACE")),
  ]],
  ownerEvictKeys: [1, [
    KEY,
    createWrapKey("other", { usage: "signing", bits: 512 }),
    loadKey("other"),
    keyControlOwner("key", true),
    keyControlOwner("other", true, full("TPM_NOSPACE")),
  ]],
  authSessions: [2, [
    tells(C.TPM_CAP_PROP_MAX_AUTHSESS, 2),
    oiap("one"),
    oiap("two"),
    step({ command: "TPM_OIAP", ...full("TPM_RESOURCES") }),
  ]],
  transportSessions: [1, [
    tells(C.TPM_CAP_PROP_MAX_TRANSESS, 1),
    openTransport({ enter: false }),
    openTransport({ enter: false, ...full("TPM_RESOURCES") }),
  ]],
  daaSessions: [7, [
    tells(C.TPM_CAP_PROP_MAX_DAASESS, 7),
    tells(C.TPM_CAP_PROP_DAASESS, 7),
  ]],
  savedContexts: [3, [
    tells(C.TPM_CAP_PROP_MAX_CONTEXT, 3),
    tells(C.TPM_CAP_PROP_CONTEXT, 3),
  ]],
  contextGap: [100, [tells(C.TPM_CAP_PROP_CONTEXT_DIST, 100)]],
  counters: [1, [
    tells(C.TPM_CAP_PROP_MAX_COUNTERS, 1),
    counter(),
    counter(full("TPM_RESOURCES")),
  ]],
  familyRows: [1, [
    tells(C.TPM_CAP_PROP_FAMILYROWS, 1),
    createFamily("one"),
    createFamily("two", full("TPM_RESOURCES")),
  ]],
  delegateRows: [2, [
    tells(C.TPM_CAP_PROP_DELEGATE_ROW, 2),
    createFamily("family"),
    enableFamily("family"),
    delegateOwner("delegation", { family: "family", per1: 0 }),
    loadDelegation("delegation", 1),
    loadDelegation("delegation", 2, full("TPM_BADINDEX")),
  ]],
  nvSpace: [300, [
    tells(C.TPM_CAP_PROP_MAX_NV_AVAILABLE, 294),
    defineNv(0x1000, { attributes: C.TPM_NV_PER_OWNERWRITE, dataSize: 100 }),
    defineNv(0x1001, {
      attributes: C.TPM_NV_PER_OWNERWRITE,
      dataSize: 200,
      ...full("TPM_NOSPACE"),
    }),
  ]],
  nvWritesWithoutOwner: [2, [
    step({ command: "TPM_OwnerClear" }),
    defineNv(0x1000, { attributes: C.TPM_NV_PER_PPWRITE, dataSize: 4, ...NO_AUTH }),
    writeNv(0x1000, Uint8Array.of(1), NO_AUTH),
    writeNv(0x1000, Uint8Array.of(2), { ...NO_AUTH, ...full("TPM_MAXNVWRITES") }),
  ]],
  dictionaryAttackThreshold: [9, [
    step({
      command: "TPM_GetCapability",
      request: { capArea: C.TPM_CAP_DA_LOGIC, subCap: encode(U16, C.TPM_ET_OWNER) },
      keep: (_side, { resp }) => assertEquals(decode(TPM_DA_INFO, resp).thresholdCount, 9),
    }),
  ]],
  sha1UpdateBytes: [128, [
    step({
      command: "TPM_SHA1Start",
      keep: (_side, { maxNumBytes }) => assertEquals(maxNumBytes, 128),
    }),
    step({ command: "TPM_SHA1Update", request: { hashData: new Uint8Array(128) } }),
    step({
      command: "TPM_SHA1Update",
      request: { hashData: new Uint8Array(192) },
      ...full("TPM_SHA_ERROR"),
    }),
  ]],
};

for (const [name, [value, script]] of Object.entries(LIMITS)) {
  Deno.test(`limits.${name} is an option`, () => {
    const { machine, keys, owner } = ownedEmulator();
    const limited = new EmulatorMachine({ limits: { [name]: value } });
    limited.restore((machine as EmulatorMachine).save());
    const side = new Side("limited", limited);
    for (const [label, key] of keys) side.keys.set(label, { ...key });
    side.owner = owner;
    play(side, script);
  });
}
