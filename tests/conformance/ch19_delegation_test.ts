import { encode } from "../../lib/codec/mod.ts";
import {
  TPM_DEL_KEY_BITS,
  TPM_DELEGATE_Delegate_CreateOwnerDelegation,
  TPM_DELEGATE_Delegate_LoadOwnerDelegation,
  TPM_DELEGATE_Delegate_Manage,
  TPM_DELEGATE_Delegate_UpdateVerification,
  TPM_DELEGATE_OwnerReadInternalPub,
  TPM_FAMILY_ADMIN,
  TPM_FAMILY_INVALIDATE,
  TPM_KEY_DELEGATE_Delegate_CreateKeyDelegation,
  TPM_KEY_DELEGATE_GetPubKey,
  TPM_KEY_DELEGATE_Seal,
  TPM_KH_SRK,
  TPM_TAG_DELEGATE_OWNER_BLOB,
  TPM_TAG_DELEGATE_SENSITIVE,
  TPM_TAG_DELEGATIONS,
} from "../../lib/tpm12/constants/mod.ts";
import { TPM_DELEGATE_SENSITIVE } from "../../lib/tpm12/structures/mod.ts";
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
  READ_TABLES,
  updateVerification,
  verifyDelegation,
} from "./delegation_steps.ts";
import { flip } from "./crafted_keys.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { WRONG_AUTH } from "./nv_steps.ts";
import { type CommandStep, type Step, step } from "./step.ts";
import { createEk, createWrapKey, loadKey, oiap, osap, startup, takeOwnership } from "./steps.ts";
import { delegatePublic, pcrInfoLong, secret } from "./templates.ts";

const READ = TPM_DELEGATE_OwnerReadInternalPub;
const ADMIN = READ | TPM_DELEGATE_Delegate_Manage | TPM_DELEGATE_Delegate_CreateOwnerDelegation |
  TPM_DELEGATE_Delegate_LoadOwnerDelegation | TPM_DELEGATE_Delegate_UpdateVerification;
const FAMILY = [createFamily("a"), enableFamily("a")];
const KEY = [
  createWrapKey("key", { usage: "signing", bits: 512, secret: secret("key") }),
  loadKey("key"),
];
const ofKey = { key: "key", family: "a", delegateType: TPM_DEL_KEY_BITS };
const append = (blob: Uint8Array): Uint8Array => Uint8Array.of(...blob, 0);

function readSrk(auths: CommandStep<"TPM_OwnerReadInternalPub">["auths"], code: string): Step {
  return step({
    command: "TPM_OwnerReadInternalPub",
    request: { keyHandle: TPM_KH_SRK },
    ...(auths && { auths }),
    code,
  });
}

conformanceTest("a key is delegated by its secret, with permissions that keys have", [
  ...FAMILY,
  ...KEY,
  delegateKey("all", { ...ofKey, per1: 0x1fffffff }),
  verifyDelegation("all"),
  delegateKey("old count", { ...ofKey, per1: 1, verificationCount: 77 }),
  verifyDelegation("old count"),
  delegateKey("SRK", { ...ofKey, key: "SRK", per1: TPM_KEY_DELEGATE_Seal }),
  delegateKey("x", { ...ofKey, per1: 1, delegateType: 1, code: "TPM_BAD_PARAMETER" }),
  delegateKey("x", { ...ofKey, per1: 1, family: 99, code: "TPM_BADINDEX" }),
  delegateKey("x", { ...ofKey, per1: 1, family: 99, delegateType: 1, code: "TPM_BADINDEX" }),
  delegateKey("x", {
    ...ofKey,
    per1: 1,
    auths: [{ entity: "key", kind: "OIAP" }],
    code: "TPM_BAD_MODE",
  }),
  enableFamily("a", false),
  delegateKey("disabled", { ...ofKey, per1: 1 }),
  verifyDelegation("disabled", { code: "TPM_DISABLED_CMD" }),
]);

