import { replayPcrs } from "../../formats/mod.ts";
import { TCSD_CONF_DEFAULTS } from "../../tcsd/conf.ts";
import { verifyReplay } from "../../verify/mod.ts";
import { type Command, defineCommand } from "../command.ts";
import { parseFirmwareLog, parseImaLog } from "../event_logs.ts";
import { readInput } from "../files.ts";
import { parsePcrs } from "../pcrs.ts";
import { withContext } from "../session.ts";
import { toJson } from "../yaml.ts";

/** `tss eventlog`: what was measured into PCRs, once the TPM says it was. */
export const command: Command = defineCommand({
  options: {
    infile: { short: "i", value: "FILE", help: "the log; - standard input; default the kernel's" },
    ima: { help: "a log of IMA, binary or text, in place of the firmware's" },
    pcr: { short: "p", value: "PCRS", many: true, help: "only entries of these" },
    unverified: { help: "show the log without asking the TPM whether it is so" },
  },
  details:
    `Nothing is shown before all values that the log explains are those of the TPM's PCRs. What the
digests do not cover is shown as a remark. The kernel's logs are:
${TCSD_CONF_DEFAULTS.firmwareLogFile}
${TCSD_CONF_DEFAULTS.kernelLogFile}`,
  permissions: { "--allow-read=FILE": "for -i; for the kernel's logs --allow-all" },
  example: "tss eventlog -i binary_bios_measurements -p 0-7",
  async run({ options, io }) {
    const { ima, unverified } = options;
    const wanted = parsePcrs(options.pcr, "-p");
    const { firmwareLogFile, kernelLogFile } = TCSD_CONF_DEFAULTS;
    const path = options.infile ?? (ima ? kernelLogFile : firmwareLogFile);
    const log = await readInput(path, io);
    const { measurements, entries } = ima ? parseImaLog(log) : parseFirmwareLog(log);
    const replayed = replayPcrs(measurements);
    if (!unverified) {
      await withContext({ options, io }, async ({ tpm }) => {
        const pcrs = new Map<number, Uint8Array>();
        for (const index of replayed.keys()) pcrs.set(index, await tpm.pcrRead(index));
        verifyReplay({ replayed, pcrs });
      });
    }
    const shown = entries.filter(({ pcr }) => wanted.size === 0 || wanted.has(pcr as number));
    const json = { verified: !unverified, events: shown, sha1: replayed };
    return { json: toJson(json) as Record<string, unknown> };
  },
});
