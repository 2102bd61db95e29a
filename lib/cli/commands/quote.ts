import { encode } from "../../codec/mod.ts";
import { TPM_PCR_COMPOSITE } from "../../tpm12/structures/mod.ts";
import {
  type Key,
  type PcrComposite,
  TSS_PCRS_STRUCT_INFO,
  TSS_PCRS_STRUCT_INFO_SHORT,
} from "../../tspi/mod.ts";
import { type Command, defineCommand } from "../command.ts";
import { UsageError } from "../errors.ts";
import { writeOutput } from "../files.ts";
import { loadKeyFile, openParent, PARENT_OPTIONS } from "../keys.ts";
import { parseDigest, parsePcrs } from "../pcrs.ts";
import { formatQuoteFile, type QuoteFile } from "../quote_file.ts";
import { KEY_SECRET, keySecret, SRK_OPTIONS } from "../secret_options.ts";
import { withContext } from "../session.ts";
import { toJson } from "../yaml.ts";

/** `tss quote`: has the TPM sign values of PCRs. */
export const command: Command = defineCommand({
  options: {
    key: { short: "k", value: "FILE", help: "the wrapped key, of an identity or for signing" },
    pcr: { short: "p", value: "PCRS", many: true, help: "what to quote: 0,7 or 0-7" },
    nonce: { short: "n", value: "HEX", help: "the challenge, 20 bytes" },
    outfile: { short: "o", value: "FILE", help: "the quote as JSON; default is standard output" },
    signature: { value: "FILE", help: "the signature alone, as other tools take it" },
    message: { value: "FILE", help: "the signed bytes alone" },
    quote2: { help: "by TPM_Quote2, which tells the locality" },
    "version-info": { help: "by TPM_Quote2, and the TPM's version too" },
    ...KEY_SECRET,
    ...PARENT_OPTIONS,
    ...SRK_OPTIONS,
  },
  permissions: {
    "--allow-read=FILE": "for -k and --parent",
    "--allow-write=FILE": "for -o, --signature and --message",
    "--allow-env=TSS_SRK_PASSWORD,TSS_KEY_PASSWORD": "for secrets given so",
  },
  example: "tss quote -z -k aik.pem -p 0-7 -n $NONCE -o quote.json",
  async run({ options, io }) {
    const { key: path, nonce, outfile, signature, message } = options;
    if (path === undefined) throw new UsageError("-k is missing: the key to sign with");
    if (nonce === undefined) throw new UsageError("-n is missing: the challenge");
    const externalData = parseDigest(nonce, "-n");
    const pcrs = [...parsePcrs(options.pcr, "-p").keys()];
    if (pcrs.length === 0) throw new UsageError("-p is missing: which PCRs to quote");
    return await withContext({ options, io }, async (context) => {
      const parent = await openParent(context, options, { io });
      const key = await loadKeyFile(parent, { path, secret: keySecret(options), io });
      const second = options.quote2 || options["version-info"];
      const quote = second
        ? await quote2(key, pcrs, { externalData, addVersion: options["version-info"] })
        : await quote1(key, pcrs, { externalData });
      const text = formatQuoteFile(quote);
      if (outfile !== undefined) await writeOutput(outfile, text);
      if (signature !== undefined) await writeOutput(signature, quote.signature);
      if (message !== undefined) await writeOutput(message, quote.quote);
      return {
        json: toJson(quote) as Record<string, unknown>,
        text: outfile === undefined ? text : "",
      };
    });
  },
});

async function quote1(
  key: Key,
  pcrs: readonly number[],
  options: { externalData: Uint8Array },
): Promise<QuoteFile> {
  const { context } = key;
  const composite = context.createPcrComposite(TSS_PCRS_STRUCT_INFO);
  for (const index of pcrs) composite.selectPcrIndex(index);
  const { data, validationData } = await context.tpm.quote(key, composite, options);
  return fileOf(composite, { data, validationData });
}

/** TPM_Quote2 answers the digest of the values alone, so they are read besides. */
async function quote2(
  key: Key,
  pcrs: readonly number[],
  options: { externalData: Uint8Array; addVersion: boolean },
): Promise<QuoteFile> {
  const { context } = key;
  const composite = context.createPcrComposite(TSS_PCRS_STRUCT_INFO_SHORT);
  for (const index of pcrs) composite.setPcrValue(index, await context.tpm.pcrRead(index));
  const read = composite.composite;
  const { data, validationData } = await context.tpm.quote2(key, composite, options);
  return {
    ...fileOf(composite, { data, validationData }),
    composite: encode(TPM_PCR_COMPOSITE, read),
  };
}

function fileOf(
  { composite }: PcrComposite,
  { data, validationData }: { data: Uint8Array; validationData: Uint8Array },
): QuoteFile {
  return {
    quote: data,
    composite: encode(TPM_PCR_COMPOSITE, composite),
    signature: validationData,
  };
}
