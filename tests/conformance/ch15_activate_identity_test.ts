import { encode } from "../../lib/codec/mod.ts";
import { TPM_EK_TYPE_AUTH, TPM_LOC_TWO } from "../../lib/tpm12/constants/mod.ts";
import { TPM_KEY_ANY } from "../../lib/tpm12/structures/mod.ts";
import { type Credential, credential } from "./activate_identity.ts";
import { makeIdentity } from "./change_auth_asym.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { withMalformed } from "./malformed.ts";
import { type CommandStep, type Step, step } from "./step.ts";
import { createWrapKey, loadKey, locality } from "./steps.ts";
import { compositeOfZeros, keyTemplate, pcrInfoShort, secret, ZEROS } from "./templates.ts";

const WRONG = secret("wrong");

function activate(
  title: string,
  { key = "identity", auths, code, ...blob }:
    & Credential
    & Pick<CommandStep<"TPM_ActivateIdentity">, "auths" | "code">
    & { key?: string } = {},
): Step {
  return step({
    command: "TPM_ActivateIdentity",
    title,
    request: (side) => ({ idKeyHandle: side.handle(key), blob: credential(side, blob) }),
    ...(auths && { auths }),
    ...(code && { code }),
  });
}

const IDENTITY = makeIdentity(encode(TPM_KEY_ANY, keyTemplate("identity")));

conformanceTest("TPM_ActivateIdentity gives the session key to the identity that is meant", [
  IDENTITY,
  withMalformed({
    command: "TPM_ActivateIdentity",
    request: (side) => ({ idKeyHandle: side.handle("identity"), blob: credential(side) }),
  }),
  activate("in the form of 1.1", { old: true }),
  activate("another identity's", { idDigest: ZEROS, code: "TPM_BAD_PARAMETER" }),
  activate("another identity's, of 1.1", { old: true, idDigest: ZEROS, code: "TPM_BAD_PARAMETER" }),
  activate("a blob for something else", { ekType: TPM_EK_TYPE_AUTH, code: "TPM_BAD_TYPE" }),
  createWrapKey("signing", { usage: "signing", bits: 512 }),
  loadKey("signing"),
  activate("by another key", { key: "signing", code: "TPM_BAD_PARAMETER" }),
]);

conformanceTest("TPM_ActivateIdentity asks for the PCRs and the locality of the blob", [
  IDENTITY,
  activate("PCRs as they are", {
    pcrInfo: pcrInfoShort({ pcrs: [3], digestAtRelease: compositeOfZeros(3) }),
  }),
  activate("PCRs as they are not", {
    pcrInfo: pcrInfoShort({ pcrs: [3] }),
    code: "TPM_WRONGPCRVAL",
  }),
  activate("from locality 0", {
    pcrInfo: pcrInfoShort({ localityAtRelease: TPM_LOC_TWO }),
    code: "any",
  }),
  locality(2),
  activate("from locality 2", { pcrInfo: pcrInfoShort({ localityAtRelease: TPM_LOC_TWO }) }),
]);

conformanceTest("TPM_ActivateIdentity checks the owner first, and libtpms calls that session 1", [
  IDENTITY,
  activate("the owner's secret wrong", {
    auths: ["identity", WRONG],
    code: { emulator: "TPM_AUTH2FAIL", libtpms: "TPM_AUTHFAIL" },
  }),
  activate("the identity's secret wrong", {
    auths: [WRONG, "owner"],
    code: { emulator: "TPM_AUTHFAIL", libtpms: "TPM_AUTH2FAIL" },
  }),
  activate("both wrong", {
    auths: [WRONG, WRONG],
    code: { emulator: "TPM_AUTH2FAIL", libtpms: "TPM_AUTHFAIL" },
  }),
]);
