import { decodeSealedFile, decryptSealedData } from "../../formats/mod.ts";
import { TSS_ENCDATA_SEAL } from "../../tspi/mod.ts";
import { type Command, defineCommand } from "../command.ts";
import { readText, writeOutput } from "../files.ts";
import { authorizeSrk } from "../keys.ts";
import { SRK_OPTIONS, srkSecret } from "../secret_options.ts";
import { withContext } from "../session.ts";
import { filePolicy } from "./sealdata.ts";

/** `tss unsealdata`: opens what sealdata, or tpm_sealdata, has sealed. */
export const command: Command = defineCommand({
  options: {
    infile: { short: "i", value: "FILE", help: "the sealed file; default is standard input" },
    outfile: { short: "o", value: "FILE", help: "what was sealed; default is standard output" },
    ...SRK_OPTIONS,
  },
  permissions: {
    "--allow-read=FILE": "for -i",
    "--allow-write=FILE": "for -o, which only its owner may read",
    "--allow-env=TSS_SRK_PASSWORD": "for a secret given so",
  },
  example: "tss unsealdata -z -i secret.sealed -o secret",
  async run({ options, io }) {
    const file = decodeSealedFile(await readText(options.infile, io));
    return await withContext({ options, io }, async (context) => {
      const srk = await authorizeSrk(context, srkSecret(options), { io });
      const policy = filePolicy(context);
      const key = await context.loadKeyByBlob(srk, file.key);
      policy.assignToObject(key);
      const sealed = context.createEncData(TSS_ENCDATA_SEAL);
      policy.assignToObject(sealed);
      sealed.blob = file.sealedKey;
      const symmetricKey = await sealed.unseal(key);
      try {
        const bytes = decryptSealedData(file, symmetricKey);
        if (options.outfile === undefined) return { json: { data: bytes.toHex() }, bytes };
        try {
          await writeOutput(options.outfile, bytes, { secret: true });
        } finally {
          bytes.fill(0);
        }
        return { json: { file: options.outfile, bytes: bytes.length }, text: "" };
      } finally {
        symmetricKey.fill(0);
      }
    });
  },
});
