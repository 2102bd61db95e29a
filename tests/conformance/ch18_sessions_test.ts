import {
  TPM_ET_KEYHANDLE,
  TPM_ET_OWNER,
  TPM_ET_SRK,
  TPM_KH_SRK,
  TPM_RT_AUTH,
  TPM_RT_KEY,
} from "../../lib/tpm12/constants/mod.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { withMalformed } from "./malformed.ts";
import { type Step, step } from "./step.ts";
import { closeSession, createWrapKey, loadKey, oiap, startup } from "./steps.ts";
import { ZEROS } from "./templates.ts";

const osap = (title: string, entityType: number, entityValue: number, code: string): Step =>
  step({
    command: "TPM_OSAP",
    title,
    request: { entityType, entityValue, nonceOddOSAP: ZEROS },
    code,
  });

conformanceTest("TPM_OIAP opens sessions until there is no room", [
  withMalformed({ command: "TPM_OIAP" }),
  Array.from(
    { length: 24 },
    (_, index) => step({ command: "TPM_OIAP", title: `session ${index}`, code: "any" }),
  ),
]);

conformanceTest("TPM_OSAP opens sessions for what there is", [
  withMalformed({
    command: "TPM_OSAP",
    request: { entityType: TPM_ET_SRK, entityValue: TPM_KH_SRK, nonceOddOSAP: ZEROS },
  }),
  osap("the owner", TPM_ET_OWNER, 0, "TPM_SUCCESS"),
  osap("the SRK as a key", TPM_ET_KEYHANDLE, TPM_KH_SRK, "any"),
  osap("no key", TPM_ET_KEYHANDLE, 5, "any"),
  osap("no kind of entity", 0x77, 0, "any"),
  osap("no scheme of encryption", 0x7702, 0, "any"),
  osap("AES", 0x0602, 0, "any"),
]);

conformanceTest("before there is an owner, TPM_OSAP opens nothing", [
  startup(),
  osap("the owner", TPM_ET_OWNER, 0, "any"),
  osap("the SRK", TPM_ET_SRK, TPM_KH_SRK, "any"),
  step({ command: "TPM_OIAP" }),
], { fresh: true });

const flush = (title: string, handle: number, resourceType: number, code: string): Step =>
  step({ command: "TPM_FlushSpecific", title, request: { handle, resourceType }, code });

conformanceTest("TPM_FlushSpecific lets go of keys and sessions that there are", [
  createWrapKey("key", { usage: "signing", bits: 512 }),
  loadKey("key"),
  withMalformed({
    command: "TPM_FlushSpecific",
    request: (side) => ({ handle: side.handle("key"), resourceType: TPM_RT_KEY }),
  }),
  step({
    command: "TPM_FlushSpecific",
    title: "the key again",
    request: (side) => ({ handle: side.handle("key"), resourceType: TPM_RT_KEY }),
    code: "any",
  }),
  oiap("session"),
  closeSession("session"),
  flush("no session", 5, TPM_RT_AUTH, "any"),
  flush("the SRK", TPM_KH_SRK, TPM_RT_KEY, "any"),
  flush("no kind of resource", 5, 0x77, "any"),
]);
