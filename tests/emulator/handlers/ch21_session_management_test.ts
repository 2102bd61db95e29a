import { assertEquals, assertNotEquals } from "@std/assert";
import { decode, encode } from "../../../lib/codec/mod.ts";
import { DAA_SESSION, type DaaSession } from "../../../lib/emulator/state/daa_session.ts";
import {
  TPM_PID_OSAP,
  TPM_RT_AUTH,
  TPM_RT_DAA_TPM,
  TPM_RT_KEY,
} from "../../../lib/tpm12/constants/mod.ts";
import { TPM_CONTEXT_BLOB } from "../../../lib/tpm12/structures/mod.ts";
import { Seeded } from "../../codec/generate.ts";
import {
  flushContext,
  keyControlOwner,
  loadContext,
  saveContext,
  saveKeyContext,
  saveSessionContext,
} from "../../conformance/context_steps.ts";
import { play } from "../../conformance/differential.ts";
import { EmulatorMachine } from "../../conformance/emulator_machine.ts";
import { otherEmulator, ownedEmulator, tpmOf } from "../../conformance/owned_emulator.ts";
import { Side } from "../../conformance/side.ts";
import { step } from "../../conformance/step.ts";
import {
  createWrapKey,
  flushKey,
  loadKey,
  oiap,
  osap,
  owned,
  powerCycle,
  takeOwnership,
} from "../../conformance/steps.ts";
import { secret } from "../../conformance/templates.ts";
import { valueOf } from "../../tpm12/structures/all_structures.ts";

const KEY = [createWrapKey("key", { usage: "signing", bits: 512 }), loadKey("key")];

/** Where bytes are within others; -1 for nowhere. */
function indexOf(bytes: Uint8Array, part: Uint8Array): number {
  return bytes.toHex().indexOf(part.toHex());
}

Deno.test("TPM_SaveContext() shows neither secrets nor what they follow from (7.a, 8.f)", () => {
  const side = ownedEmulator();
  const key = secret("key");
  play(side, [
    createWrapKey("key", { usage: "signing", bits: 512, secret: key }),
    loadKey("key"),
    osap("key's", "key"),
    osap("owner's", "owner"),
  ]);
  const { keys, authSessions } = tpmOf(side).volatile;
  const [loaded] = keys.values();
  const [ofKey, ofOwner] = authSessions.values();
  assertEquals(ofKey!.protocolID, TPM_PID_OSAP);
  const hidden = [
    key,
    loaded!.key.sensitive.privKey.key,
    ofKey!.sharedSecret,
    ofOwner!.sharedSecret,
    ofOwner!.entityDigest,
  ].map((bytes) => bytes.slice());
  play(side, [saveKeyContext("key"), saveSessionContext("key's"), saveSessionContext("owner's")]);
  for (const label of ["key", "key's", "owner's"]) {
    const blob = side.bytes(`context of ${label}`);
    for (const bytes of hidden) assertEquals(indexOf(blob, bytes), -1);
  }
  // 8.f.i. The hash of the key that a session is bound to stands in the clear.
  const { additionalData } = decode(TPM_CONTEXT_BLOB, side.bytes("context of key's"));
  assertEquals(additionalData.subarray(16), loaded!.key.sensitive.pubDataDigest);
});

Deno.test("two contexts of one key have nothing encrypted in common", () => {
  const side = ownedEmulator();
  play(side, [KEY, saveKeyContext("key")]);
  const first = decode(TPM_CONTEXT_BLOB, side.bytes("context of key"));
  play(side, [saveKeyContext("key")]);
  const second = decode(TPM_CONTEXT_BLOB, side.bytes("context of key"));
  assertNotEquals(first.sensitiveData.subarray(0, 16), second.sensitiveData.subarray(0, 16));
  assertEquals([first.contextCount, second.contextCount], [0, 0]);
});

Deno.test("contexts end with the owner, and are no other TPM's", () => {
  const side = ownedEmulator();
  play(side, [KEY, saveKeyContext("key"), oiap("session"), saveSessionContext("session")]);
  const other = otherEmulator();
  for (const label of ["key", "session"]) {
    other.values.set(`context of ${label}`, side.bytes(`context of ${label}`));
    play(other, [loadContext(label, { code: "TPM_BADCONTEXT" })]);
  }
  play(side, [step({ command: "TPM_OwnerClear" })]);
  const { permanent, volatile } = tpmOf(side);
  assertEquals(volatile.contextList, []);
  Object.assign(permanent.flags, { disable: false, deactivated: false });
  volatile.flags.deactivated = false;
  play(side, [
    takeOwnership(),
    loadContext("key", { code: "TPM_BADCONTEXT" }),
    loadContext("session", { code: "TPM_BADCONTEXT" }),
  ]);
});

Deno.test("TPM_CONTEXT_GAP comes while a context is outside that is too old (10.b.i)", () => {
  const machine = new EmulatorMachine({
    seed: new TextEncoder().encode("emulator"),
    limits: { contextGap: 3 },
  });
  const side = new Side("gap", machine);
  const saved = (label: string, code = "TPM_SUCCESS") => [
    oiap(label),
    saveSessionContext(label, { code }),
  ];
  play(side, [
    owned(),
    saved("old"),
    saved("2"),
    saved("3"),
    saved("4"),
    saved("5", "TPM_CONTEXT_GAP"),
    loadContext("3"),
    saveSessionContext("3", { code: "TPM_CONTEXT_GAP" }),
    loadContext("old"),
    saveSessionContext("5"),
    flushContext(2),
    saveSessionContext("old"),
  ]);
  assertEquals(tpmOf(side).volatile.contextCount, 6);
});

