import type { Options, Report } from "./command.ts";
import { writeOutput } from "./files.ts";
import { PUBLIC_KEY_FORMATS, writePublicKey } from "./key_files.ts";

/** Options of a command that gives a public key. */
export const PUBLIC_KEY_OPTIONS = {
  outfile: { short: "o", value: "FILE", help: "where to write it; default is standard output" },
  format: { short: "f", value: "FORM", help: `${PUBLIC_KEY_FORMATS}; default pem` },
} as const satisfies Options;

/** Writes a public key, a TPM_PUBKEY, where and as the options say. */
export async function reportPublicKey(
  pubkey: Uint8Array,
  { outfile, format = "pem" }: {
    readonly outfile: string | undefined;
    readonly format: string | undefined;
  },
): Promise<Report> {
  const written = writePublicKey(pubkey, format);
  const jwk = JSON.parse(writePublicKey(pubkey, "jwk") as string);
  const json = { publicKey: writePublicKey(pubkey, "pem"), jwk };
  if (outfile !== undefined) await writeOutput(outfile, written);
  if (outfile !== undefined) return { json: { ...json, file: outfile }, text: "" };
  return typeof written === "string" ? { json, text: written } : { json, bytes: written };
}
