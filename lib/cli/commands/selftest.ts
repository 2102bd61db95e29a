import { type Command, defineCommand } from "../command.ts";
import { withContext } from "../session.ts";

/** `tss selftest`: lets the TPM test itself. */
export const command: Command = defineCommand({
  options: {
    results: { short: "r", help: "only report the results of the last test" },
  },
  permissions: {},
  example: "tss selftest",
  run: (invocation) =>
    withContext(invocation, async ({ tpm }) => {
      if (!invocation.options.results) await tpm.selfTestFull();
      const results = await tpm.getTestResult();
      return { json: { results: results.toHex() } };
    }),
});
