import {
  TPM_FAMILY_ADMIN,
  TPM_FAMILY_CREATE,
  TPM_FAMILY_ENABLE,
  TPM_FAMILY_INVALIDATE,
  TPM_KH_SRK,
} from "../../lib/tpm12/constants/mod.ts";
import { createFamily, enableFamily, manageFamily, READ_TABLES } from "./delegation_steps.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { WRONG_AUTH } from "./nv_steps.ts";
import { type Authorization, type Step, step } from "./step.ts";
import { createEk, oiap, osap, startup, takeOwnership } from "./steps.ts";
import { ZEROS } from "./templates.ts";

const FRESH = { fresh: true };
const one = (byte: number): Uint8Array => Uint8Array.of(byte);

conformanceTest("families are created, enabled, locked and invalidated", [
  startup(),
  READ_TABLES,
  createFamily("a"),
  createFamily("b"),
  createFamily("c"),
  READ_TABLES,
  enableFamily("a"),
  READ_TABLES,
  enableFamily("a", false),
  manageFamily("a", TPM_FAMILY_ENABLE, { opData: one(2), title: "anything but 0 is TRUE" }),
  READ_TABLES,
  manageFamily("a", TPM_FAMILY_ENABLE, { code: "TPM_BAD_PARAM_SIZE" }),
  manageFamily("a", TPM_FAMILY_ENABLE, { opData: new Uint8Array(2), code: "TPM_BAD_PARAM_SIZE" }),
  manageFamily("b", TPM_FAMILY_ADMIN, { code: "TPM_BAD_PARAM_SIZE" }),
  manageFamily("a", TPM_FAMILY_CREATE, { code: "TPM_BAD_PARAM_SIZE" }),
  manageFamily("a", TPM_FAMILY_CREATE, { opData: new Uint8Array(2), code: "TPM_BAD_PARAM_SIZE" }),
  manageFamily("a", 5, { opData: one(1), code: "TPM_BAD_PARAMETER" }),
  manageFamily(99, 5, { code: "TPM_BADINDEX" }),
  manageFamily(99, TPM_FAMILY_ENABLE, { opData: one(1), code: "TPM_BADINDEX" }),
  manageFamily(0, TPM_FAMILY_ENABLE, { opData: one(1), code: "TPM_BADINDEX" }),
  manageFamily(99, TPM_FAMILY_CREATE, { opData: one(9) }),
  manageFamily("a", TPM_FAMILY_ADMIN, { opData: one(1) }),
  READ_TABLES,
  manageFamily("a", TPM_FAMILY_ADMIN, { opData: one(0), code: "TPM_DELEGATE_LOCK" }),
  manageFamily("a", TPM_FAMILY_INVALIDATE, { code: "TPM_DELEGATE_LOCK" }),
  manageFamily("a", 5, { code: "TPM_DELEGATE_LOCK" }),
  manageFamily("b", TPM_FAMILY_INVALIDATE, { opData: new Uint8Array(3) }),
  manageFamily("b", TPM_FAMILY_INVALIDATE, { code: "TPM_BADINDEX" }),
  READ_TABLES,
  createFamily("d", { title: "takes the free row" }),
  READ_TABLES,
  createEk(),
  takeOwnership(),
  manageFamily("a", TPM_FAMILY_ADMIN, { opData: one(0), title: "unlocked by the owner" }),
  READ_TABLES,
], FRESH);

conformanceTest("there are 16 families", [
  startup(),
  ...Array.from({ length: 16 }, (_, i) => createFamily(`${i}`)),
  createFamily("more", { code: "TPM_RESOURCES" }),
  manageFamily("3", TPM_FAMILY_INVALIDATE),
  createFamily("more"),
  READ_TABLES,
], FRESH);

conformanceTest("64 changes are free while there is no owner, refused ones not counted", [
  startup(),
  createFamily("a"),
  ...Array.from({ length: 3 }, () => manageFamily("a", 9, { code: "TPM_BAD_PARAMETER" })),
  ...Array.from({ length: 63 }, () => enableFamily("a")),
  enableFamily("a", true, { code: "TPM_MAXNVWRITES" }),
  manageFamily(99, TPM_FAMILY_ENABLE, { code: "TPM_BADINDEX" }),
  createEk(),
  takeOwnership(),
  enableFamily("a"),
], FRESH);

conformanceTest("while there is an owner, he alone manages families", [
  createFamily("a"),
  enableFamily("a", true, { auths: [], code: "TPM_AUTHFAIL" }),
  enableFamily("a", true, { ...WRONG_AUTH, code: "TPM_AUTHFAIL" }),
  manageFamily("a", 9, { ...WRONG_AUTH, code: "TPM_AUTHFAIL" }),
  manageFamily(99, 9, { ...WRONG_AUTH, code: "TPM_BADINDEX" }),
  manageFamily("a", 9, { code: "TPM_BAD_PARAMETER" }),
]);

conformanceTest("without owner there is none to authorise", [
  startup(),
  createFamily("a"),
  enableFamily("a", true, { auths: [ZEROS], code: "TPM_AUTHFAIL" }),
], FRESH);

function useSession(session: string, auth: Authorization, code = "TPM_SUCCESS"): Step {
  return step({
    command: "TPM_OwnerReadInternalPub",
    title: session,
    request: { keyHandle: TPM_KH_SRK },
    auths: [{ session, ...auth }],
    code,
  });
}

conformanceTest("managing families ends all sessions with a shared secret, the one in use too", [
  createFamily("a"),
  oiap("plain"),
  osap("bound", "owner"),
  osap("SRK", "SRK"),
  osap("in use", "owner"),
  enableFamily("a", true, { auths: [{ session: "in use" }] }),
  useSession("in use", {}, "TPM_INVALID_AUTHHANDLE"),
  useSession("bound", {}, "TPM_INVALID_AUTHHANDLE"),
  useSession("SRK", {}, "TPM_INVALID_AUTHHANDLE"),
  useSession("plain", { entity: "owner" }),
  enableFamily("a", true, { auths: [{ entity: "owner", session: "plain" }] }),
  useSession("plain", { entity: "owner" }),
]);
