import { type Command, defineCommand } from "../command.ts";
import { OWNER_OPTIONS, ownerSecret } from "../secret_options.ts";
import { giveSecret, withContext } from "../session.ts";

/** `tss clear`: gives ownership up. */
export const command: Command = defineCommand({
  options: {
    force: { short: "f", help: "by physical presence in place of the owner's secret" },
    ...OWNER_OPTIONS,
  },
  details: "Everything sealed or wrapped is lost. The TPM is disabled and deactivated afterwards.",
  permissions: { "--allow-env=TSS_OWNER_PASSWORD": "for a secret given so" },
  example: "tss clear -z",
  run: (invocation) =>
    withContext(invocation, async ({ tpm }) => {
      const { options } = invocation;
      if (!options.force) await giveSecret(tpm, ownerSecret(options), invocation);
      await tpm.clearOwner({ forced: options.force });
      return { json: { cleared: true }, text: "" };
    }),
});
