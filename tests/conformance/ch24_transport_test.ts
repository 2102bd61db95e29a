import { encode } from "../../lib/codec/mod.ts";
import {
  TPM_ALG_AES128,
  TPM_ALG_MGF1,
  TPM_AUTH_NEVER,
  TPM_DEL_KEY_BITS,
  TPM_ES_NONE,
  TPM_ES_SYM_CTR,
  TPM_KEY_DELEGATE_Sign,
  TPM_KH_EK,
  TPM_KH_OWNER,
  TPM_KH_SRK,
  TPM_SS_RSASSAPKCS1v15_DER,
  TPM_SS_RSASSAPKCS1v15_INFO,
  TPM_TRANSPORT_ENCRYPT,
  TPM_TRANSPORT_EXCLUSIVE,
  TPM_TRANSPORT_LOG,
} from "../../lib/tpm12/constants/mod.ts";
import { TPM_KEY_ANY } from "../../lib/tpm12/structures/mod.ts";
import { TRANSPORT } from "./advanced_script.ts";
import { makeIdentity } from "./change_auth_asym.ts";
import type { Script } from "./differential.ts";
import { createFamily, delegateKey, enableFamily, openKeyDelegation } from "./delegation_steps.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { type Step, step } from "./step.ts";
import { createWrapKey, flushKey, loadKey, oiap, osap } from "./steps.ts";
import { keyTemplate, secret, ZEROS } from "./templates.ts";
import {
  closeTransport,
  endWithNext,
  flushTransport,
  forgeNext,
  hiddenSecret,
  inTransport,
  leaveTransport,
  openTransport,
  releaseTransport,
  SECRET,
  type TransportOptions,
} from "./transport.ts";

const LOG = TPM_TRANSPORT_LOG;
const ENCRYPT = TPM_TRANSPORT_ENCRYPT;
type Code = string | Readonly<Record<string, string>>;

const WRONG = secret("wrong");

const readPcr = (pcrIndex = 0, code: Code = "TPM_SUCCESS"): Step =>
  step({ command: "TPM_PCRRead", request: { pcrIndex }, code });

/** A command of bytes as they are. */
const raw = (title: string, hex: string, code: Code): Step =>
  step({
    command: "TPM_GetTestResult",
    title,
    mutate: () => Uint8Array.fromHex(hex.replaceAll(" ", "")),
    code,
  });

conformanceTest("the transport sessions of the script go alike", TRANSPORT);

const refused = (title: string, code: string, options: TransportOptions): Script =>
  openTransport({ title, code, ...options });

conformanceTest("TPM_EstablishTransport() refuses secrets in the clear alike", [
  refused("with a session", "TPM_BADTAG", { auths: [ZEROS] }),
  refused("with encryption", "TPM_BAD_SCHEME", { transAttributes: ENCRYPT }),
  refused("with encryption and a session", "TPM_BADTAG", {
    transAttributes: ENCRYPT,
    auths: [ZEROS],
  }),
  refused("of 19 bytes", "TPM_BAD_PARAM_SIZE", { sent: SECRET.subarray(1) }),
  refused("of 19 bytes, with encryption", "TPM_BAD_SCHEME", {
    sent: SECRET.subarray(1),
    transAttributes: ENCRYPT,
  }),
  openTransport({ title: "unknown attributes and cipher", transAttributes: 0x80, algId: 99 }),
  readPcr(),
  closeTransport(),
]);

