import { CliError } from "./errors.ts";
import { readText } from "./files.ts";
import type { CliIo } from "./io.ts";
import { toJson } from "./yaml.ts";

/** What `tss quote` writes and `tss verifyquote` reads, as JSON with hexadecimal digits. */
export interface QuoteFile {
  /** The signed bytes: TPM_QUOTE_INFO, or TPM_QUOTE_INFO2 and what follows it. */
  readonly quote: Uint8Array;
  /** TPM_PCR_COMPOSITE: the values of the PCRs. */
  readonly composite: Uint8Array;
  /** The signature over `quote`. */
  readonly signature: Uint8Array;
}

const FIELDS = ["quote", "composite", "signature"] as const satisfies readonly (keyof QuoteFile)[];

/** The text of the file. */
export function formatQuoteFile(quote: QuoteFile): string {
  return `${JSON.stringify(toJson(quote), null, 2)}\n`;
}

/** Reads the file, or standard input. */
export async function readQuoteFile(path: string | undefined, io: CliIo): Promise<QuoteFile> {
  const text = await readText(path, io);
  const fail = (reason: string) => new CliError(`Cannot read quote ${path ?? "-"}: ${reason}`);
  let json: Record<string, unknown>;
  try {
    json = JSON.parse(text);
  } catch {
    throw fail("it is no JSON");
  }
  const entries = FIELDS.map((field) => {
    const digits = json?.[field];
    if (typeof digits === "string" && /^([0-9a-f]{2})+$/i.test(digits)) {
      return [field, Uint8Array.fromHex(digits)];
    }
    throw fail(`its ${field} is missing, or no hexadecimal digits`);
  });
  return Object.fromEntries(entries);
}
