import type { CommandName } from "../../lib/tpm12/commands/mod.ts";
import * as C from "../../lib/tpm12/constants/mod.ts";
import type { Script } from "./differential.ts";
import {
  createFamily,
  delegateOwner,
  enableFamily,
  openOwnerDelegation,
} from "./delegation_steps.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { FLAGS } from "./flags.ts";
import { type CommandStep, type Step, step, type StepRequest } from "./step.ts";

/** The owner lets a delegate do what the bits say, in the session `delegated`. */
function delegated(per1: number): Script {
  return [
    createFamily("one"),
    enableFamily("one"),
    delegateOwner("delegation", { family: "one", per1 }),
    openOwnerDelegation("delegated", "delegation"),
  ];
}

/** A command in the delegate's session. */
type Delegable = (code: string) => Step;

function delegable<const N extends CommandName>(command: N, request: StepRequest<N>): Delegable {
  const auths = [{ session: "delegated" }];
  return (code) => step({ command, request, auths, code } as unknown as CommandStep<N>);
}

/** What the owner may do in chapters 5 to 9, by the bit that delegates it. */
const DELEGABLE: readonly (readonly [bit: number, command: Delegable])[] = [
  [C.TPM_DELEGATE_OwnerSetDisable, delegable("TPM_OwnerSetDisable", { disableState: true })],
  [C.TPM_DELEGATE_DisableOwnerClear, delegable("TPM_DisableOwnerClear", {})],
  [C.TPM_DELEGATE_OwnerClear, delegable("TPM_OwnerClear", {})],
  [
    C.TPM_DELEGATE_SetCapability,
    delegable("TPM_SetCapability", {
      capArea: C.TPM_SET_PERM_FLAGS,
      subCap: Uint8Array.of(0, 0, 0, C.TPM_PF_READSRKPUB),
      setValue: Uint8Array.of(1),
    }),
  ],
  [
    C.TPM_DELEGATE_SetOrdinalAuditStatus,
    delegable("TPM_SetOrdinalAuditStatus", { ordinalToAudit: 0x14, auditState: true }),
  ],
  [C.TPM_DELEGATE_ResetLockValue, delegable("TPM_ResetLockValue", {})],
];

for (const [bit, command] of DELEGABLE) {
  const { title } = command("any");
  conformanceTest(`${title} runs by its delegation`, [
    delegated(bit),
    command("TPM_SUCCESS"),
    FLAGS.slice(1),
    // In the same session, or in one that has ended.
    command("any"),
  ]);
  conformanceTest(`${title} runs by no other delegation`, [
    delegated(~bit >>> 0),
    command("TPM_AUTHFAIL"),
    FLAGS,
  ]);
}

conformanceTest("TPM_GetCapabilityOwner cannot be delegated", [
  delegated(0xffffffff),
  delegable("TPM_GetCapabilityOwner", {})("TPM_AUTHFAIL"),
]);
