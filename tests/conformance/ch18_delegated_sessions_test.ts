import {
  TPM_CMK_DELEGATE_SIGNING,
  TPM_DEL_KEY_BITS,
  TPM_DELEGATE_CreateCounter,
  TPM_DELEGATE_Delegate_Manage,
  TPM_DELEGATE_Delegate_UpdateVerification,
  TPM_DELEGATE_OwnerReadInternalPub,
  TPM_ET_COUNTER,
  TPM_ET_DEL_KEY_BLOB,
  TPM_ET_DEL_OWNER_BLOB,
  TPM_ET_DEL_ROW,
  TPM_ET_KEYHANDLE,
  TPM_ET_OWNER,
  TPM_KEY_DELEGATE_CreateWrapKey,
  TPM_KEY_DELEGATE_GetPubKey,
  TPM_KH_EK,
  TPM_KH_OWNER,
  TPM_KH_SRK,
  TPM_LOC_ONE,
} from "../../lib/tpm12/constants/mod.ts";
import { approve, createCmk } from "./cmk_steps.ts";
import { loadContext, saveSessionContext } from "./context_steps.ts";
import type { TpmMsaComposite } from "../../lib/tpm12/structures/mod.ts";
import { flip } from "./crafted_keys.ts";
import {
  createFamily,
  DELEGATE,
  delegateKey,
  delegateOwner,
  dsapRefused,
  enableFamily,
  loadDelegation,
  openDelegationRow,
  openKeyDelegation,
  openOwnerDelegation,
  rowNumber,
  updateVerification,
} from "./delegation_steps.ts";
import { conformanceTest } from "./emulator_pair.ts";
import type { Script } from "./differential.ts";
import { type CommandStep, type Step, step } from "./step.ts";
import { createWrapKey, type Expectation, flushKey, loadKey, osap, powerCycle } from "./steps.ts";
import { keyTemplate, pcrInfoShort, secret, ZEROS } from "./templates.ts";

const READ = TPM_DELEGATE_OwnerReadInternalPub;
const FAMILY = [createFamily("a"), enableFamily("a")];
const KEY = [
  createWrapKey("key", { usage: "signing", bits: 512, secret: secret("key") }),
  loadKey("key"),
];
const ofKey = { key: "key", family: "a", delegateType: TPM_DEL_KEY_BITS };
type Auths = CommandStep<"TPM_OwnerReadInternalPub">["auths"];

function read(auths: Auths, { code = "TPM_SUCCESS", title = "read" }: Expectation = {}): Step {
  return step({
    command: "TPM_OwnerReadInternalPub",
    title,
    request: { keyHandle: TPM_KH_SRK },
    ...(auths && { auths }),
    code,
  });
}

function setDisable(auths: Auths, code: string): Step {
  return step({
    command: "TPM_OwnerSetDisable",
    request: { disableState: false },
    ...(auths && { auths }),
    code,
  });
}

function getPubKey(label: string, session: string, code = "TPM_SUCCESS"): Step {
  return step({
    command: "TPM_GetPubKey",
    title: `${label} in session ${session}`,
    request: (side) => ({ keyHandle: side.handle(label) }),
    auths: [{ session }],
    code,
  });
}

conformanceTest("an owner delegation opens a session for what it allows", [
  ...FAMILY,
  delegateOwner("blob", { family: "a", per1: READ }),
  loadDelegation("blob", 3),
  ...[openOwnerDelegation("session", "blob"), openDelegationRow("session", 3)].map((open) => [
    open,
    read([{ session: "session" }]),
    read([{ session: "session" }]),
    setDisable([{ session: "session" }], "TPM_AUTHFAIL"),
    read([{ session: "session" }], { code: "TPM_INVALID_AUTHHANDLE" }),
  ]),
  openDelegationRow("session", 3),
  getPubKey("SRK", "session", "TPM_AUTHFAIL"),
]);

