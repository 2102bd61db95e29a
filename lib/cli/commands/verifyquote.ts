import { type PcrValues, verifyQuote } from "../../verify/mod.ts";
import { type Command, defineCommand } from "../command.ts";
import { CliError, UsageError } from "../errors.ts";
import { readPublicKey } from "../key_files.ts";
import { parseDigest, parsePcrs, type PcrChoice } from "../pcrs.ts";
import { readQuoteFile } from "../quote_file.ts";
import { toJson } from "../yaml.ts";

/** `tss verifyquote`: verifies a quote, with no TPM. */
export const command: Command = defineCommand({
  options: {
    infile: { short: "i", value: "FILE", help: "the quote; default is standard input" },
    key: { short: "k", value: "FILE", help: "the key that must have signed, public or wrapped" },
    nonce: { short: "n", value: "HEX", help: "the challenge, 20 bytes" },
    pcr: { short: "p", value: "PCRS", many: true, help: "what must be quoted: 0,7 or 0=VALUE,7" },
  },
  details:
    `Exit code 0 says that the key signed these PCR values for this challenge. Take key and challenge
from where you trust them, not from who sent the quote.`,
  permissions: { "--allow-read=FILE": "for -i and -k" },
  noTpm: true,
  example: "tss verifyquote -i quote.json -k key.pub -n $NONCE -p 0,7",
  async run({ options, io }) {
    const { key, nonce } = options;
    if (key === undefined) throw new UsageError("-k is missing: the key that must have signed");
    if (nonce === undefined) throw new UsageError("-n is missing: the challenge");
    const challenge = parseDigest(nonce, "-n");
    const wanted = parsePcrs(options.pcr, "-p");
    const publicKey = await readPublicKey(key, io);
    const evidence = await readQuoteFile(options.infile, io);
    const expectedPcrs = withValues(wanted);
    const verified = verifyQuote({ ...evidence, publicKey, nonce: challenge, expectedPcrs });
    const pcrs = verified.pcrs ?? new Map<number, Uint8Array>();
    requireQuoted(wanted, pcrs);
    const { command, locality, versionInfo, digest } = verified;
    const json = { verified: true, command, digest, pcrs, locality, versionInfo };
    return { json: toJson(json) as Record<string, unknown> };
  },
});

function withValues(wanted: PcrChoice): PcrValues {
  return new Map([...wanted].flatMap(([index, value]) => value === null ? [] : [[index, value]]));
}

function requireQuoted(wanted: PcrChoice, pcrs: PcrValues): void {
  const missing = [...wanted.keys()].filter((index) => !pcrs.has(index));
  if (missing.length === 0) return;
  throw new CliError(`Cannot verify quote: PCR ${missing.join(", ")} is not quoted`);
}
