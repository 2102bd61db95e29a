import { TSS_POLICY_OPERATOR, TSS_SECRET_MODE_SHA1 } from "../../tspi/mod.ts";
import { type Command, defineCommand } from "../command.ts";
import { OPERATOR_OPTIONS, operatorSecret } from "../secret_options.ts";
import { readSecret } from "../secrets.ts";
import { withContext } from "../session.ts";

/** `tss setoperatorauth`: sets the operator's secret. */
export const command: Command = defineCommand({
  options: {
    ...OPERATOR_OPTIONS,
    op_password_unicode: { short: "p", help: "as -u" },
  },
  details: "Needs physical presence.",
  permissions: { "--allow-env=TSS_OPERATOR_PASSWORD": "for a secret given so" },
  example: "tss setoperatorauth -z",
  run: ({ options, io }) =>
    withContext({ options, io }, async (context) => {
      const unicode = options.unicode || options.op_password_unicode;
      const source = operatorSecret({ ...options, unicode });
      using secret = await readSecret({ ...source, confirm: true }, io);
      const policy = context.createPolicy(TSS_POLICY_OPERATOR);
      policy.setSecret(TSS_SECRET_MODE_SHA1, secret.bytes);
      await context.tpm.setOperatorAuth(policy);
      return { json: { operator: true }, text: "" };
    }),
});