Deno.test("TPM_TOOMANYCONTEXTS comes when counts are used up, until the next start (10.a)", () => {
  const side = ownedEmulator();
  play(side, [oiap("last"), oiap("more")]);
  tpmOf(side).volatile.contextCount = 0xfffffffe;
  play(side, [
    saveSessionContext("last"),
    saveSessionContext("more", { code: "TPM_TOOMANYCONTEXTS" }),
    loadContext("last"),
    powerCycle(),
    oiap("first"),
    saveSessionContext("first"),
  ]);
  assertEquals(tpmOf(side).volatile.contextCount, 1);
});

Deno.test("TPM_SaveContext() that is refused leaves the session and counts nothing", () => {
  const side = new Side("few", new EmulatorMachine({ limits: { savedContexts: 1 } }));
  play(side, [
    owned(),
    oiap("first"),
    saveSessionContext("first"),
    oiap("second"),
    saveSessionContext("second", { code: "TPM_NOCONTEXTSPACE" }),
  ]);
  const { volatile } = tpmOf(side);
  assertEquals([volatile.contextCount, volatile.contextList], [1, [1]]);
  assertEquals(volatile.authSessions.size, 1);
});

Deno.test("a DAA session comes back as it was", () => {
  const side = ownedEmulator();
  const { daaSessions } = tpmOf(side).volatile;
  const session = { ...valueOf(DAA_SESSION, new Seeded(5)) as DaaSession, handle: 0x11223344 };
  const before = encode(DAA_SESSION, session);
  daaSessions.add(session);
  play(side, [
    saveContext("context of DAA", {
      handle: () => session.handle,
      resourceType: TPM_RT_DAA_TPM,
    }),
  ]);
  assertEquals(daaSessions.size, 0);
  play(side, [loadContext("DAA")]);
  assertEquals(encode(DAA_SESSION, daaSessions.get(session.handle)!), before);
});

Deno.test("TPM_LoadContext() that is refused changes nothing", () => {
  const side = ownedEmulator();
  play(side, [
    KEY,
    saveKeyContext("key"),
    loadContext("key", { code: "TPM_BAD_HANDLE" }),
    oiap("session"),
    saveSessionContext("session"),
    loadContext("session", {
      change: ({ label }) => ({ label: label.map((byte) => byte ^ 1) }),
      code: "TPM_BADCONTEXT",
    }),
    loadContext("session"),
  ]);
  assertEquals(tpmOf(side).volatile.keys.size, 1);
});

Deno.test("a loaded context shares no memory with the key it was saved from", () => {
  const side = ownedEmulator();
  play(side, [KEY, saveKeyContext("key")]);
  const original = side.handle("key");
  play(side, [loadContext("key", { keepHandle: false })]);
  play(side, [
    step({
      command: "TPM_FlushSpecific",
      request: { handle: original, resourceType: TPM_RT_KEY },
    }),
  ]);
  play(side, [
    step({
      command: "TPM_Sign",
      request: { keyHandle: side.handle("key"), areaToSign: new Uint8Array(20) },
    }),
  ]);
});

Deno.test("TPM_KeyControlOwner() leaves two slots to others (5.a.i)", () => {
  const machine = new EmulatorMachine({
    seed: new TextEncoder().encode("emulator"),
    limits: { keys: 4 },
  });
  const side = new Side("few", machine);
  play(side, [owned(), KEY]);
  for (const label of ["2", "3"]) {
    side.keys.set(label, { ...side.key("key") });
    play(side, [loadKey(label)]);
  }
  play(side, [
    keyControlOwner("key", true),
    keyControlOwner("2", true),
    keyControlOwner("3", true, { code: "TPM_NOSPACE" }),
    keyControlOwner("2", false),
    keyControlOwner("3", true),
  ]);
  assertEquals(tpmOf(side).permanent.ownerEvictKeys.length, 2);
});

Deno.test("an owner's key goes with the owner, and with TPM_FlushSpecific once it may", () => {
  const side = ownedEmulator();
  play(side, [
    KEY,
    keyControlOwner("key", true),
    keyControlOwner("key", false),
    flushKey("key"),
    loadKey("key"),
    keyControlOwner("key", true),
    step({ command: "TPM_OwnerClear" }),
  ]);
  assertEquals(tpmOf(side).permanent.ownerEvictKeys, []);
  assertEquals(tpmOf(side).volatile.keys.size, 0);
});

Deno.test("a session that another command closes cannot be saved", () => {
  const side = ownedEmulator();
  play(side, [
    oiap("session"),
    step({
      command: "TPM_OwnerReadInternalPub",
      request: { keyHandle: 0x40000000 },
      auths: [{ entity: "owner", session: "session", continueAuthSession: false }],
    }),
    saveContext("x", {
      handle: (side) => side.sessions.get("session")!.authHandle,
      resourceType: TPM_RT_AUTH,
      code: "TPM_INVALID_RESOURCE",
    }),
  ]);
});
