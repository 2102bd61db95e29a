import { tpmError } from "../../tpm12/mod.ts";
import { type Command, defineCommand } from "../command.ts";
import { OWNER_SECRET, ownerSecret, SRK_SECRET, srkSecret } from "../secret_options.ts";
import { giveSecret, withContext } from "../session.ts";
import { createSrk } from "../keys.ts";

/** `tss takeownership`: becomes the owner. */
export const command: Command = defineCommand({
  options: {
    "owner-well-known": { short: "y", help: "the owner's secret is to be 20 zero bytes" },
    "srk-well-known": { short: "z", help: "the SRK's secret is to be 20 zero bytes" },
    ...OWNER_SECRET,
    ...SRK_SECRET,
  },
  details:
    "Asks for each secret twice where it is neither well known nor given. The TPM needs an\n" +
    "endorsement key, see `tss createek`.",
  permissions: { "--allow-env=TSS_OWNER_PASSWORD,TSS_SRK_PASSWORD": "for secrets given so" },
  example: "tss takeownership -z",
  run: (invocation) =>
    withContext(invocation, async (context) => {
      const { options } = invocation;
      // Else the first to fail were reading the endorsement key, which says less.
      if (await context.tpm.isOwned()) throw tpmError("TPM_OWNER_SET").of("TPM_TakeOwnership");
      const owner = ownerSecret(options, options["owner-well-known"]);
      await giveSecret(context.tpm, { ...owner, confirm: true }, invocation);
      const srk = createSrk(context);
      const secret = srkSecret(options, options["srk-well-known"]);
      await giveSecret(srk, { ...secret, confirm: true }, invocation);
      await context.tpm.takeOwnership(srk);
      return { json: { owned: true }, text: "" };
    }),
});
