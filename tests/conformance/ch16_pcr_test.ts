import { sha1 } from "../../lib/crypto/mod.ts";
import type { TpmPcrSelection } from "../../lib/tpm12/structures/mod.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { withMalformed } from "./malformed.ts";
import { type Step, step } from "./step.ts";
import { createWrapKey, loadKey, locality } from "./steps.ts";
import { secret, selectPcrs, ZEROS } from "./templates.ts";

const DIGEST = sha1(new Uint8Array(3));
const WRONG = secret("wrong");
const NONE = { pcrSelect: new Uint8Array(3) };
const TOO_LONG = { pcrSelect: new Uint8Array(4).fill(1) };
const SHORT = { pcrSelect: Uint8Array.of(1) };

const extend = (pcrNum: number, code: string): Step =>
  step({
    command: "TPM_Extend",
    title: `PCR ${pcrNum}`,
    request: { pcrNum, inDigest: DIGEST },
    code,
  });
const reset = (title: string, pcrSelection: TpmPcrSelection, code: string): Step =>
  step({ command: "TPM_PCR_Reset", title, request: { pcrSelection }, code });
const ALL = Array.from({ length: 24 }, (_, index) => index);

conformanceTest("PCRs are extended and read, each where its locality lets it", [
  withMalformed({ command: "TPM_Extend", request: { pcrNum: 1, inDigest: DIGEST } }),
  withMalformed({ command: "TPM_PCRRead", request: { pcrIndex: 1 } }),
  ALL.map((index) => extend(index, "any")),
  ALL.map((pcrIndex) => step({ command: "TPM_PCRRead", request: { pcrIndex } })),
  [24, 0x7fff_ffff, 0xffff_ffff].flatMap((pcrIndex) => [
    extend(pcrIndex, "TPM_BADINDEX"),
    step({ command: "TPM_PCRRead", request: { pcrIndex }, code: "TPM_BADINDEX" }),
  ]),
  [1, 2, 3].map((number) => [locality(number), ALL.map((index) => extend(index, "any"))]),
]);

conformanceTest("PCRs are reset where they may be", [
  extend(16, "TPM_SUCCESS"),
  extend(23, "TPM_SUCCESS"),
  withMalformed({ command: "TPM_PCR_Reset", request: { pcrSelection: selectPcrs(16, 23) } }),
  step({ command: "TPM_PCRRead", request: { pcrIndex: 16 } }),
  reset("one that is not", selectPcrs(0), "TPM_NOTRESETABLE"),
  reset("another besides", selectPcrs(16, 1), "TPM_NOTRESETABLE"),
  reset("of another locality", selectPcrs(20), "any"),
  reset("none", NONE, "any"),
  reset("a long selection", TOO_LONG, "any"),
  reset("a short selection", SHORT, "any"),
  [1, 2, 3, 4].map((number) => [
    locality(number),
    ALL.slice(16).map((index) => reset(`PCR ${index} at ${number}`, selectPcrs(index), "any")),
  ]),
]);

conformanceTest("TPM_Quote and TPM_Quote2 quote the PCRs that are selected", [
  createWrapKey("key", { usage: "signing", bits: 512 }),
  loadKey("key"),
  createWrapKey("bind", { usage: "bind", bits: 512 }),
  loadKey("bind"),
  withMalformed({
    command: "TPM_Quote",
    request: (side) => ({
      keyHandle: side.handle("key"),
      externalData: DIGEST,
      targetPCR: selectPcrs(0, 16),
    }),
  }),
  withMalformed({
    command: "TPM_Quote2",
    request: (side) => ({
      keyHandle: side.handle("key"),
      externalData: DIGEST,
      targetPCR: selectPcrs(0, 16),
      addVersion: false,
    }),
  }),
  Object.entries({ NONE, TOO_LONG, SHORT }).map(([title, targetPCR]) => [
    step({
      command: "TPM_Quote",
      title,
      request: (side) => ({ keyHandle: side.handle("key"), externalData: ZEROS, targetPCR }),
      code: "any",
    }),
    step({
      command: "TPM_Quote2",
      title,
      request: (side) => ({
        keyHandle: side.handle("key"),
        externalData: ZEROS,
        targetPCR,
        addVersion: false,
      }),
      code: "any",
    }),
  ]),
  (["bind", "SRK"] as const).map((label) =>
    step({
      command: "TPM_Quote",
      title: `by ${label}`,
      request: (side) => ({
        keyHandle: side.handle(label),
        externalData: ZEROS,
        targetPCR: selectPcrs(0),
      }),
      code: "any",
    })
  ),
  step({
    command: "TPM_Quote2",
    title: "a wrong secret",
    request: (side) => ({
      keyHandle: side.handle("key"),
      externalData: ZEROS,
      targetPCR: selectPcrs(0),
      addVersion: false,
    }),
    auths: [WRONG],
    code: "TPM_AUTHFAIL",
  }),
  step({
    command: "TPM_Quote",
    title: "a wrong secret",
    request: (side) => ({
      keyHandle: side.handle("key"),
      externalData: ZEROS,
      targetPCR: selectPcrs(0),
    }),
    auths: [WRONG],
    code: "TPM_AUTHFAIL",
  }),
]);
