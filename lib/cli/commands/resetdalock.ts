import { TSS_TPMSTATUS_RESETLOCK } from "../../tspi/mod.ts";
import { type Command, defineCommand } from "../command.ts";
import { OWNER_OPTIONS, ownerSecret } from "../secret_options.ts";
import { giveSecret, withContext } from "../session.ts";

/** `tss resetdalock`: ends the lockout after wrong secrets. */
export const command: Command = defineCommand({
  options: OWNER_OPTIONS,
  permissions: { "--allow-env=TSS_OWNER_PASSWORD": "for a secret given so" },
  example: "tss resetdalock -z",
  run: ({ options, io }) =>
    withContext({ options, io }, async ({ tpm }) => {
      await giveSecret(tpm, ownerSecret(options), { io });
      await tpm.setStatus(TSS_TPMSTATUS_RESETLOCK, true);
      return { json: { reset: true }, text: "" };
    }),
});
