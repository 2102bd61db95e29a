import { markdownTable } from "../markdown_table.ts";
import { type Claim, groupOf, GROUPS, methodOf, readClaims } from "./claims.ts";
import { TSPI_FUNCTIONS } from "./tspi_functions.ts";

/** The page that {@linkcode trousersPage} makes. */
export const PAGE: URL = new URL("../../lib/tspi/COMING_FROM_TROUSERS.md", import.meta.url);

/** The page: every function of tspi.h, the method that stands for it, and what that does. */
export function trousersPage(): string {
  const claims = readClaims();
  const titles = [...new Set(GROUPS.map(({ title }) => title))];
  return `# Coming from TrouSerS

The ${TSPI_FUNCTIONS.length} functions of \`tspi.h\` and the methods of \`@deno-tss/tss/tspi\` that stand for them. Made from
their documentation by \`deno task trousers-page\`.

- A handle (\`TSS_HKEY hKey\`) is an object (\`key\`), and the first handle of a call is what the method
  is called on: \`Tspi_Key_LoadKey(hKey, hSrk)\` is \`key.loadKey(srk)\`.
- \`Tspi_Context_CreateObject\` has a short form for each type, such as \`context.createRsaKey()\`;
  \`context.tpm\` is the TPM object.
- Out parameters are what the method gives, as a \`Uint8Array\`, a value or an object of them.
- Where the TPM or the file of keys may be asked the method is asynchronous: \`await\` it.
- A \`TSS_RESULT\` other than \`TSS_SUCCESS\` is thrown as a \`TssError\`: \`codeName\` is
  \`"TSS_E_POLICY_NO_SECRET"\`, \`result\` the number with its layer.
- \`TSS_VALIDATION\` is given as \`{ externalData }\` when a nonce of one's own is wanted, and comes
  back; without one the method draws a nonce and verifies what the TPM answers.
- Constants have their names: \`TSS_KEY_TYPE_SIGNING | TSS_KEY_SIZE_2048\`. Attributes that are often
  used are also properties, such as \`key.publicBlob\`.
- \`await using context = Context.create()\` closes the context and all that it holds.

${titles.map((title) => section(title, claims)).join("\n")}`;
}

function section(title: string, claims: ReadonlyMap<string, readonly Claim[]>): string {
  const rows = TSPI_FUNCTIONS.filter((name) => groupOf(name).title === title).toSorted()
    .map((name) => [`\`${name}\``, `\`${call(name)}\``, sentence(claims.get(name) ?? [])]);
  return `## ${title}\n\n${markdownTable([["Function", "Method", "What it does"], ...rows])}`;
}

function call(name: string): string {
  const { object, variable } = groupOf(name);
  const method = methodOf(name);
  if (object === null) return `${method}()`;
  return method in object ? `Context.${method}()` : `${variable}.${method}()`;
}

/** The first sentence of a function's documentation, of the most general one where it has more. */
function sentence(claims: readonly Claim[]): string {
  const claim = claims.find(({ declaration }) => !declaration.startsWith("override")) ?? claims[0];
  const text = (claim?.text ?? "").replace(/\{@linkcode (\w+)\}/g, "`$1`")
    .replaceAll("*", "\\*");
  const first = /^.*?\.(?= |$)/.exec(text)?.[0] ?? text;
  return `${first.charAt(0).toUpperCase()}${first.slice(1)}`;
}

if (import.meta.main) Deno.writeTextFileSync(PAGE, trousersPage());
