import { encode } from "../../lib/codec/mod.ts";
import {
  TPM_AUTH_NEVER,
  TPM_DEL_KEY_BITS,
  TPM_KEY_DELEGATE_Sign,
  TPM_KH_EK,
  TPM_KH_SRK,
  TPM_SS_RSASSAPKCS1v15_DER,
  TPM_SS_RSASSAPKCS1v15_INFO,
  TPM_TRANSPORT_ENCRYPT,
  TPM_TRANSPORT_LOG,
} from "../../lib/tpm12/constants/mod.ts";
import { TPM_KEY_ANY } from "../../lib/tpm12/structures/mod.ts";
import { makeIdentity } from "./change_auth_asym.ts";
import type { Script } from "./differential.ts";
import { createFamily, delegateKey, enableFamily, openKeyDelegation } from "./delegation_steps.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { type Step, step } from "./step.ts";
import { createWrapKey, flushKey, loadKey, oiap, osap } from "./steps.ts";
import { keyTemplate, secret, ZEROS } from "./templates.ts";
import {
  flushTransport,
  inTransport,
  leaveTransport,
  openTransport,
  releaseTransport,
} from "./transport.ts";
import { FLUSHED, raw, readPcr } from "./transport_steps.ts";

const LOG = TPM_TRANSPORT_LOG;
const ENCRYPT = TPM_TRANSPORT_ENCRYPT;
const WRONG = secret("wrong");
const OPEN = { entity: "signing", continueAuthSession: true };

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
