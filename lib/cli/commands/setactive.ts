import {
  type Context,
  TSS_POLICY_OPERATOR,
  TSS_SECRET_MODE_SHA1,
  TSS_TPMSTATUS_DEACTIVATED,
  TSS_TPMSTATUS_OPERATORINSTALLED,
  TSS_TPMSTATUS_PHYSICALSETDEACTIVATED,
  TSS_TPMSTATUS_SETTEMPDEACTIVATED,
} from "../../tspi/mod.ts";
import { type Command, defineCommand } from "../command.ts";
import { UsageError } from "../errors.ts";
import type { CliIo } from "../io.ts";
import { OPERATOR_OPTIONS, operatorSecret, type OperatorValues } from "../secret_options.ts";
import { readSecret } from "../secrets.ts";
import { withContext } from "../session.ts";

/** `tss setactive`: activates or deactivates the TPM. */
export const command: Command = defineCommand({
  options: {
    status: { short: "s", help: "tell how it is, as without any action" },
    active: { short: "a", help: "activate it from the next power on" },
    inactive: { short: "i", help: "deactivate it from the next power on" },
    temp: { short: "t", help: "with -i: at once, until the next power on" },
    ...OPERATOR_OPTIONS,
  },
  details: "Needs physical presence, but -t takes the operator's secret where there is one.",
  permissions: { "--allow-env=TSS_OPERATOR_PASSWORD": "for a secret given so" },
  example: "tss setactive -i -t",
  async run({ options, io }) {
    const { active, inactive, temp, status } = options;
    if (active && inactive) throw new UsageError("-a and -i exclude each other");
    if (temp && !inactive) throw new UsageError("-t goes with -i");
    return await withContext({ options, io }, async (context) => {
      const { tpm } = context;
      if (temp) await deactivateNow(context, options, io);
      else if (active || inactive) {
        await tpm.setStatus(TSS_TPMSTATUS_PHYSICALSETDEACTIVATED, inactive);
      }
      const json = {
        deactivated: await tpm.getStatus(TSS_TPMSTATUS_DEACTIVATED),
        deactivatedAtPowerOn: await tpm.getStatus(TSS_TPMSTATUS_PHYSICALSETDEACTIVATED),
      };
      return (active || inactive) && !status ? { json, text: "" } : { json };
    });
  },
});

async function deactivateNow(
  context: Context,
  options: OperatorValues,
  io: CliIo,
): Promise<void> {
  if (await context.tpm.getStatus(TSS_TPMSTATUS_OPERATORINSTALLED)) {
    using secret = await readSecret(operatorSecret(options), io);
    const policy = context.createPolicy(TSS_POLICY_OPERATOR);
    policy.setSecret(TSS_SECRET_MODE_SHA1, secret.bytes);
    policy.assignToObject(context.tpm);
  }
  await context.tpm.setStatus(TSS_TPMSTATUS_SETTEMPDEACTIVATED, true);
}
