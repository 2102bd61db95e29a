import { assertEquals, assertNotEquals } from "@std/assert";
import { decode, encode } from "../../../lib/codec/mod.ts";
import { PERMANENT_STATE } from "../../../lib/emulator/state/permanent.ts";
import {
  TPM_DEL_KEY_BITS,
  TPM_DELEGATE_Delegate_Manage,
  TPM_DELEGATE_OwnerReadInternalPub,
  TPM_ET_DEL_ROW,
  TPM_FAMFLAG_DELEGATE_ADMIN_LOCK,
  TPM_FAMFLAG_ENABLED,
  TPM_FAMILY_ADMIN,
  TPM_FAMILY_INVALIDATE,
  TPM_KEY_DELEGATE_GetPubKey,
  TPM_KH_OWNER,
  TPM_KH_SRK,
} from "../../../lib/tpm12/constants/mod.ts";
import {
  TPM_DELEGATE_KEY_BLOB,
  TPM_DELEGATE_OWNER_BLOB,
} from "../../../lib/tpm12/structures/mod.ts";
import {
  createFamily,
  DELEGATE,
  delegateKey,
  delegateOwner,
  enableFamily,
  loadDelegation,
  manageFamily,
  openDelegationRow,
  openKeyDelegation,
  openOwnerDelegation,
  updateVerification,
  verifyDelegation,
} from "../../conformance/delegation_steps.ts";
import { play } from "../../conformance/differential.ts";
import {
  freshEmulator,
  otherEmulator,
  ownedEmulator,
  tpmOf,
} from "../../conformance/owned_emulator.ts";
import { type Step, step } from "../../conformance/step.ts";
import {
  createWrapKey,
  flushKey,
  loadKey,
  osap,
  powerCycle,
  startup,
} from "../../conformance/steps.ts";
import { secret } from "../../conformance/templates.ts";

const READ = TPM_DELEGATE_OwnerReadInternalPub;
const FAMILY = [createFamily("a"), enableFamily("a")];

/** The delegation in row 2 stands for the owner. */
const POINT = step({
  command: "TPM_SetOwnerPointer",
  request: { entityType: TPM_ET_DEL_ROW, entityValue: 2 },
});

function read(session: string, code = "TPM_SUCCESS"): Step {
  return step({
    command: "TPM_OwnerReadInternalPub",
    request: { keyHandle: TPM_KH_SRK },
    auths: [{ session }],
    code,
  });
}

Deno.test("TPM_Delegate_Manage() makes a family that is disabled, unlocked, at count 1 (5)", () => {
  const side = freshEmulator();
  play(side, [startup(), createFamily("a")]);
  const { familyTable, lastFamilyID } = tpmOf(side).permanent;
  assertEquals(lastFamilyID, 1);
  const { familyLabel, familyID, verificationCount, flags } = familyTable[0]!;
  assertEquals([familyLabel, familyID, verificationCount, flags], [7, 1, 1, 0]);
  play(side, [
    enableFamily("a"),
    manageFamily("a", TPM_FAMILY_ADMIN, { opData: Uint8Array.of(1) }),
  ]);
  assertEquals(familyTable[0]!.flags, TPM_FAMFLAG_ENABLED | TPM_FAMFLAG_DELEGATE_ADMIN_LOCK);
});

Deno.test("no identifier of a family comes twice", () => {
  const side = freshEmulator();
  play(side, [
    startup(),
    createFamily("a"),
    manageFamily("a", TPM_FAMILY_INVALIDATE),
    createFamily("b"),
  ]);
  assertEquals(side.number("family b"), 2);
  assertEquals(tpmOf(side).permanent.familyTable.length, 1);
});

Deno.test("TPM_Delegate_Manage() that is refused changes nothing", () => {
  const side = ownedEmulator();
  play(side, [FAMILY, osap("session", "owner")]);
  const before = encode(PERMANENT_STATE, tpmOf(side).permanent);
  play(side, [
    manageFamily("a", 9, { code: "TPM_BAD_PARAMETER" }),
    manageFamily("a", TPM_FAMILY_ADMIN, { code: "TPM_BAD_PARAM_SIZE" }),
    manageFamily(99, TPM_FAMILY_INVALIDATE, { code: "TPM_BADINDEX" }),
    read("session"),
  ]);
  assertEquals(encode(PERMANENT_STATE, tpmOf(side).permanent), before);
});

Deno.test("a delegation hides its secret, each time in another way (19.2, 8 to 10)", () => {
  const side = ownedEmulator();
  play(side, [FAMILY, delegateOwner("first", { family: "a", per1: READ })]);
  play(side, [delegateOwner("second", { family: "a", per1: READ })]);
  const [first, second] = ["first", "second"].map((label) =>
    decode(TPM_DELEGATE_OWNER_BLOB, side.bytes(label))
  );
  assertNotEquals(first!.sensitiveArea, second!.sensitiveArea);
  assertNotEquals(first!.integrityDigest, second!.integrityDigest);
  assertEquals(side.bytes("first").toHex().indexOf(DELEGATE.toHex()), -1);
});