conformanceTest("TPM_EstablishTransport() refuses keys and encrypted secrets alike", [
  createWrapKey("signing", { usage: "signing", bits: 512 }),
  createWrapKey("bind", { usage: "bind", bits: 1024 }),
  createWrapKey("legacy", { usage: "legacy", bits: 1024, secret: secret("legacy") }),
  createWrapKey("open", { usage: "storage", authDataUsage: TPM_AUTH_NEVER }),
  ["signing", "bind", "legacy", "open"].map((label) => loadKey(label)),
  refused("without session", "TPM_AUTHFAIL", { key: "SRK", auths: [] }),
  refused("wrong HMAC", "TPM_AUTHFAIL", { key: "SRK", auths: [WRONG] }),
  refused("usage before HMAC", "TPM_INVALID_KEYUSAGE", {
    key: "signing",
    sent: ZEROS,
    auths: [WRONG],
  }),
  refused("usage before a missing session", "TPM_INVALID_KEYUSAGE", { key: "bind", auths: [] }),
  refused("garbage", "TPM_DECRYPT_ERROR", { key: "SRK", sent: new Uint8Array(256) }),
  refused("too long", "TPM_BAD_DATASIZE", { key: "SRK", sent: new Uint8Array(257) }),
  refused("wrong tag inside", "TPM_INVALID_STRUCTURE", {
    key: "SRK",
    sent: (side) => hiddenSecret(side, "SRK", Uint8Array.of(0, 0x1c, ...SECRET)),
  }),
  refused("cut off inside", "TPM_BAD_PARAM_SIZE", {
    key: "SRK",
    sent: (side) => hiddenSecret(side, "SRK", Uint8Array.of(0, 0x1d, ...SECRET.subarray(1))),
  }),
  refused("garbage before cipher", "TPM_DECRYPT_ERROR", {
    key: "SRK",
    sent: new Uint8Array(256),
    transAttributes: ENCRYPT,
    algId: 1,
  }),
  ...[0, 1, 2, 3, 8, 9, 10].map((algId) =>
    refused(`algorithm ${algId}`, "TPM_BAD_KEY_PROPERTY", {
      key: "SRK",
      transAttributes: ENCRYPT,
      algId,
      encScheme: TPM_ES_SYM_CTR,
    })
  ),
  ...[[TPM_ALG_AES128, TPM_ES_NONE], [TPM_ALG_AES128, 255], [TPM_ALG_MGF1, TPM_ES_SYM_CTR]].map((
    [algId, encScheme],
  ) =>
    refused(`algorithm ${algId} with scheme ${encScheme}`, "TPM_INAPPROPRIATE_ENC", {
      key: "SRK",
      transAttributes: ENCRYPT,
      algId: algId!,
      encScheme: encScheme!,
    })
  ),
  openTransport({
    title: "bytes left over inside",
    key: "legacy",
    sent: (side) => hiddenSecret(side, "legacy", Uint8Array.of(0, 0x1d, ...SECRET, 1)),
  }),
  readPcr(),
  closeTransport(),
  openTransport({ title: "without session", key: "open", auths: [] }),
  readPcr(),
  closeTransport(),
]);

const handle = (title: string, encHandle: number, code: string): Step =>
  step({
    command: "TPM_EstablishTransport",
    title,
    request: {
      encHandle,
      transPublic: { tag: 0x1e, transAttributes: 0, algId: TPM_ALG_MGF1, encScheme: TPM_ES_NONE },
      secret: new Uint8Array(256),
    },
    auths: [ZEROS],
    code,
  });

conformanceTest("TPM_EstablishTransport() refuses handles, and a 17th session, alike", [
  handle("no key", 0x1234, "TPM_INVALID_KEYHANDLE"),
  handle("the EK", TPM_KH_EK, "TPM_KEYNOTFOUND"),
  handle("the owner", TPM_KH_OWNER, "TPM_INVALID_RESOURCE"),
  Array.from({ length: 16 }, () => openTransport({ enter: false })),
  refused("a 17th", "TPM_RESOURCES", {}),
  refused("a 17th, cipher before room", "TPM_BAD_KEY_PROPERTY", {
    key: "SRK",
    transAttributes: ENCRYPT,
    algId: 1,
  }),
]);

