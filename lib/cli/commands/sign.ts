import type { DigestAlgorithm } from "../../formats/mod.ts";
import { hashToSign, signsAnyDigest } from "../../tpm/hash_to_sign.ts";
import type { Hash, Key } from "../../tspi/mod.ts";
import { type Command, defineCommand } from "../command.ts";
import { UsageError } from "../errors.ts";
import { readInput, writeOutput } from "../files.ts";
import { loadKeyFile, openParent, PARENT_OPTIONS } from "../keys.ts";
import { KEY_SECRET, keySecret, SRK_OPTIONS } from "../secret_options.ts";
import { withContext } from "../session.ts";

const DIGESTS = [
  "sha1",
  "sha256",
  "sha384",
  "sha512",
] as const satisfies readonly DigestAlgorithm[];

/** `tss sign`: signs a file. */
export const command: Command = defineCommand({
  options: {
    key: { short: "k", value: "FILE", help: "the wrapped key" },
    infile: { short: "i", value: "FILE", help: "what to sign; default is standard input" },
    outfile: { short: "o", value: "FILE", help: "the signature; default is standard output" },
    digest: {
      short: "d",
      value: "NAME",
      help: `for a key of scheme der: ${DIGESTS.join(", ")}; default sha256`,
    },
    ...KEY_SECRET,
    ...PARENT_OPTIONS,
    ...SRK_OPTIONS,
  },
  details:
    "PKCS#1 v1.5. A key of scheme sha1 signs the SHA-1 of the file; one of scheme info a\nTPM_SIGN_INFO about it, which --json shows.",
  permissions: {
    "--allow-read=FILE": "for -k, -i and --parent",
    "--allow-write=FILE": "for -o",
    "--allow-env=TSS_SRK_PASSWORD,TSS_KEY_PASSWORD": "for secrets given so",
  },
  example: "tss sign -z -k key.pem -i file -o file.sig\n" +
    "openssl dgst -sha1 -verify key.pub -signature file.sig file",
  async run({ options, io }) {
    const { key: path, outfile } = options;
    if (path === undefined) throw new UsageError("-k is missing: the key to sign with");
    const digest = DIGESTS.find((name) => name === options.digest);
    if (options.digest !== undefined && digest === undefined) {
      throw new UsageError(`--digest takes ${DIGESTS.join(", ")}`);
    }
    const data = await readInput(options.infile, io);
    return await withContext({ options, io }, async (context) => {
      const parent = await openParent(context, options, { io });
      const key = await loadKeyFile(parent, { path, secret: keySecret(options), io });
      const hash = hashFor(key, data, digest);
      const bytes = await hash.sign(key);
      const signInfo = hash.signInfo === null ? {} : { signInfo: hash.signInfo.toHex() };
      const json = { signature: bytes.toHex(), ...signInfo };
      if (outfile === undefined) return { json, bytes };
      await writeOutput(outfile, bytes);
      return { json, text: "" };
    });
  },
});

/** What the key's scheme signs of the data. */
function hashFor(key: Key, data: Uint8Array, digest: DigestAlgorithm | undefined): Hash {
  const any = signsAnyDigest(key);
  const algorithm = digest ?? (any ? "sha256" : "sha1");
  if (!any && algorithm !== "sha1") throw new UsageError("The key's scheme signs SHA-1 alone");
  return hashToSign(key, data, algorithm);
}