Deno.test("a key delegation names the key and the family's count (19.2, 7 and 10.d)", () => {
  const side = ownedEmulator();
  play(side, [
    FAMILY,
    createWrapKey("key", { usage: "signing", bits: 512 }),
    loadKey("key"),
    delegateOwner("new count", { family: "a", per1: READ, increment: true }),
    delegateKey("blob", {
      key: "key",
      family: "a",
      delegateType: TPM_DEL_KEY_BITS,
      per1: TPM_KEY_DELEGATE_GetPubKey,
      verificationCount: 9,
    }),
  ]);
  const { pub, pubKeyDigest } = decode(TPM_DELEGATE_KEY_BLOB, side.bytes("blob"));
  assertEquals(pub.verificationCount, 2);
  assertEquals(
    pubKeyDigest,
    tpmOf(side).volatile.keys.get(side.handle("key"))!.key.storePubkeyDigest,
  );
});

Deno.test("a delegation in a row outlives power off, the owner pointer does not", () => {
  const side = ownedEmulator();
  play(side, [
    FAMILY,
    delegateOwner("blob", { family: "a", per1: READ }),
    loadDelegation("blob", 2),
    POINT,
  ]);
  assertEquals(tpmOf(side).volatile.ownerReference, 2);
  const { index, row } = tpmOf(side).permanent.delegateTable[0]!;
  assertEquals([index, row.authValue], [2, DELEGATE]);
  play(side, [powerCycle()]);
  assertEquals(tpmOf(side).volatile.ownerReference, TPM_KH_OWNER);
  play(side, [openDelegationRow("session", 2), read("session")]);
});

Deno.test("whatever changes the tables gives the owner back his name (19.1, 4.c; 19.4, 12.c)", () => {
  const side = ownedEmulator();
  play(side, [
    FAMILY,
    delegateOwner("blob", { family: "a", per1: READ }),
    loadDelegation("blob", 2),
  ]);
  const { volatile } = tpmOf(side);
  // A session the owner opened before the pointer was set is still his.
  const auths = [{ session: "owner" }];
  for (
    const change of [
      enableFamily("a", true, { auths }),
      loadDelegation("blob", 1, { auths }),
      delegateOwner("new", { family: "a", per1: READ, increment: true, auths }),
    ]
  ) {
    play(side, [osap("owner", "owner"), openOwnerDelegation("delegated", "blob"), POINT]);
    assertEquals(volatile.ownerReference, 2);
    play(side, [change]);
    assertEquals(volatile.ownerReference, TPM_KH_OWNER);
    assertEquals(volatile.authSessions.size, 0);
  }
});

Deno.test("the owner pointer's delegation manages its own family alone (19.1, 2.b)", () => {
  const side = ownedEmulator();
  const auths = [DELEGATE];
  const per1 = READ | TPM_DELEGATE_Delegate_Manage;
  play(side, [
    FAMILY,
    createFamily("b"),
    delegateOwner("blob", { family: "a", per1 }),
    loadDelegation("blob", 2),
    POINT,
    enableFamily("b", true, { auths, code: "TPM_DELEGATE_FAMILY" }),
    enableFamily("a", true, { auths }),
    enableFamily("b"),
  ]);
});

Deno.test("delegations end with their key, their owner and their family", () => {
  const side = ownedEmulator();
  play(side, [
    FAMILY,
    createWrapKey("key", { usage: "signing", bits: 512, secret: secret("key") }),
    loadKey("key"),
    delegateKey("of key", {
      key: "key",
      family: "a",
      delegateType: TPM_DEL_KEY_BITS,
      per1: TPM_KEY_DELEGATE_GetPubKey,
    }),
    openKeyDelegation("session", "of key", "key"),
    flushKey("key"),
  ]);
  assertEquals(tpmOf(side).volatile.authSessions.size, 0);
  play(side, [
    delegateOwner("blob", { family: "a", per1: READ }),
    openOwnerDelegation("session", "blob"),
    manageFamily("a", TPM_FAMILY_INVALIDATE),
    verifyDelegation("blob", { code: "TPM_BADINDEX" }),
  ]);
  assertEquals(tpmOf(side).volatile.authSessions.size, 0);
});

Deno.test("another TPM takes no delegation of this one", () => {
  const side = ownedEmulator();
  play(side, [FAMILY, delegateOwner("blob", { family: "a", per1: READ })]);
  const other = otherEmulator();
  other.values.set("blob", side.bytes("blob"));
  play(other, [
    FAMILY,
    verifyDelegation("blob", { code: "TPM_AUTHFAIL" }),
    loadDelegation("blob", 0, { code: "TPM_AUTHFAIL" }),
    updateVerification("blob", { code: "TPM_AUTHFAIL" }),
  ]);
});

Deno.test("TPM_Delegate_UpdateVerification() takes no number of a row there is not", () => {
  const side = ownedEmulator();
  play(side, [updateVerification(7, { code: "TPM_BADINDEX" })]);
});

Deno.test("TPM_Delegate_LoadOwnerDelegation() takes no session while there is no owner (5.a)", () => {
  const owned = ownedEmulator();
  play(owned, [FAMILY, delegateOwner("blob", { family: "a", per1: READ })]);
  const side = freshEmulator();
  side.values.set("blob", owned.bytes("blob"));
  play(side, [
    startup(),
    FAMILY,
    loadDelegation("blob", 0, { auths: [DELEGATE], code: "TPM_AUTHFAIL" }),
  ]);
});