const gone = raw("the session is gone", "00c1 0000000a 00000054", "TPM_INVALID_AUTHHANDLE");
const UNKNOWN = { emulator: "TPM_BAD_PARAMETER", libtpms: "TPM_BAD_ORDINAL" };
const HMAC_FAILS = { emulator: "TPM_AUTHFAIL", libtpms: "TPM_AUTH2FAIL" };
/** What TPM_FlushSpecific says of a transport session that is gone. */
const FLUSHED = { emulator: "TPM_BAD_PARAMETER", libtpms: "TPM_INVALID_AUTHHANDLE" };
const OPEN = { entity: "signing", continueAuthSession: true };
const FRAMED = { emulator: "TPM_BAD_PARAMETER", libtpms: "TPM_BAD_PARAM_SIZE" };

/** Steps of which the last ends the session. */
const fatal = (...steps: Step[]): Script => [openTransport(), steps, gone, leaveTransport()];

conformanceTest("TPM_ExecuteTransport() refuses what it cannot unwrap alike, or as noted", [
  fatal(raw("unknown", "00c1 0000000a 0000aabb", UNKNOWN)),
  fatal(forgeNext(), raw("unknown, wrong HMAC", "00c1 0000000a 0000aabb", UNKNOWN)),
  [openTransport(), raw("served by none", "00c1 0000000a 00000097", UNKNOWN), leaveTransport()],
  fatal(raw("nine bytes", "00c1 00000009 000000", FRAMED)),
  fatal(raw("nothing", "", FRAMED)),
  fatal(raw("no room for a session", "00c2 0000000e 00000015 00000000", FRAMED)),
  fatal(raw("wrong size", "00c1 0000000f 00000015 00000000", "TPM_BAD_PARAM_SIZE")),
  fatal(forgeNext(), step({ command: "TPM_GetTicks", code: HMAC_FAILS })),
  ...["e6", "e7"].map((ordinal) =>
    fatal(
      raw(
        `ordinal ${ordinal}`,
        `00c1 00000012 000000${ordinal} 0000000000000000`,
        "TPM_NO_WRAP_TRANSPORT",
      ),
    )
  ),
  fatal(
    forgeNext(),
    raw("HMAC before nesting", "00c1 0000000e 000000e7 00000000", HMAC_FAILS),
  ),
  fatal(endWithNext(), readPcr()),
  fatal(endWithNext(), readPcr(24, "TPM_BADINDEX")),
]);

conformanceTest("errors of the command inside leave the session open", [
  openTransport(),
  raw("too short", "00c1 0000000c 00000015 0000", "TPM_BAD_PARAM_SIZE"),
  raw("no tag of a request, session kept", "00c1 0000000a 00000098", "TPM_NO_WRAP_TRANSPORT"),
  readPcr(24, "TPM_BADINDEX"),
  step({
    command: "TPM_OwnerReadPubek",
    title: "wrong HMAC inside",
    auths: [WRONG],
    code: "TPM_AUTHFAIL",
  }),
  readPcr(),
  closeTransport(),
]);

conformanceTest("wrong HMACs of a transport session do not count towards the lockout", [
  Array.from({ length: 8 }, () => fatal(forgeNext(), readPcr(0, HMAC_FAILS))),
  step({
    command: "TPM_Sign",
    title: "an authorised command is not locked out",
    request: { keyHandle: 0x1234, areaToSign: ZEROS },
    auths: [ZEROS],
    code: "TPM_INVALID_KEYHANDLE",
  }),
]);

const BLOCK = new Uint8Array(64);
const start = step({ command: "TPM_SHA1Start" });
const update = (code = "TPM_SUCCESS"): Step =>
  step({ command: "TPM_SHA1Update", request: { hashData: BLOCK }, code });
const complete = step({ command: "TPM_SHA1Complete", request: { hashData: BLOCK.subarray(1) } });
const other = openTransport({ label: "other", enter: false });

