import { sha1 } from "../../lib/crypto/mod.ts";
import {
  TPM_KH_SRK,
  TPM_SS_RSASSAPKCS1v15_DER,
  TPM_SS_RSASSAPKCS1v15_INFO,
} from "../../lib/tpm12/constants/mod.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { withMalformed } from "./malformed.ts";
import { type Step, step } from "./step.ts";
import { createWrapKey, loadKey } from "./steps.ts";
import { pcrInfo, secret, ZEROS } from "./templates.ts";

const DIGEST = sha1(new Uint8Array(3));
const WRONG = secret("wrong");
const KEYS = [
  createWrapKey("key", { usage: "signing", bits: 512 }),
  loadKey("key"),
  createWrapKey("bind", { usage: "bind", bits: 512 }),
  loadKey("bind"),
];

function sign(key: string, areaToSign: Uint8Array, code: string): Step {
  const request = (side: { handle(label: string): number }) => ({
    keyHandle: side.handle(key),
    areaToSign,
  });
  return step({
    command: "TPM_Sign",
    title: `${areaToSign.length} bytes by ${key}`,
    request,
    code,
  });
}

conformanceTest("TPM_Sign signs what the key's scheme takes", [
  KEYS,
  createWrapKey("der", { usage: "signing", bits: 512, sigScheme: TPM_SS_RSASSAPKCS1v15_DER }),
  loadKey("der"),
  createWrapKey("info", { usage: "signing", bits: 512, sigScheme: TPM_SS_RSASSAPKCS1v15_INFO }),
  loadKey("info"),
  withMalformed({
    command: "TPM_Sign",
    request: (side) => ({ keyHandle: side.handle("key"), areaToSign: DIGEST }),
  }),
  sign("key", new Uint8Array(19), "any"),
  sign("key", new Uint8Array(0), "any"),
  sign("bind", DIGEST, "TPM_INVALID_KEYUSAGE"),
  sign("der", new Uint8Array(53), "TPM_SUCCESS"),
  sign("der", new Uint8Array(54), "any"),
  sign("der", new Uint8Array(1), "TPM_SUCCESS"),
  sign("info", new Uint8Array(20), "TPM_SUCCESS"),
  sign("info", new Uint8Array(500), "any"),
  step({
    command: "TPM_Sign",
    title: "a wrong secret",
    request: (side) => ({ keyHandle: side.handle("key"), areaToSign: DIGEST }),
    auths: [WRONG],
    code: "TPM_AUTHFAIL",
  }),
  step({
    command: "TPM_Sign",
    title: "by the SRK",
    request: { keyHandle: TPM_KH_SRK, areaToSign: DIGEST },
    auths: [ZEROS],
    code: "any",
  }),
  step({
    command: "TPM_Sign",
    title: "by no key",
    request: { keyHandle: 5, areaToSign: DIGEST },
    auths: [ZEROS],
    code: "TPM_INVALID_KEYHANDLE",
  }),
]);

conformanceTest("random numbers are given and stirred", [
  withMalformed({ command: "TPM_GetRandom", request: { bytesRequested: 20 } }),
  step({ command: "TPM_GetRandom", title: "none", request: { bytesRequested: 0 }, code: "any" }),
  withMalformed({ command: "TPM_StirRandom", request: { inData: ZEROS } }),
  step({ command: "TPM_StirRandom", title: "none", request: { inData: new Uint8Array(0) } }),
  step({ command: "TPM_StirRandom", title: "255", request: { inData: new Uint8Array(255) } }),
  step({
    command: "TPM_StirRandom",
    title: "256",
    request: { inData: new Uint8Array(256) },
    code: "any",
  }),
]);

conformanceTest("TPM_CertifyKey and TPM_CertifyKey2 certify what a key is", [
  KEYS,
  createWrapKey("bound", {
    usage: "signing",
    bits: 512,
    PCRInfo: pcrInfo({ pcrs: [] }),
    form: "TPM_KEY",
  }),
  loadKey("bound"),
  withMalformed({
    command: "TPM_CertifyKey",
    request: (side) => ({
      certHandle: side.handle("key"),
      keyHandle: side.handle("bind"),
      antiReplay: DIGEST,
    }),
  }),
  step({
    command: "TPM_CertifyKey",
    title: "a key of the old form",
    request: (side) => ({
      certHandle: side.handle("key"),
      keyHandle: side.handle("bound"),
      antiReplay: DIGEST,
    }),
  }),
  step({
    command: "TPM_CertifyKey",
    title: "by a binding key",
    request: (side) => ({
      certHandle: side.handle("bind"),
      keyHandle: side.handle("key"),
      antiReplay: DIGEST,
    }),
    code: "any",
  }),
  step({
    command: "TPM_CertifyKey",
    title: "by a binding key with a wrong secret (actions 1 and 2)",
    request: (side) => ({
      certHandle: side.handle("bind"),
      keyHandle: side.handle("key"),
      antiReplay: DIGEST,
    }),
    auths: [WRONG, "key"],
    code: "TPM_BAD_KEY_PROPERTY",
  }),
  step({
    command: "TPM_CertifyKey",
    title: "wrong secrets",
    request: (side) => ({
      certHandle: side.handle("key"),
      keyHandle: side.handle("bind"),
      antiReplay: DIGEST,
    }),
    auths: [WRONG, WRONG],
    code: "TPM_AUTHFAIL",
  }),
  step({
    command: "TPM_CertifyKey",
    title: "the second secret wrong",
    request: (side) => ({
      certHandle: side.handle("key"),
      keyHandle: side.handle("bind"),
      antiReplay: DIGEST,
    }),
    auths: ["key", WRONG],
    code: "TPM_AUTH2FAIL",
  }),
  withMalformed({
    command: "TPM_CertifyKey2",
    request: (side) => ({
      certHandle: side.handle("key"),
      keyHandle: side.handle("bind"),
      migrationPubDigest: ZEROS,
      antiReplay: DIGEST,
    }),
  }),
]);
