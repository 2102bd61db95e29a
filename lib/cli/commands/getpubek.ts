import { TssError } from "../../tpm12/mod.ts";
import type { Context, Key } from "../../tspi/mod.ts";
import { type Command, defineCommand } from "../command.ts";
import { PUBLIC_KEY_OPTIONS, reportPublicKey } from "../public_key_report.ts";
import { OWNER_OPTIONS, ownerSecret } from "../secret_options.ts";
import { giveSecret, withContext } from "../session.ts";

/** `tss getpubek`: the public endorsement key. */
export const command: Command = defineCommand({
  options: {
    ...PUBLIC_KEY_OPTIONS,
    ...OWNER_OPTIONS,
  },
  details: "The owner's secret is asked for only where the TPM tells nobody else.",
  permissions: {
    "--allow-write=FILE": "for -o",
    "--allow-env=TSS_OWNER_PASSWORD": "for a secret given so",
  },
  example: "tss getpubek -z --format jwk",
  run: (invocation) =>
    withContext(invocation, async (context) => {
      const { options } = invocation;
      const asOwner = options["well-known"] || options["owner-password"] !== undefined;
      const secret = () => giveSecret(context.tpm, ownerSecret(options), invocation);
      const key = await readEk(context, { asOwner, secret });
      return await reportPublicKey(key.publicBlob, options);
    }),
});

/** Read as the owner when that is asked for, or the only way. */
async function readEk(
  { tpm }: Context,
  { asOwner, secret }: { asOwner: boolean; secret: () => Promise<void> },
): Promise<Key> {
  if (!asOwner) {
    try {
      return (await tpm.getPubEndorsementKey()).endorsementPubKey;
    } catch (error) {
      if (!(error instanceof TssError) || error.codeName !== "TPM_DISABLED_CMD") throw error;
    }
  }
  await secret();
  return (await tpm.getPubEndorsementKey({ ownerAuthorized: true })).endorsementPubKey;
}