conformanceTest("a SHA-1 thread lies wholly inside a transport session or outside", [
  other,
  [openTransport(), start, update(), complete, leaveTransport()],
  [inTransport(), start, leaveTransport(), update("TPM_SHA_THREAD")],
  [inTransport(), update("TPM_SHA_THREAD"), start, leaveTransport()],
  [inTransport("other"), update("TPM_SHA_THREAD"), leaveTransport()],
  [start, inTransport(), update("TPM_SHA_THREAD"), leaveTransport(), update("TPM_SHA_THREAD")],
  [start, inTransport(), readPcr(), leaveTransport(), update("TPM_SHA_THREAD")],
  [inTransport(), start, readPcr(), update("TPM_SHA_THREAD"), start, leaveTransport(), readPcr()],
  [inTransport(), update("TPM_SHA_THREAD"), leaveTransport()],
  [
    start,
    inTransport("other"),
    forgeNext("other"),
    readPcr(0, HMAC_FAILS),
    leaveTransport(),
    update(),
  ],
  [start, raw("an unknown command", "00c1 0000000a 0000aabb", "TPM_BAD_ORDINAL")],
  update("TPM_SHA_THREAD"),
]);

const alive = (label = "exclusive"): Script => [inTransport(label), readPcr(), leaveTransport()];
const dead = (label = "exclusive"): Script => [inTransport(label), gone, leaveTransport()];
const exclusive = (label = "exclusive"): Script =>
  openTransport({ label, enter: false, transAttributes: TPM_TRANSPORT_EXCLUSIVE });

conformanceTest("an exclusive transport session ends with any command outside of it", [
  openTransport({ label: "other", enter: false }),
  [exclusive(), alive(), alive(), readPcr(), dead()],
  [exclusive(), alive("other"), dead()],
  [exclusive(), step({ command: "TPM_SaveState" }), dead()],
  [exclusive(), openTransport({ label: "new", enter: false }), dead(), alive("new")],
  [exclusive("one"), exclusive("two"), alive("two"), dead("one"), dead("two")],
  [exclusive(), refused("refused", "TPM_BAD_SCHEME", { transAttributes: ENCRYPT }), dead()],
  [exclusive(), raw("unknown", "00c1 0000000a 0000aabb", "TPM_BAD_ORDINAL"), dead()],
  [exclusive(), raw("wrong size", "00c1 0000000b 00000054", "TPM_BAD_PARAM_SIZE"), alive()],
  [inTransport("exclusive"), oiap("inside"), readPcr(), leaveTransport(), alive()],
  [inTransport("other"), forgeNext("other"), readPcr(0, HMAC_FAILS), leaveTransport(), dead()],
  [
    exclusive(),
    raw("bad tag of a release", `00c1 00000022 000000e8 ${"00".repeat(24)}`, "TPM_BADTAG"),
  ],
  // Flushing it from outside comes too late.
  [
    alive(),
    flushTransport("exclusive", {
      code: FLUSHED,
    }),
    dead(),
  ],
]);

conformanceTest("a command may close its own transport session", [
  [openTransport({ transAttributes: LOG }), flushTransport(), gone, leaveTransport()],
  [openTransport(), step({ command: "TPM_OwnerClear" }), leaveTransport()],
]);

const missing = (title: string, hex: string, code: string): Script => [
  openTransport({ title: `for ${title}`, transAttributes: LOG }),
  raw(title, hex, code),
  gone,
  leaveTransport(),
];

conformanceTest("a logged session refuses keys that are not loaded", [
  missing("a key", "00c1 0000000e 00000021 01020304", "TPM_INVALID_KEYHANDLE"),
  missing("a second key", "00c1 00000012 00000032 40000000 01020304", "TPM_INVALID_KEYHANDLE"),
  missing("the owner", "00c1 0000000e 00000021 40000001", "TPM_INVALID_RESOURCE"),
  missing("a key to flush", "00c1 00000012 000000ba 01020304 00000001", "TPM_INVALID_KEYHANDLE"),
  missing("a key to read", "00c1 0000000e 00000081 01020304", "TPM_INVALID_KEYHANDLE"),
  openTransport({ transAttributes: LOG }),
  raw("a session to flush", "00c1 00000012 000000ba 01020304 00000002", "TPM_INVALID_AUTHHANDLE"),
  raw("no key in a context", "00c1 0000000e 000000b9 01020304", "TPM_BAD_PARAM_SIZE"),
  closeTransport(),
]);

