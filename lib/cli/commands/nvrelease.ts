import { type Command, defineCommand } from "../command.ts";
import { NV_INDEX, nvArea } from "../nv.ts";
import { UNICODE } from "../secret_options.ts";
import { giveSecret, withContext } from "../session.ts";

/** `tss nvrelease`: takes an NV area away. */
export const command: Command = defineCommand({
  options: {
    ...NV_INDEX,
    pwdo: { short: "o", value: "SECRET", optional: true, help: "the owner's password" },
    "owner-well-known": { short: "y", help: "the owner's secret is 20 zero bytes" },
    ...UNICODE,
  },
  permissions: { "--allow-env=TSS_OWNER_PASSWORD": "for a secret given so" },
  example: "tss nvrelease -y -i 0x1000",
  run: ({ options, io }) =>
    withContext({ options, io }, async (context) => {
      const area = nvArea(context, options.index);
      if (await context.tpm.isOwned()) {
        const { pwdo: given, "owner-well-known": wellKnown, unicode } = options;
        await giveSecret(context.tpm, { role: "owner", option: "-o", given, wellKnown, unicode }, {
          io,
        });
      }
      await area.releaseSpace();
      return { json: { index: area.index, released: true }, text: "" };
    }),
});
