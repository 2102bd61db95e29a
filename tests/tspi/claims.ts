import * as tspi from "../../lib/tspi/mod.ts";

/** Functions of tspi.h that are methods of one class here. */
export interface FunctionGroup {
  /** What their names have after `Tspi_`. */
  readonly prefix: string;
  /** What the page calls them. */
  readonly title: string;
  /** The class; `null` for functions of the module. */
  readonly object: { readonly prototype: object } | null;
  /** What an object of the class is called. */
  readonly variable: string;
}

/** The groups; a function is in the first whose prefix it has. */
export const GROUPS: readonly FunctionGroup[] = [
  { prefix: "Context_", title: "Context", object: tspi.Context, variable: "context" },
  { prefix: "Policy_", title: "Policies", object: tspi.Policy, variable: "policy" },
  { prefix: "TPM_", title: "TPM", object: tspi.Tpm, variable: "tpm" },
  { prefix: "PcrComposite_", title: "PCRs", object: tspi.PcrComposite, variable: "pcrs" },
  { prefix: "Key_", title: "Keys", object: tspi.Key, variable: "key" },
  { prefix: "Hash_", title: "Hashes", object: tspi.Hash, variable: "hash" },
  { prefix: "Data_", title: "Encrypted data", object: tspi.EncData, variable: "encData" },
  { prefix: "NV_", title: "NV storage", object: tspi.NvStore, variable: "nvStore" },
  {
    prefix: "DAA_Issuer_",
    title: "DAA, the issuer",
    object: tspi.DaaIssuerKey,
    variable: "issuerKey",
  },
  { prefix: "DAA_ARA_", title: "DAA, the authority", object: tspi.DaaAraKey, variable: "araKey" },
  {
    prefix: "DAA_",
    title: "DAA, platform and verifier",
    object: tspi.DaaCredential,
    variable: "credential",
  },
  { prefix: "EncodeDER_", title: "Blobs in DER", object: null, variable: "" },
  { prefix: "DecodeBER_", title: "Blobs in DER", object: null, variable: "" },
  { prefix: "", title: "Any object", object: tspi.TspObject, variable: "object" },
];

/** A comment that begins with a function's name, and what it is on. */
export interface Claim {
  /** The file in lib/tspi. */
  readonly file: string;
  /** The comment after the name, on one line. */
  readonly text: string;
  /** The declaration's first line. */
  readonly declaration: string;
}

const COMMENT = /\/\*\*\s*(?:\* )?`(Tspi_\w+)`:\s*((?:(?!\*\/)[\s\S])*?)\s*\*\/\s*([^\n]*)/g;

/** The group of a function. */
export function groupOf(name: string): FunctionGroup {
  return GROUPS.find(({ prefix }) => name.startsWith(`Tspi_${prefix}`))!;
}

/** The method that stands for a function: `LoadKeyByUUID` → `loadKeyByUUID`, `CMKX` → `cmkX`. */
export function methodOf(name: string): string {
  const { prefix, object } = groupOf(name);
  const rest = name.slice("Tspi_".length);
  const words = (object === null ? rest : rest.slice(prefix.length)).replaceAll("_", "");
  return words.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]+$|^[A-Z]/, (start) => start.toLowerCase());
}

/** The comments of lib/tspi that begin with a function's name. */
export function readClaims(): Map<string, Claim[]> {
  const found = Object.entries(readSources(new URL("../../lib/tspi/", import.meta.url)))
    .flatMap(([file, source]) =>
      [...source.matchAll(COMMENT)].map(([, name, comment, declaration]) => {
        const text = comment!.replace(/\s*\n\s*\*/g, " ").replace(/ +/g, " ");
        return { name: name!, file, text, declaration: declaration!.trim() };
      })
    );
  return Map.groupBy(found, ({ name }) => name);
}

/** The TypeScript files of a folder and of those in it, by path in the folder. */
export function readSources(folder: URL, path: string = ""): Record<string, string> {
  const files: Record<string, string> = {};
  for (const { name, isDirectory } of Deno.readDirSync(new URL(path, folder))) {
    if (isDirectory) Object.assign(files, readSources(folder, `${path}${name}/`));
    else if (name.endsWith(".ts")) {
      files[`${path}${name}`] = Deno.readTextFileSync(new URL(`${path}${name}`, folder));
    }
  }
  return files;
}