conformanceTest("TPM_ReleaseTransportSigned() signs the log alike", [
  createWrapKey("signing", { usage: "signing", bits: 512 }),
  createWrapKey("info", { usage: "signing", bits: 512, sigScheme: TPM_SS_RSASSAPKCS1v15_INFO }),
  createWrapKey("open", { usage: "signing", bits: 512, authDataUsage: TPM_AUTH_NEVER }),
  createWrapKey("wrapped", { usage: "signing", bits: 512 }),
  ["signing", "info", "open"].map((label) => loadKey(label)),
  [{}, { key: "SRK", transAttributes: ENCRYPT }].map((options) => [
    openTransport({ ...options, transAttributes: LOG | (options.transAttributes ?? 0) }),
    readPcr(),
    readPcr(24, "TPM_BADINDEX"),
    oiap("in transport"),
    osap("in transport, bound", "signing"),
    loadKey("wrapped"),
    step({
      command: "TPM_CertifyKey",
      title: "has two keys",
      request: (side) => ({
        certHandle: side.handle("signing"),
        keyHandle: side.handle("wrapped"),
        antiReplay: ZEROS,
      }),
    }),
    step({ command: "TPM_OwnerReadInternalPub", request: { keyHandle: TPM_KH_EK } }),
    step({ command: "TPM_OwnerReadInternalPub", request: { keyHandle: TPM_KH_SRK } }),
    flushKey("wrapped"),
    raw("no session", "00c1 00000012 000000ba 01020304 00000002", "TPM_INVALID_AUTHHANDLE"),
    leaveTransport(),
    releaseTransport({ key: "signing" }),
  ]),
  [openTransport({ transAttributes: LOG }), leaveTransport()],
  releaseTransport({ title: "scheme INFO", key: "info" }),
  [openTransport({ transAttributes: LOG }), leaveTransport()],
  releaseTransport({ title: "without the key's session", key: "open", keyAuth: null }),
  [openTransport({ transAttributes: LOG }), leaveTransport()],
  releaseTransport({ title: "keeps the key's session", key: "signing", keyAuth: OPEN }),
]);

const release = (options: Parameters<typeof releaseTransport>[0]): Script => [
  openTransport({ enter: false, transAttributes: LOG }),
  releaseTransport(options),
  flushTransport("transport", { title: "after a release that failed", code: FLUSHED }),
];

conformanceTest("TPM_ReleaseTransportSigned() refuses alike", [
  createWrapKey("signing", { usage: "signing", bits: 512 }),
  createWrapKey("der", { usage: "signing", bits: 512, sigScheme: TPM_SS_RSASSAPKCS1v15_DER }),
  createWrapKey("legacy", { usage: "legacy", bits: 512 }),
  createWrapKey("open", { usage: "signing", bits: 512, authDataUsage: TPM_AUTH_NEVER }),
  ["signing", "der", "legacy", "open"].map((label) => loadKey(label)),
  release({ title: "DER", key: "der", keyAuth: { entity: WRONG }, code: "TPM_INAPPROPRIATE_SIG" }),
  release({ title: "the SRK", key: "SRK", code: "TPM_INAPPROPRIATE_SIG" }),
  release({
    title: "a legacy key",
    key: "legacy",
    keyAuth: { entity: WRONG },
    code: "TPM_INVALID_KEYUSAGE",
  }),
  release({
    title: "key's HMAC",
    key: "signing",
    keyAuth: { entity: WRONG },
    code: "TPM_AUTHFAIL",
  }),
  release({ title: "no session", key: "signing", keyAuth: null, code: "TPM_AUTHFAIL" }),
  release({ title: "HMAC", key: "signing", transport: { entity: WRONG }, code: "TPM_AUTH2FAIL" }),
  release({
    title: "HMAC, without the key's session",
    key: "open",
    keyAuth: null,
    transport: { entity: WRONG },
    code: "TPM_AUTH2FAIL",
  }),
  openTransport({ enter: false }),
  releaseTransport({ title: "without log", key: "signing", code: "TPM_BAD_MODE" }),
  releaseTransport({ title: "no session first", key: "der", code: "TPM_INVALID_AUTHHANDLE" }),
]);

