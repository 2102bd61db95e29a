import type { Script } from "./differential.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { FLAGS } from "./flags.ts";
import { type CommandStep, type Step, step } from "./step.ts";
import { physicalPresence, powerCycle, startup } from "./steps.ts";
import { secret, ZEROS } from "./templates.ts";

type OptIn =
  | "TPM_PhysicalEnable"
  | "TPM_PhysicalDisable"
  | "TPM_SetOwnerInstall"
  | "TPM_PhysicalSetDeactivated";

function optIn(command: OptIn, request: { state?: boolean } = {}): Step {
  return step({ command, request, code: "any" } as CommandStep<OptIn>);
}

/** Whatever physical presence may do, and what became of it. */
const PHYSICAL: Script = [
  [true, false].map((state) => [
    optIn("TPM_SetOwnerInstall", { state }),
    optIn("TPM_PhysicalSetDeactivated", { state }),
    FLAGS,
  ]),
  optIn("TPM_PhysicalDisable"),
  FLAGS,
  optIn("TPM_PhysicalSetDeactivated", { state: true }),
  optIn("TPM_SetOwnerInstall", { state: true }),
  optIn("TPM_PhysicalDisable"),
  optIn("TPM_PhysicalEnable"),
  optIn("TPM_SetOwnerInstall", { state: true }),
  FLAGS,
];

conformanceTest("physical presence opts a new TPM in and out", [
  startup(),
  PHYSICAL,
  physicalPresence(true),
  PHYSICAL,
  physicalPresence(false),
  PHYSICAL,
  physicalPresence(true),
  optIn("TPM_PhysicalSetDeactivated", { state: true }),
  powerCycle(),
  PHYSICAL,
  physicalPresence(true),
  PHYSICAL,
], { fresh: true });

conformanceTest("physical presence opts an owned TPM in and out", [
  PHYSICAL,
  physicalPresence(true),
  PHYSICAL,
]);

conformanceTest("a BOOL of 2 is refused", [
  physicalPresence(true),
  step({
    command: "TPM_PhysicalSetDeactivated",
    request: { state: true },
    mutate: (request) => request.with(10, 2),
    code: "TPM_BAD_PARAMETER",
  }),
]);

conformanceTest("the owner disables and enables the TPM", [
  [true, false].map((disableState) => [
    step({ command: "TPM_OwnerSetDisable", request: { disableState } }),
    FLAGS,
    step({ command: "TPM_PCRRead", request: { pcrIndex: 0 }, code: "any" }),
  ]),
  step({
    command: "TPM_OwnerSetDisable",
    title: "with a wrong secret",
    request: { disableState: true },
    auths: [{ entity: "owner", tamper: (auth) => ({ ...auth, authData: ZEROS }) }],
    code: "TPM_AUTHFAIL",
  }),
  step({
    command: "TPM_OwnerSetDisable",
    title: "without a session",
    request: { disableState: true },
    auths: [],
    code: "TPM_BADTAG",
  }),
  FLAGS,
]);

conformanceTest("without an owner nobody disables the TPM so", [
  startup(),
  step({
    command: "TPM_OwnerSetDisable",
    request: { disableState: true },
    auths: [ZEROS],
    code: "TPM_NOSRK",
  }),
], { fresh: true });

const OPERATOR = secret("operator");
const setOperator = (operatorAuth: Uint8Array, code = "TPM_SUCCESS"): Step =>
  step({ command: "TPM_SetOperatorAuth", request: { operatorAuth }, code });
const deactivate = (auths: CommandStep<"TPM_SetTempDeactivated">["auths"], code: string): Step =>
  step({ command: "TPM_SetTempDeactivated", auths: auths!, code });

conformanceTest("the operator deactivates the TPM until the next start", [
  startup(),
  setOperator(OPERATOR, "TPM_BAD_PRESENCE"),
  deactivate([], "TPM_BAD_PRESENCE"),
  deactivate([OPERATOR], "TPM_NOOPERATOR"),
  physicalPresence(true),
  setOperator(OPERATOR),
  FLAGS,
  physicalPresence(false),
  deactivate([], "TPM_BAD_PRESENCE"),
  deactivate([ZEROS], "TPM_AUTHFAIL"),
  deactivate([OPERATOR], "TPM_SUCCESS"),
  FLAGS,
  deactivate([OPERATOR], "TPM_DEACTIVATED"),
  step({ command: "TPM_PCRRead", request: { pcrIndex: 0 }, code: "TPM_DEACTIVATED" }),
  powerCycle(),
  FLAGS,
  physicalPresence(true),
  step({ command: "TPM_PhysicalDisable" }),
  setOperator(ZEROS, "TPM_DISABLED"),
  physicalPresence(false),
  deactivate([OPERATOR], "TPM_SUCCESS"),
  powerCycle(),
  physicalPresence(true),
  deactivate([], "TPM_SUCCESS"),
  FLAGS,
], { fresh: true });

conformanceTest("the operator's session is OIAP", [
  physicalPresence(true),
  setOperator(OPERATOR),
  deactivate([{ entity: "owner", kind: "OSAP" }], "TPM_BAD_MODE"),
  FLAGS,
]);