/** Whether the session lives on is left open: libtpms finds these faults before the actions. */
function illegal(title: string, per1: number, per2: number, delegateType: number): Step[] {
  return [
    osap("for one", "key"),
    delegateKey("x", {
      ...ofKey,
      per1,
      title,
      auths: [{ session: "for one" }],
      change: { permissions: { tag: TPM_TAG_DELEGATIONS, delegateType, per1, per2 } },
      code: "TPM_BAD_PARAMETER",
    }),
  ];
}

conformanceTest("permissions that mean nothing are refused", [
  ...FAMILY,
  ...KEY,
  illegal("a bit no key has", 0x20000000, 0, TPM_DEL_KEY_BITS),
  illegal("per2", 1, 1, TPM_DEL_KEY_BITS),
  illegal("an unknown type", 1, 0, 3),
]);

conformanceTest("a delegation passes on what it has, within its family", [
  ...FAMILY,
  createFamily("b"),
  ...KEY,
  delegateKey("boss", {
    ...ofKey,
    per1: TPM_KEY_DELEGATE_Delegate_CreateKeyDelegation | TPM_KEY_DELEGATE_GetPubKey,
  }),
  ...([
    [{ per1: TPM_KEY_DELEGATE_GetPubKey }, "TPM_SUCCESS"],
    [{ per1: TPM_KEY_DELEGATE_GetPubKey | TPM_KEY_DELEGATE_Seal }, "TPM_AUTHFAIL"],
    [{ per1: TPM_KEY_DELEGATE_GetPubKey, family: "b" }, "TPM_DELEGATE_FAMILY"],
    [{ per1: TPM_KEY_DELEGATE_GetPubKey, delegateType: 1 }, "TPM_BAD_PARAMETER"],
    [{ per1: TPM_KEY_DELEGATE_GetPubKey, key: "SRK" }, "TPM_AUTHFAIL"],
  ] as const).map(([how, code]) => [
    openKeyDelegation("boss", "boss", "key"),
    delegateKey("part", { ...ofKey, ...how, auths: [{ session: "boss" }], code }),
  ]),
]);

conformanceTest("a key that is not used may be delegated whatever PCRs it is bound to", [
  ...FAMILY,
  createWrapKey("bound", {
    usage: "signing",
    bits: 512,
    PCRInfo: pcrInfoLong({ pcrs: [1], digestAtRelease: secret("other") }),
  }),
  loadKey("bound"),
  delegateKey("x", {
    ...ofKey,
    key: "bound",
    per1: 1,
    title: "Part 3, 19.2, Description 1",
    code: { emulator: "TPM_SUCCESS", libtpms: "TPM_WRONGPCRVAL" },
  }),
]);

