import {
  TPM_ALG_AES128,
  TPM_ALG_MGF1,
  TPM_AUTH_NEVER,
  TPM_ES_NONE,
  TPM_ES_SYM_CTR,
  TPM_KH_EK,
  TPM_KH_OWNER,
  TPM_TRANSPORT_ENCRYPT,
} from "../../lib/tpm12/constants/mod.ts";
import { TRANSPORT } from "./advanced_script.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { type Step, step } from "./step.ts";
import { createWrapKey, loadKey } from "./steps.ts";
import { secret, ZEROS } from "./templates.ts";
import { closeTransport, hiddenSecret, openTransport, SECRET } from "./transport.ts";
import { readPcr, refused } from "./transport_steps.ts";

const ENCRYPT = TPM_TRANSPORT_ENCRYPT;
const WRONG = secret("wrong");

conformanceTest("the transport sessions of the script go alike", TRANSPORT);

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