conformanceTest("a key delegation opens a session for its key and what it allows", [
  ...FAMILY,
  ...KEY,
  delegateKey("blob", { ...ofKey, per1: TPM_KEY_DELEGATE_GetPubKey }),
  openKeyDelegation("session", "blob", "key"),
  getPubKey("key", "session"),
  getPubKey("key", "session"),
  getPubKey("SRK", "session", "TPM_AUTHFAIL"),
  openKeyDelegation("session", "blob", "key"),
  step({
    command: "TPM_Sign",
    request: (side) => ({ keyHandle: side.handle("key"), areaToSign: ZEROS }),
    auths: [{ session: "session" }],
    code: "TPM_AUTHFAIL",
  }),
  openKeyDelegation("session", "blob", "key"),
  read([{ session: "session" }], { code: "TPM_AUTHFAIL" }),
  openKeyDelegation("session", "blob", "key"),
  flushKey("key"),
  loadKey("key"),
  getPubKey("key", "session", "TPM_INVALID_AUTHHANDLE"),
]);

conformanceTest("delegated sessions hide secrets as OSAP sessions do", [
  ...FAMILY,
  delegateOwner("counter", { family: "a", per1: TPM_DELEGATE_CreateCounter }),
  openOwnerDelegation("session", "counter"),
  step({
    command: "TPM_CreateCounter",
    request: { encAuth: secret("counter"), label: new Uint8Array(4) },
    auths: [{ session: "session" }],
    keep: (side, { countID }) => side.values.set("countID", countID),
  }),
  step({
    command: "TPM_IncrementCounter",
    request: (side) => ({ countID: side.number("countID") }),
    auths: [secret("counter")],
  }),
  createWrapKey("parent", { usage: "storage", secret: secret("parent") }),
  loadKey("parent"),
  delegateKey("wrap", { ...ofKey, key: "parent", per1: TPM_KEY_DELEGATE_CreateWrapKey }),
  openKeyDelegation("session", "wrap", "parent"),
  step({
    command: "TPM_CreateWrapKey",
    title: "with a delegation of the parent",
    request: (side) => ({
      parentHandle: side.handle("parent"),
      dataUsageAuth: secret("child"),
      dataMigrationAuth: ZEROS,
      keyInfo: keyTemplate("signing", { bits: 512 }),
    }),
    auths: [{ session: "session" }],
    keep: (side, _response, { wrappedKey }) => {
      side.keys.set("child", {
        secret: secret("child"),
        parent: "parent",
        blob: wrappedKey.slice(),
      });
    },
  }),
  loadKey("child"),
  step({
    command: "TPM_Sign",
    request: (side) => ({ keyHandle: side.handle("child"), areaToSign: ZEROS }),
  }),
]);

conformanceTest("a delegation may be bound to PCRs and localities", [
  ...FAMILY,
  ...[
    ["TPM_WRONGPCRVAL", pcrInfoShort({ pcrs: [16], digestAtRelease: secret("other") })] as const,
    ["TPM_BAD_LOCALITY", pcrInfoShort({ localityAtRelease: TPM_LOC_ONE })] as const,
  ].map(([code, pcrInfo]) => [
    delegateOwner("bound", { family: "a", per1: READ, change: { pcrInfo } }),
    openOwnerDelegation("session", "bound"),
    read([{ session: "session" }], { code }),
    openOwnerDelegation("session", "bound"),
    setDisable([{ session: "session" }], "TPM_AUTHFAIL"),
  ]),
]);