conformanceTest("owner delegations are made, verified, loaded and shown", [
  ...FAMILY,
  createFamily("b"),
  enableFamily("b"),
  delegateOwner("of a", { family: "a", per1: ADMIN }),
  delegateOwner("of b", { family: "b", per1: 0xffffffff }),
  delegateOwner("x", { family: "a", per1: 1, delegateType: 2, code: "TPM_BAD_PARAMETER" }),
  delegateOwner("x", { family: 99, per1: 1, code: "TPM_BADINDEX" }),
  delegateOwner("x", {
    family: "a",
    per1: 1,
    auths: [{ entity: "owner", kind: "OIAP" }],
    code: "TPM_BAD_MODE",
  }),
  verifyDelegation("of a"),
  verifyDelegation("of a", { change: (blob) => flip(blob), code: "TPM_AUTHFAIL" }),
  verifyDelegation("of a", { change: (blob) => flip(blob, 1), code: "TPM_BAD_PARAMETER" }),
  verifyDelegation("of a", { change: (blob) => blob.slice(0, -1), code: "TPM_BAD_PARAM_SIZE" }),
  verifyDelegation("of a", { change: () => new Uint8Array(0), code: "TPM_BAD_PARAM_SIZE" }),
  verifyDelegation("of a", { change: () => new Uint8Array(1), code: "TPM_BAD_PARAM_SIZE" }),
  verifyDelegation("of a", {
    change: append,
    code: { emulator: "TPM_BAD_PARAM_SIZE", libtpms: "TPM_SUCCESS" },
  }),
  loadDelegation("of a", 4, { code: "TPM_BADINDEX" }),
  loadDelegation("of a", 0xffffffff, { code: "TPM_BADINDEX" }),
  loadDelegation("of a", 3),
  loadDelegation("of b", 1),
  READ_TABLES,
  loadDelegation("of b", 3),
  READ_TABLES,
  loadDelegation("of a", 2, { auths: [], code: "TPM_AUTHFAIL" }),
  loadDelegation("of a", 2, { ...WRONG_AUTH, code: "TPM_AUTHFAIL" }),
  loadDelegation("of a", 9, { ...WRONG_AUTH, code: "TPM_AUTHFAIL" }),
  loadDelegation("of a", 9, {
    title: "of no family",
    change: ({ pub }) => ({ pub: { ...pub, familyID: 88 } }),
    ...WRONG_AUTH,
    code: "TPM_BADINDEX",
  }),
  loadDelegation("of a", 9, {
    title: "with another integrityDigest",
    change: ({ integrityDigest }) => ({ integrityDigest: flip(integrityDigest) }),
    code: "TPM_AUTHFAIL",
  }),
  enableFamily("a", false),
  loadDelegation("of a", 2, { code: "TPM_DISABLED_CMD" }),
  manageFamily("a", TPM_FAMILY_INVALIDATE),
  loadDelegation("of a", 2, { code: "TPM_BADINDEX" }),
  verifyDelegation("of a", { code: "TPM_BADINDEX" }),
  updateVerification("of a", { code: "TPM_BADINDEX" }),
  READ_TABLES,
]);

conformanceTest("increment makes the delegations of a family void until they are updated", [
  ...FAMILY,
  ...KEY,
  delegateKey("key's", { ...ofKey, per1: 1 }),
  delegateOwner("old", { family: "a", per1: READ }),
  loadDelegation("old", 3),
  oiap("plain"),
  osap("bound", "owner"),
  openDelegationRow("delegated", 3),
  delegateOwner("new", { family: "a", per1: READ, increment: true }),
  READ_TABLES,
  readSrk([{ session: "bound" }], "TPM_INVALID_AUTHHANDLE"),
  readSrk([{ session: "delegated" }], "TPM_INVALID_AUTHHANDLE"),
  readSrk([{ session: "plain", entity: "owner" }], "TPM_SUCCESS"),
  verifyDelegation("new"),
  verifyDelegation("old", { code: "TPM_FAMILYCOUNT" }),
  verifyDelegation("key's", { code: "TPM_FAMILYCOUNT" }),
  updateVerification("old"),
  updateVerification("key's"),
  verifyDelegation("old"),
  verifyDelegation("key's"),
  updateVerification(3),
  READ_TABLES,
  updateVerification(2, { code: "TPM_BADINDEX" }),
  updateVerification("old", { change: (blob) => blob.slice(0, -1), code: "TPM_BAD_PARAM_SIZE" }),
  updateVerification("old", { change: () => new Uint8Array(1), code: "TPM_BAD_PARAM_SIZE" }),
  updateVerification("old", { change: () => new Uint8Array(0), code: "TPM_BAD_PARAM_SIZE" }),
  updateVerification("old", { change: () => new Uint8Array(5), code: "TPM_BAD_PARAMETER" }),
  updateVerification("old", { change: (blob) => flip(blob, 1), code: "TPM_BAD_PARAMETER" }),
  updateVerification("old", { change: (blob) => flip(blob), code: "TPM_AUTHFAIL" }),
]);

const BY_DELEGATION = { auths: [{ session: "delegated" }] };

/** Steps that are each taken in a session of their own for the delegation in row 3. */
function delegated(...steps: Step[]): Step[] {
  return steps.flatMap((step) => [openDelegationRow("delegated", 3), step]);
}

