import {
  encodeSealedFile,
  encryptSealedData,
  SEALED_FILE_PASSWORD,
  type SealedFileCipher,
} from "../../formats/mod.ts";
import {
  type Context,
  type Key,
  type PcrComposite,
  type Policy,
  TSS_ENCDATA_SEAL,
  TSS_KEY_AUTHORIZATION,
  TSS_KEY_NOT_MIGRATABLE,
  TSS_KEY_SIZE_2048,
  TSS_KEY_TYPE_STORAGE,
  TSS_KEY_VOLATILE,
  TSS_POLICY_USAGE,
  TSS_SECRET_MODE_PLAIN,
} from "../../tspi/mod.ts";
import { type Command, defineCommand } from "../command.ts";
import { UsageError } from "../errors.ts";
import { readInput, writeOutput } from "../files.ts";
import { authorizeSrk, pcrComposite } from "../keys.ts";
import { parsePcrs } from "../pcrs.ts";
import { SRK_OPTIONS, srkSecret } from "../secret_options.ts";
import { withContext } from "../session.ts";

/** Bytes of the symmetric key. */
const KEY_SIZE = 32;

/** `tss sealdata`: encrypts a file for this TPM and its PCRs, as tpm_sealdata does. */
export const command: Command = defineCommand({
  options: {
    infile: { short: "i", value: "FILE", help: "what to seal; default is standard input" },
    outfile: { short: "o", value: "FILE", help: "the sealed file; default is standard output" },
    pcr: {
      short: "p",
      value: "PCRS",
      many: true,
      help: "PCRs that must have their values again, now's or 0=VALUE",
    },
    cipher: { value: "NAME", help: "AES-256-CBC (default), or AES-256-GCM, which tpm-tools lack" },
    ...SRK_OPTIONS,
  },
  details: "The file is that of tpm_sealdata: tpm_unsealdata opens it.",
  permissions: {
    "--allow-read=FILE": "for -i",
    "--allow-write=FILE": "for -o",
    "--allow-env=TSS_SRK_PASSWORD": "for a secret given so",
  },
  example: "tss sealdata -z -p 0-7 -i secret -o secret.sealed",
  async run({ options, io }) {
    const pcrs = parsePcrs(options.pcr, "-p");
    const cipher = cipherOf(options.cipher);
    const plain = await readInput(options.infile, io);
    try {
      return await withContext({ options, io }, async (context) => {
        const srk = await authorizeSrk(context, srkSecret(options), { io });
        const composite = await pcrComposite(context, pcrs);
        const text = await sealFile(plain, { cipher, srk, composite });
        if (options.outfile !== undefined) await writeOutput(options.outfile, text);
        const json = { file: options.outfile ?? null, cipher, pcrs: [...pcrs.keys()] };
        if (options.outfile !== undefined) return { json, text: "" };
        return { json: { ...json, sealed: text }, text };
      });
    } finally {
      plain.fill(0);
    }
  },
});

function cipherOf(name: string = "AES-256-CBC"): SealedFileCipher {
  const upper = name.toUpperCase();
  if (upper === "AES-256-CBC" || upper === "AES-256-GCM") return upper;
  throw new UsageError("--cipher takes AES-256-CBC or AES-256-GCM");
}

/** A storage key, a symmetric key sealed under it, and the data encrypted with that. */
async function sealFile(
  plain: Uint8Array,
  { cipher, srk, composite }: {
    cipher: SealedFileCipher;
    srk: Key;
    composite: PcrComposite | null;
  },
): Promise<string> {
  const { context } = srk;
  const policy = filePolicy(context);
  const key = context.createRsaKey(
    TSS_KEY_TYPE_STORAGE | TSS_KEY_SIZE_2048 | TSS_KEY_VOLATILE | TSS_KEY_AUTHORIZATION |
      TSS_KEY_NOT_MIGRATABLE,
  );
  policy.assignToObject(key);
  await key.createKey(srk);
  await key.loadKey(srk);
  const symmetricKey = await context.tpm.getRandom(KEY_SIZE);
  try {
    const sealed = context.createEncData(TSS_ENCDATA_SEAL);
    policy.assignToObject(sealed);
    await sealed.seal(key, symmetricKey, { pcrComposite: composite });
    return encodeSealedFile({
      key: key.blob,
      sealedKey: sealed.blob,
      cipher,
      data: encryptSealedData(plain, { key: symmetricKey, cipher }),
    });
  } finally {
    symmetricKey.fill(0);
  }
}

/** The password that every such file has. */
export function filePolicy(context: Context): Policy {
  const policy = context.createPolicy(TSS_POLICY_USAGE);
  policy.setSecret(TSS_SECRET_MODE_PLAIN, SEALED_FILE_PASSWORD);
  return policy;
}