conformanceTest("TPM_DSAP opens no session for what is no good delegation", [
  ...FAMILY,
  ...KEY,
  delegateOwner("owner's", { family: "a", per1: READ }),
  delegateKey("key's", { ...ofKey, per1: 1 }),
  loadDelegation("owner's", 3),
  ...([
    ["an empty row", rowNumber(0), "TPM_BADINDEX"],
    ["no row", rowNumber(9), "TPM_BADINDEX"],
    ["3 bytes", new Uint8Array(3), "TPM_BAD_PARAM_SIZE"],
    ["no byte", new Uint8Array(0), "TPM_BAD_PARAM_SIZE"],
    ["5 bytes", Uint8Array.of(...rowNumber(3), 0), {
      emulator: "TPM_BAD_PARAM_SIZE",
      libtpms: "TPM_SUCCESS",
    }],
  ] as const).map(([title, value, code]) =>
    dsapRefused(title, { entityType: TPM_ET_DEL_ROW, entityValue: () => value, code })
  ),
  ...([
    [TPM_ET_KEYHANDLE, "TPM_BAD_PARAMETER"],
    [TPM_ET_OWNER, "TPM_BAD_PARAMETER"],
    [TPM_ET_COUNTER, "TPM_BAD_PARAMETER"],
    [0x0500 | TPM_ET_DEL_ROW, "TPM_INAPPROPRIATE_ENC"],
    [0x0600 | TPM_ET_DEL_ROW, "TPM_SUCCESS"],
  ] as const).map(([entityType, code]) =>
    dsapRefused(`type ${entityType}`, { entityType, entityValue: () => rowNumber(3), code })
  ),
  ...([
    ["the owner's", "TPM_SUCCESS"],
    ["end", "TPM_AUTHFAIL"],
    ["middle", "TPM_AUTHFAIL"],
    ["tag", "TPM_WRONG_ENTITYTYPE"],
    ["short", "TPM_WRONG_ENTITYTYPE"],
    ["long", { emulator: "TPM_WRONG_ENTITYTYPE", libtpms: "TPM_SUCCESS" }],
    ["the key's", "TPM_WRONG_ENTITYTYPE"],
  ] as const).map(([title, code]) =>
    dsapRefused(title, {
      entityType: TPM_ET_DEL_OWNER_BLOB,
      entityValue: (side) => {
        const blob = side.bytes(title === "the key's" ? "key's" : "owner's");
        if (title === "end") return flip(blob);
        if (title === "middle") return flip(blob, 60);
        if (title === "tag") return flip(blob, 1);
        if (title === "short") return blob.slice(0, -1);
        return title === "long" ? Uint8Array.of(...blob, 0) : blob;
      },
      code,
    })
  ),
  ...([
    ["the SRK", () => TPM_KH_SRK, "TPM_KEYNOTFOUND"],
    ["the EK", () => TPM_KH_EK, "TPM_KEYNOTFOUND"],
    ["no key", () => 0x1234, "TPM_INVALID_KEYHANDLE"],
  ] as const).map(([title, keyHandle, code]) =>
    dsapRefused(title, {
      entityType: TPM_ET_DEL_KEY_BLOB,
      keyHandle,
      entityValue: (side) => side.bytes("key's"),
      code,
    })
  ),
  dsapRefused("a changed blob, and no key", {
    entityType: TPM_ET_DEL_KEY_BLOB,
    keyHandle: () => 0x1234,
    entityValue: (side) => flip(side.bytes("key's")),
    code: "TPM_AUTHFAIL",
  }),
  enableFamily("a", false),
  dsapRefused("of a disabled family", {
    entityType: TPM_ET_DEL_ROW,
    entityValue: () => rowNumber(3),
    code: "TPM_DISABLED_CMD",
  }),
]);

const restrict = (restriction: number): Step =>
  step({ command: "TPM_CMK_SetRestrictions", request: { restriction } });
const AUTHORITIES = (): TpmMsaComposite => ({ migAuthDigest: [secret("authority")] });

conformanceTest("a delegation of certified migratable keys serves as the owner permits", [
  ...FAMILY,
  approve("approval", AUTHORITIES),
  createCmk("key", { list: AUTHORITIES }),
  loadKey("key"),
  delegateKey("blob", { ...ofKey, per1: TPM_KEY_DELEGATE_GetPubKey }),
  openKeyDelegation("session", "blob", "key"),
  getPubKey("key", "session", "TPM_INVALID_KEYUSAGE"),
  restrict(TPM_CMK_DELEGATE_SIGNING),
  openKeyDelegation("session", "blob", "key"),
  getPubKey("key", "session"),
  restrict(0),
  getPubKey("key", "session", "TPM_INVALID_KEYUSAGE"),
]);

function pointer(entityType: number, entityValue: number, code = "TPM_SUCCESS"): Step {
  return step({
    command: "TPM_SetOwnerPointer",
    title: `type ${entityType}, value ${entityValue}`,
    request: { entityType, entityValue },
    code,
  });
}