conformanceTest("who has a delegation administers with it within its family", [
  ...FAMILY,
  createFamily("b"),
  enableFamily("b"),
  delegateOwner("of a", { family: "a", per1: ADMIN }),
  delegateOwner("of b", { family: "b", per1: READ }),
  loadDelegation("of a", 3),
  delegated(
    enableFamily("a", true, BY_DELEGATION),
    enableFamily("b", true, { ...BY_DELEGATION, code: "TPM_DELEGATE_FAMILY" }),
    createFamily("c", BY_DELEGATION),
    delegateOwner("part", { family: "a", per1: READ, ...BY_DELEGATION }),
    delegateOwner("more", { family: "a", per1: READ | 8, ...BY_DELEGATION, code: "TPM_AUTHFAIL" }),
    delegateOwner("other", {
      family: "b",
      per1: READ,
      ...BY_DELEGATION,
      code: "TPM_DELEGATE_FAMILY",
    }),
    delegateOwner("incremented", { family: "a", per1: READ, increment: true, ...BY_DELEGATION }),
  ),
  updateVerification(3),
  updateVerification("of a"),
  delegated(
    loadDelegation("of a", 0, BY_DELEGATION),
    loadDelegation("of b", 0, { ...BY_DELEGATION, code: "TPM_DELEGATE_FAMILY" }),
    updateVerification("of a", BY_DELEGATION),
    updateVerification("of b", { ...BY_DELEGATION, code: "TPM_DELEGATE_FAMILY" }),
    updateVerification(3, BY_DELEGATION),
  ),
  openOwnerDelegation("delegated", "of a"),
  readSrk([{ session: "delegated" }], "TPM_SUCCESS"),
  READ_TABLES,
]);

/** A blob as it may be loaded while there is no owner: neither signed nor encrypted. */
function loadClear(
  index: number,
  { code = "TPM_SUCCESS", sensitiveArea = CLEAR, delegateType = 1, title = "in the clear" } = {},
): Step {
  return step({
    command: "TPM_Delegate_LoadOwnerDelegation",
    title,
    request: {
      index,
      blob: {
        tag: TPM_TAG_DELEGATE_OWNER_BLOB,
        pub: delegatePublic({ familyID: 1, per1: READ, delegateType }),
        integrityDigest: new Uint8Array(20),
        additionalArea: new Uint8Array(0),
        sensitiveArea,
      },
    },
    auths: [],
    code,
  });
}

const CLEAR = encode(TPM_DELEGATE_SENSITIVE, {
  tag: TPM_TAG_DELEGATE_SENSITIVE,
  authValue: DELEGATE,
});

conformanceTest("while there is no owner, delegations are loaded in the clear", [
  startup(),
  loadClear(0, { code: "TPM_BADINDEX" }),
  createFamily("a"),
  loadClear(0, { code: "TPM_DISABLED_CMD" }),
  enableFamily("a"),
  loadClear(4, { code: "TPM_BADINDEX" }),
  loadClear(0, {
    title: "a wrong tag",
    sensitiveArea: flip(CLEAR, 1),
    code: "TPM_INVALID_STRUCTURE",
  }),
  loadClear(0, {
    title: "too short",
    sensitiveArea: CLEAR.slice(0, 5),
    code: "TPM_BAD_PARAM_SIZE",
  }),
  loadClear(0, { title: "of a key", delegateType: 2, code: "TPM_INVALID_STRUCTURE" }),
  loadClear(1),
  READ_TABLES,
  manageFamily("a", TPM_FAMILY_ADMIN, { opData: Uint8Array.of(1) }),
  loadClear(1, { title: "into a locked family", code: "TPM_DELEGATE_LOCK" }),
  createEk(),
  takeOwnership(),
  openDelegationRow("delegated", 1),
  readSrk([{ session: "delegated" }], "TPM_SUCCESS"),
], { fresh: true });

conformanceTest("62 delegations may be loaded while there is no owner, besides two changes", [
  startup(),
  createFamily("a"),
  enableFamily("a"),
  ...Array.from({ length: 62 }, () => loadClear(0)),
  loadClear(0, { code: "TPM_MAXNVWRITES" }),
], { fresh: true });