const audit = (ordinalToAudit: number): Step =>
  step({ command: "TPM_SetOrdinalAuditStatus", request: { ordinalToAudit, auditState: true } });

/** Starts a new audit, so that the digest depends on nothing random before. */
const newAudit = step({
  command: "TPM_GetAuditDigestSigned",
  title: "closes the audit",
  request: (side) => ({
    keyHandle: side.handle("identity"),
    closeAudit: true,
    antiReplay: ZEROS,
  }),
  mask: ["auditDigest"],
});
const auditDigest = step({ command: "TPM_GetAuditDigest", request: { startOrdinal: 0 } });

conformanceTest("a command in a transport session is audited inside and outside", [
  makeIdentity(encode(TPM_KEY_ANY, keyTemplate("identity"))),
  [0x15, 0xe7].map(audit),
  [{}, { key: "SRK", transAttributes: ENCRYPT }].map((options) => [
    openTransport(options),
    leaveTransport(),
    newAudit,
    inTransport(),
    readPcr(),
    leaveTransport(),
    auditDigest,
    inTransport(),
    readPcr(24, "TPM_BADINDEX"),
    step({ command: "TPM_GetTestResult" }),
    leaveTransport(),
    auditDigest,
  ]),
]);

conformanceTest("handles of TPM_ChangeAuthAsymFinish stay clear in a transport session, as noted", [
  openTransport(),
  step({
    command: "TPM_ChangeAuthAsymFinish",
    request: {
      parentHandle: TPM_KH_SRK,
      ephHandle: 0x1234,
      entityType: 1,
      newAuthLink: ZEROS,
      encNewAuth: ZEROS,
      encData: ZEROS,
    },
    auths: [ZEROS],
    code: { emulator: "TPM_WRONG_ENTITYTYPE", libtpms: "TPM_AUTH2FAIL" },
  }),
  leaveTransport(),
]);

conformanceTest("an answer that would be too long ends the command and its session, as noted", [
  openTransport(),
  step({
    command: "TPM_GetRandom",
    request: { bytesRequested: 4015 },
    mask: ["randomBytes"],
  }),
  step({ command: "TPM_GetRandom", request: { bytesRequested: 4016 }, code: "TPM_SIZE" }),
  readPcr(0, { emulator: "TPM_INVALID_AUTHHANDLE", libtpms: "TPM_AUTH2FAIL" }),
  leaveTransport(),
]);

conformanceTest("sessions of delegations are opened in a transport session", [
  createWrapKey("signing", { usage: "signing", bits: 512 }),
  loadKey("signing"),
  createWrapKey("delegated", { usage: "signing", bits: 512 }),
  loadKey("delegated"),
  [createFamily("a"), enableFamily("a")],
  delegateKey("blob", {
    key: "delegated",
    family: "a",
    per1: TPM_KEY_DELEGATE_Sign,
    delegateType: TPM_DEL_KEY_BITS,
  }),
  [LOG, LOG | ENCRYPT].map((transAttributes) => [
    openTransport({ key: "SRK", transAttributes }),
    openKeyDelegation("session", "blob", "delegated"),
    step({
      command: "TPM_Sign",
      request: (side) => ({ keyHandle: side.handle("delegated"), areaToSign: ZEROS }),
      auths: [{ session: "session", continueAuthSession: false }],
    }),
    raw(
      "of a key that is not loaded",
      `00c1 0000002c 00000011 0009 01020304 ${"00".repeat(20)} 00000004 00000001`,
      "any",
    ),
    leaveTransport(),
    releaseTransport({ key: "signing" }),
  ]),
]);
