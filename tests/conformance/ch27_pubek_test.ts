import { TPM_KH_EK } from "../../lib/tpm12/constants/mod.ts";
import { loadContext, saveKeyContext, saveSessionContext } from "./context_steps.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { type Step, step } from "./step.ts";
import { closeSession, createWrapKey, flushKey, loadKey, oiap, osap } from "./steps.ts";
import { secret, ZEROS } from "./templates.ts";
import { flushTransport, openTransport } from "./transport.ts";

const WRONG = secret("wrong");
const readPubek = (code: string): Step =>
  step({ command: "TPM_ReadPubek", request: { antiReplay: ZEROS }, code });

conformanceTest("the owner reads the PUBEK, whether others may or not", [
  step({ command: "TPM_OwnerReadPubek" }),
  step({ command: "TPM_OwnerReadPubek", title: "HMAC", auths: [WRONG], code: "TPM_AUTHFAIL" }),
  step({ command: "TPM_OwnerReadPubek", title: "no session", auths: [], code: "TPM_BADTAG" }),
  step({ command: "TPM_OwnerReadInternalPub", request: { keyHandle: TPM_KH_EK } }),
  readPubek("TPM_DISABLED_CMD"),
  step({ command: "TPM_DisablePubekRead", title: "HMAC", auths: [WRONG], code: "TPM_AUTHFAIL" }),
  step({ command: "TPM_DisablePubekRead" }),
  step({ command: "TPM_DisablePubekRead", title: "a second time" }),
  readPubek("TPM_DISABLED_CMD"),
  step({ command: "TPM_OwnerReadPubek" }),
]);

const reset = step({ command: "TPM_Reset" });
const gone = "TPM_INVALID_AUTHHANDLE";

conformanceTest("TPM_Reset ends all authorisation sessions, and nothing else", [
  createWrapKey("key", { usage: "signing", bits: 512 }),
  loadKey("key"),
  [oiap("oiap"), osap("owner's", "owner"), osap("key's", "key")],
  openTransport({ enter: false }),
  saveKeyContext("key"),
  reset,
  ["oiap", "owner's", "key's"].map((label) => closeSession(label, { code: gone })),
  flushTransport(),
  flushKey("key"),
  loadContext("key"),
  step({
    command: "TPM_Sign",
    title: "the key is there again",
    request: (side) => ({ keyHandle: side.handle("key"), areaToSign: ZEROS }),
  }),
]);

conformanceTest("TPM_Reset keeps sessions that were saved, as libtpms does not", [
  oiap("session"),
  saveSessionContext("session"),
  reset,
  loadContext("session", { code: { emulator: "TPM_SUCCESS", libtpms: "TPM_BADCONTEXT" } }),
]);
