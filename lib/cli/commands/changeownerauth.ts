import { type Command, defineCommand } from "../command.ts";
import { UsageError } from "../errors.ts";
import { openSrk } from "../keys.ts";
import { readSecret, type SecretRole, type SecretSource } from "../secrets.ts";
import { giveSecret, policyWith, withContext } from "../session.ts";

/** `tss changeownerauth`: changes the secrets of owner and SRK. */
export const command: Command = defineCommand({
  options: {
    owner: { short: "o", help: "change the owner's secret" },
    srk: { short: "s", help: "change the SRK's secret" },
    "owner-password": { value: "SECRET", help: "the owner's password as it is" },
    "new-owner-password": { value: "SECRET", help: "the owner's new password" },
    "new-srk-password": { value: "SECRET", help: "the SRK's new password" },
    "well-known": { short: "z", help: "the owner's secret is 20 zero bytes now" },
    "set-well-known": { short: "r", help: "the new secrets are to be 20 zero bytes" },
    unicode: { short: "u", help: "-g and -n" },
    original_password_unicode: { short: "g", help: "hash the old password as UTF-16LE" },
    new_password_unicode: { short: "n", help: "hash new passwords as UTF-16LE" },
  },
  details: "Both are the owner's to change.",
  permissions: { "--allow-env=TSS_OWNER_PASSWORD": "for the owner's secret as it is" },
  example: "tss changeownerauth -z -o -s",
  async run({ options, io }) {
    const { owner, srk } = options;
    if (!owner && !srk) throw new UsageError("-o or -s says which secret to change");
    const old: SecretSource = {
      role: "owner",
      option: "--owner-password",
      wellKnown: options["well-known"],
      given: options["owner-password"],
      unicode: options.unicode || options.original_password_unicode,
    };
    const fresh = (role: SecretRole): SecretSource => ({
      role,
      isNew: true,
      option: `--new-${role.toLowerCase()}-password`,
      wellKnown: options["set-well-known"],
      given: options[role === "owner" ? "new-owner-password" : "new-srk-password"],
      unicode: options.unicode || options.new_password_unicode,
    });
    return await withContext({ options, io }, async (context) => {
      const { tpm } = context;
      await giveSecret(tpm, old, { io });
      if (srk) {
        using secret = await readSecret(fresh("SRK"), io);
        const key = openSrk(context);
        await key.changeAuth(tpm, policyWith(context, secret));
      }
      if (owner) {
        using secret = await readSecret(fresh("owner"), io);
        await tpm.changeAuth(null, policyWith(context, secret));
      }
      return { json: { owner, srk }, text: "" };
    });
  },
});
