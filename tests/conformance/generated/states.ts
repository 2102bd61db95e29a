import {
  TPM_ET_DEL_ROW,
  TPM_PHYSICAL_PRESENCE_LOCK,
  TPM_PHYSICAL_PRESENCE_NOTPRESENT,
  TPM_ST_CLEAR,
  TPM_ST_DEACTIVATED,
  TPM_ST_STATE,
  TPM_TRANSPORT_EXCLUSIVE,
} from "../../../lib/tpm12/constants/mod.ts";
import type { Script } from "../differential.ts";
import { lockNv, NO_AUTH, writeNv } from "../nv_steps.ts";
import { action, type CommandStep, type Step, step } from "../step.ts";
import { locality, startup } from "../steps.ts";
import { secret } from "../templates.ts";
import { openTransport } from "../transport.ts";

type Plain =
  | "TPM_PhysicalEnable"
  | "TPM_PhysicalDisable"
  | "TPM_SaveState"
  | "TPM_ForceClear"
  | "TPM_SHA1Start";

const ANY = { code: "any" };
const plain = (command: Plain): Step => step({ command, ...ANY } as CommandStep<Plain>);
const deactivate = (state: boolean): Step =>
  step({ command: "TPM_PhysicalSetDeactivated", request: { state }, ...ANY });
const presence = (physicalPresence: number): Step =>
  step({ command: "TSC_PhysicalPresence", request: { physicalPresence }, ...ANY });
/** What the user knows of handles stays: they are to be wrong. The locality is 0 again. */
const off = action("power off and on", (side) => {
  side.machine.reset();
  side.machine.setLocality(0);
});
const restart = (startupType: number): Step[] => [off, startup(startupType, ANY)];
const PRESENT = [presence(0x20), presence(8)];
const DISABLE = plain("TPM_PhysicalDisable");
const TEMPORARILY = step({ command: "TPM_SetTempDeactivated", auths: [], ...ANY });

/** A wrong guess at the owner's secret, where a session can be opened for it. */
const GUESS = action("a guess", (side) => {
  try {
    GUESSED.run(side);
  } catch (error) {
    if (!(error as Error).message.endsWith(" to TPM_OIAP")) throw error;
  }
});
const GUESSED = step({
  command: "TPM_OwnerSetDisable",
  request: { disableState: false },
  auths: [secret("wrong")],
  ...ANY,
});
const times = (count: number, one: Step): Step[] => Array.from({ length: count }, () => one);

/** What may be with a TPM besides what a command asks for, and how it comes about. */
export const STATES: readonly (readonly [title: string, script: Script])[] = [
  ["disabled", [DISABLE]],
  ["deactivated until the next start", [TEMPORARILY]],
  ["deactivated", [deactivate(true), restart(TPM_ST_CLEAR)]],
  ["disabled and deactivated", [TEMPORARILY, DISABLE]],
  ["cleared", [plain("TPM_ForceClear")]],
  ["without owner", [
    plain("TPM_ForceClear"),
    plain("TPM_PhysicalEnable"),
    deactivate(false),
    restart(TPM_ST_CLEAR),
    PRESENT,
  ]],
  ["before TPM_Startup", [off]],
  ["in failure mode", restart(TPM_ST_STATE)],
  ["started again", restart(TPM_ST_CLEAR)],
  ["started deactivated", restart(TPM_ST_DEACTIVATED)],
  ["resumed", [plain("TPM_SaveState"), restart(TPM_ST_STATE)]],
  ...[1, 2, 3, 4].map((number) => [`at locality ${number}`, [locality(number)]] as const),
  ["without presence", [presence(TPM_PHYSICAL_PRESENCE_NOTPRESENT)]],
  ["with presence locked", [
    presence(TPM_PHYSICAL_PRESENCE_NOTPRESENT),
    presence(TPM_PHYSICAL_PRESENCE_LOCK),
  ]],
  ["locked out", times(6, GUESS)],
  ["with NV locked", [lockNv({ ...NO_AUTH, ...ANY })]],
  ["with NV locked for writing", [writeNv(0, 0, { ...NO_AUTH, ...ANY })]],
  ["after TPM_Extend", [
    step({ command: "TPM_Extend", request: { pcrNum: 3, inDigest: secret("event") }, ...ANY }),
  ]],
  ["with the owner pointer at a delegation", [
    step({
      command: "TPM_SetOwnerPointer",
      request: { entityType: TPM_ET_DEL_ROW, entityValue: 1 },
      ...ANY,
    }),
  ]],
  ["with all sessions taken", [
    times(16, step({ command: "TPM_OIAP", ...ANY })),
  ]],
  ["in a SHA-1 thread", [plain("TPM_SHA1Start")]],
  ["with a saved state", [plain("TPM_SaveState")]],
  ["with an exclusive transport session", [
    openTransport({ transAttributes: TPM_TRANSPORT_EXCLUSIVE, enter: false, ...ANY }),
  ]],
];
