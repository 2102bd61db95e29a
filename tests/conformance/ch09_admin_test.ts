import { assertEquals } from "@std/assert";
import { encode, U16 } from "../../lib/codec/mod.ts";
import * as C from "../../lib/tpm12/constants/mod.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { type CommandStep, type Step, step } from "./step.ts";
import { closeSession, oiap, osap, powerCycle, seal, startup, unseal } from "./steps.ts";
import { nvTemplate, secret, ZEROS } from "./templates.ts";

const WRONG = secret("wrong");

const dictionaryAttack = (mask: string[] = []): Step =>
  step({
    command: "TPM_GetCapability",
    title: "dictionary attack",
    request: { capArea: C.TPM_CAP_DA_LOGIC, subCap: encode(U16, C.TPM_ET_OWNER) },
    mask,
  });

/** A wrong guess at the owner's secret. */
const guess = (code = "TPM_AUTHFAIL"): Step =>
  step({
    command: "TPM_OwnerSetDisable",
    title: "a guess",
    request: { disableState: false },
    auths: [WRONG],
    code,
  });
const right = (code = "TPM_SUCCESS"): Step =>
  step({ command: "TPM_OwnerSetDisable", request: { disableState: false }, code });
const reset = (
  code = "TPM_SUCCESS",
  auths?: CommandStep<"TPM_ResetLockValue">["auths"],
): Step => step({ command: "TPM_ResetLockValue", ...(auths && { auths }), code });

const times = (count: number, step: Step): Step[] => Array.from({ length: count }, () => step);

conformanceTest("five guesses are free, then the TPM locks", [
  dictionaryAttack(),
  Array.from({ length: 5 }, () => [guess(), dictionaryAttack()]),
  right(),
  guess(),
  dictionaryAttack(),
  guess("TPM_DEFEND_LOCK_RUNNING"),
  right("TPM_DEFEND_LOCK_RUNNING"),
  dictionaryAttack(),
  reset(),
  dictionaryAttack(),
  right(),
  times(6, guess()),
  right("TPM_DEFEND_LOCK_RUNNING"),
]);

conformanceTest("the owner has one try to end the lockout", [
  times(6, guess()),
  reset("TPM_AUTHFAIL", [WRONG]),
  dictionaryAttack(),
  reset("TPM_AUTHFAIL"),
  dictionaryAttack(),
  step({
    command: "TPM_GetCapability",
    title: "without a session",
    request: { capArea: C.TPM_CAP_VERSION, subCap: new Uint8Array() },
  }),
]);

conformanceTest("a failed reset spoils no other while there is no lockout", [
  reset("TPM_AUTHFAIL", [WRONG]),
  dictionaryAttack(),
  reset(),
  dictionaryAttack(),
]);

conformanceTest("a request without session spoils no reset", [
  times(6, guess()),
  reset("TPM_BADTAG", []),
  reset(),
  dictionaryAttack(),
]);

conformanceTest("a session that is none spoils the reset", [
  oiap("gone"),
  closeSession("gone"),
  times(6, guess()),
  reset("TPM_INVALID_AUTHHANDLE", [{ entity: "owner", session: "gone" }]),
  reset("TPM_AUTHFAIL"),
]);

conformanceTest("a session for something else spoils the reset", [
  osap("SRK's", "SRK"),
  times(6, guess()),
  reset("TPM_AUTHFAIL", [{ session: "SRK's" }]),
  reset("TPM_AUTHFAIL"),
  dictionaryAttack(),
]);

conformanceTest("the owner keeps to itself how the count stands", [
  step({
    command: "TPM_SetCapability",
    request: {
      capArea: C.TPM_SET_PERM_FLAGS,
      subCap: Uint8Array.of(0, 0, 0, C.TPM_PF_DISABLEFULLDALOGICINFO),
      setValue: Uint8Array.of(1),
    },
  }),
  dictionaryAttack(),
  times(6, guess()),
  dictionaryAttack(),
]);

conformanceTest("every secret counts, and sleep forgets none", [
  seal("blob", { data: ZEROS, secret: secret("blob") }),
  unseal("blob", { secret: WRONG, code: "TPM_AUTH2FAIL" }),
  dictionaryAttack(),
  step({
    command: "TPM_NV_DefineSpace",
    request: {
      pubInfo: nvTemplate(0x1000, { attributes: C.TPM_NV_PER_AUTHWRITE, dataSize: 4 }),
      encAuth: secret("area"),
    },
  }),
  step({
    command: "TPM_NV_WriteValueAuth",
    request: { nvIndex: 0x1000, offset: 0, data: Uint8Array.of(1) },
    auths: [WRONG],
    code: "TPM_AUTHFAIL",
  }),
  dictionaryAttack(),
  step({ command: "TPM_SaveState" }),
  powerCycle(C.TPM_ST_STATE),
  dictionaryAttack(),
]);

conformanceTest("power off forgets the count in libtpms alone", [
  guess(),
  powerCycle(),
  step({
    command: "TPM_GetCapability",
    title: "dictionary attack",
    request: { capArea: C.TPM_CAP_DA_LOGIC, subCap: encode(U16, C.TPM_ET_OWNER) },
    mask: ["resp"],
    keep: (side, { resp }) => assertEquals(resp[4], side.name === "emulator" ? 1 : 0),
  }),
]);

conformanceTest("TPM_ResetLockValue wants an owner and a working TPM", [
  startup(),
  reset("TPM_NOSRK", [ZEROS]),
], { fresh: true });

const NOT_SERVED = "TPM_BAD_ORDINAL";

conformanceTest("libtpms has neither redirection nor upgrade", [
  step({
    command: "TPM_SetRedirection",
    request: { keyHandle: C.TPM_KH_SRK, redirCmd: 1, inputData: new Uint8Array(4) },
    code: { emulator: "TPM_INVALID_KEYHANDLE", libtpms: NOT_SERVED },
  }),
  step({
    command: "TPM_FieldUpgrade",
    code: { emulator: "TPM_SUCCESS", libtpms: NOT_SERVED },
  }),
]);