const OWNER = secret("owner");
const CHANGE_OWNER = step({
  command: "TPM_ChangeAuthOwner",
  request: { protocolID: 4, newAuth: OWNER, entityType: TPM_ET_OWNER },
  keep: (side) => side.owner = OWNER,
});
const asDelegate = { entityType: TPM_ET_OWNER, entityValue: TPM_KH_OWNER, secret: DELEGATE };

const POINTED: Script = [
  CHANGE_OWNER,
  ...FAMILY,
  createFamily("b"),
  delegateOwner("blob", {
    family: "a",
    per1: READ | TPM_DELEGATE_Delegate_UpdateVerification | TPM_DELEGATE_Delegate_Manage,
  }),
  loadDelegation("blob", 3),
];

conformanceTest("while the owner pointer names a row, its secret stands for the owner's", [
  POINTED,
  pointer(TPM_ET_COUNTER, 3, "TPM_BAD_PARAMETER"),
  pointer(TPM_ET_DEL_ROW, 0, "TPM_BADINDEX"),
  pointer(TPM_ET_DEL_ROW, 77, "TPM_BADINDEX"),
  osap("before", "owner"),
  pointer(TPM_ET_DEL_ROW, 3),
  read([OWNER], { code: "TPM_AUTHFAIL", title: "the owner's secret" }),
  read([DELEGATE]),
  read([{ session: "before" }], { title: "a session the owner opened before" }),
  setDisable([DELEGATE], "TPM_AUTHFAIL"),
  osap("delegated", asDelegate),
  read([{ session: "delegated" }]),
  setDisable([{ session: "delegated" }], "TPM_AUTHFAIL"),
  updateVerification(3, { auths: [DELEGATE] }),
  pointer(TPM_ET_OWNER, 999),
  read([OWNER]),
  pointer(TPM_ET_DEL_ROW, 3),
  ...powerCycle(),
  read([OWNER]),
]);

conformanceTest("the pointer goes back to the owner when the tables change", [
  POINTED,
  pointer(TPM_ET_DEL_ROW, 3),
  enableFamily("a", true, {
    auths: [DELEGATE],
    title: "libtpms takes it for one of another family",
    code: { emulator: "TPM_SUCCESS", libtpms: "TPM_DELEGATE_FAMILY" },
  }),
  pointer(TPM_ET_OWNER, 0),
  delegateOwner("new", { family: "a", per1: READ, increment: true }),
  pointer(TPM_ET_DEL_ROW, 3, "TPM_FAMILYCOUNT"),
  updateVerification(3),
  pointer(TPM_ET_DEL_ROW, 3),
  pointer(TPM_ET_OWNER, 0),
  enableFamily("a", false),
  pointer(TPM_ET_DEL_ROW, 3, "TPM_DISABLED_CMD"),
]);

conformanceTest("delegated sessions are saved and loaded", [
  ...FAMILY,
  ...KEY,
  delegateOwner("owner's", { family: "a", per1: READ }),
  openOwnerDelegation("owner", "owner's"),
  saveSessionContext("owner"),
  loadContext("owner", { entityHandle: 99 }),
  read([{ session: "owner" }]),
  delegateKey("key's", { ...ofKey, per1: TPM_KEY_DELEGATE_GetPubKey }),
  openKeyDelegation("session", "key's", "key"),
  saveSessionContext("session"),
  loadContext("session", { title: "no key", entityHandle: 99, code: "TPM_BAD_HANDLE" }),
  loadContext("session", {
    title: "another key",
    entityHandle: TPM_KH_SRK,
    code: "TPM_RESOURCEMISSING",
  }),
  loadContext("session", { title: "the session", entityHandle: (side) => side.handle("key") }),
  getPubKey("key", "session"),
  openOwnerDelegation("owner", "owner's"),
  saveSessionContext("owner"),
  delegateOwner("new", { family: "a", per1: READ, increment: true }),
  loadContext("owner", { title: "though it is void" }),
  read([{ session: "owner" }], {
    code: { emulator: "TPM_FAMILYCOUNT", libtpms: "TPM_SUCCESS" },
  }),
]);
