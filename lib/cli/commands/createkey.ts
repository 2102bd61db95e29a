import { sha1 } from "../../crypto/mod.ts";
import { encodeTssKeyPem } from "../../formats/mod.ts";
import {
  type Context,
  type Key,
  TSS_KEY_AUTHORIZATION,
  TSS_KEY_NO_AUTHORIZATION,
  TSS_KEY_NOT_MIGRATABLE,
  TSS_KEY_TYPE_BIND,
  TSS_KEY_TYPE_IDENTITY,
  TSS_KEY_TYPE_LEGACY,
  TSS_KEY_TYPE_SIGNING,
  TSS_KEY_TYPE_STORAGE,
  TSS_SS_RSASSAPKCS1V15_DER,
  TSS_SS_RSASSAPKCS1V15_INFO,
  TSS_SS_RSASSAPKCS1V15_SHA1,
  TSS_TSPATTRIB_KEY_INFO,
  TSS_TSPATTRIB_KEYINFO_SIGSCHEME,
} from "../../tspi/mod.ts";
import { makeIdentity } from "../../tspi/make_identity.ts";
import { type Command, defineCommand, type Invocation } from "../command.ts";
import { UsageError } from "../errors.ts";
import { writeOutput } from "../files.ts";
import { writePublicKey } from "../key_files.ts";
import { openParent, PARENT_OPTIONS, pcrComposite } from "../keys.ts";
import { parseInteger } from "../numbers.ts";
import { parsePcrs } from "../pcrs.ts";
import {
  KEY_SECRET,
  keySecret,
  OWNER_SECRET,
  ownerSecret,
  SRK_OPTIONS,
} from "../secret_options.ts";
import { giveSecret, withContext } from "../session.ts";

const TYPES = {
  signing: TSS_KEY_TYPE_SIGNING,
  storage: TSS_KEY_TYPE_STORAGE,
  binding: TSS_KEY_TYPE_BIND,
  legacy: TSS_KEY_TYPE_LEGACY,
  identity: TSS_KEY_TYPE_IDENTITY,
} as const;

const SCHEMES = {
  sha1: TSS_SS_RSASSAPKCS1V15_SHA1,
  der: TSS_SS_RSASSAPKCS1V15_DER,
  info: TSS_SS_RSASSAPKCS1V15_INFO,
} as const;

const OPTIONS = {
  outfile: { short: "o", value: "FILE", help: "the wrapped key as PEM; default standard output" },
  pubout: { value: "FILE", help: "the public key as PEM" },
  type: { short: "t", value: "TYPE", help: `${Object.keys(TYPES).join(", ")}; default signing` },
  size: { short: "s", value: "BITS", help: "default 2048" },
  scheme: {
    value: "NAME",
    help: `what it signs: ${Object.keys(SCHEMES).join(", ")}; default sha1`,
  },
  pcr: {
    short: "p",
    value: "PCRS",
    many: true,
    help: "PCRs that must have their values to use it",
  },
  label: { value: "TEXT", help: "the label of an identity key" },
  "owner-well-known": { short: "y", help: "the owner's secret, for an identity, is 20 zero bytes" },
  ...OWNER_SECRET,
  ...KEY_SECRET,
  ...PARENT_OPTIONS,
  ...SRK_OPTIONS,
} as const;

/** `tss createkey`: makes a key under the SRK or another storage key. */
export const command: Command = defineCommand({
  options: OPTIONS,
  details:
    "Without -a anybody may use the key who may use its parent. An identity key is made as the owner.",
  permissions: {
    "--allow-write=FILE": "for -o and --pubout",
    "--allow-read=FILE": "for --parent",
    "--allow-env=TSS_SRK_PASSWORD,TSS_OWNER_PASSWORD,TSS_KEY_PASSWORD": "for secrets given so",
  },
  example: "tss createkey -z -t signing -o key.pem --pubout key.pub",
  async run({ options, io }) {
    const type = oneOf(TYPES, options.type ?? "signing", "--type");
    const scheme = options.scheme === undefined
      ? undefined
      : oneOf(SCHEMES, options.scheme, "--scheme");
    if (scheme === SCHEMES.info && options["key-password"] === undefined) {
      throw new UsageError(
        "A key of scheme info takes a password (-a): it signs the session's nonce",
      );
    }
    const size = options.size === undefined
      ? undefined
      : parseInteger(options.size, "--size", { min: 512, max: 2048 });
    const pcrs = parsePcrs(options.pcr, "-p");
    return await withContext({ options, io }, async (context) => {
      const parent = await openParent(context, options, { io });
      const key = await describeKey(context, type, { options, io });
      if (size !== undefined) key.size = size;
      if (scheme !== undefined) {
        const subFlag = TSS_TSPATTRIB_KEYINFO_SIGSCHEME;
        await key.setAttribUint32(TSS_TSPATTRIB_KEY_INFO, subFlag, { value: scheme });
      }
      const composite = await pcrComposite(context, pcrs);
      if (type !== TSS_KEY_TYPE_IDENTITY) await key.createKey(parent, composite);
      else {
        const owner = ownerSecret(options, options["owner-well-known"]);
        await giveSecret(context.tpm, owner, { io });
        // Of the label alone: it is bound to no privacy CA, whose public key would be hashed with it.
        const labelPrivCADigest = sha1(new TextEncoder().encode(options.label ?? ""));
        await makeIdentity(key, { srk: parent, pcrComposite: composite, labelPrivCADigest });
      }
      return await report(key, options);
    });
  },
});

/** The key to be, with its secret. */
async function describeKey(
  context: Context,
  type: number,
  { options, io }: Pick<Invocation<typeof OPTIONS>, "options" | "io">,
): Promise<Key> {
  const guarded = options["key-password"] !== undefined;
  const authorization = guarded ? TSS_KEY_AUTHORIZATION : TSS_KEY_NO_AUTHORIZATION;
  const key = context.createRsaKey(type | authorization | TSS_KEY_NOT_MIGRATABLE);
  if (guarded) await giveSecret(key, { ...keySecret(options), confirm: true }, { io });
  return key;
}

async function report(
  key: Key,
  { outfile, pubout }: {
    readonly outfile: string | undefined;
    readonly pubout: string | undefined;
  },
) {
  const text = encodeTssKeyPem(key.blob);
  const publicKey = writePublicKey(key.publicBlob, "pem");
  if (outfile !== undefined) await writeOutput(outfile, text);
  if (pubout !== undefined) await writeOutput(pubout, publicKey);
  const json = { publicKey, file: outfile ?? null, ...outfile === undefined ? { key: text } : {} };
  return { json, text: outfile === undefined ? text : "" };
}

function oneOf<T extends Readonly<Record<string, number>>>(
  choices: T,
  name: string,
  option: string,
): number {
  if (Object.hasOwn(choices, name)) return choices[name]!;
  throw new UsageError(`${option} takes ${Object.keys(choices).join(", ")}`);
}
