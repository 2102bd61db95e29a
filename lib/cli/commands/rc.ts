import { TPM_RETURN_CODES, TSS_LAYERS, TSS_RETURN_CODES, TssError } from "../../tpm12/mod.ts";
import { type Command, defineCommand } from "../command.ts";
import { UsageError } from "../errors.ts";
import { parseInteger } from "../numbers.ts";

/** `tss rc`: explains TSS_RESULTs and names of return codes; needs no TPM. */
export const command: Command = defineCommand({
  options: {},
  operands: "CODE...",
  details: "CODE is a TSS_RESULT (0x18, 8216) or the name of a code (TPM_AUTHFAIL).",
  permissions: {},
  noTpm: true,
  example: "tss rc 0x18 TSS_E_NOTIMPL",
  run({ operands }) {
    if (operands.length === 0) throw new UsageError("CODE is missing");
    const codes = operands.flatMap((text) => explain(text));
    return Promise.resolve({
      json: { codes },
      text: codes.map(({ result, layer, codeName, meaning, hint }) =>
        `0x${result.toString(16)} ${codeName} (${layer}): ${meaning}${hint ? `. ${hint}` : ""}\n`
      ).join(""),
    });
  },
});

interface Explained {
  result: number;
  layer: string;
  codeName: string;
  meaning: string;
  hint: string | undefined;
}

function explain(text: string): Explained[] {
  const results = /^[A-Z]/.test(text) ? resultsByName(text) : [parseInteger(text, "CODE")];
  return results.map((result) => {
    if (result === 0) {
      const meaning = "success";
      return { result, layer: "tpm", codeName: "TPM_SUCCESS", meaning, hint: undefined };
    }
    const { layer, codeName, detail, hint } = TssError.fromResult(result);
    return { result, layer, codeName, meaning: detail, hint };
  });
}

/** A common code has a result in every layer. */
function resultsByName(name: string): number[] {
  const found = TSS_LAYERS.flatMap((layer, index) => {
    const rows: readonly { code: number; name: string }[] = layer === "tpm"
      ? TPM_RETURN_CODES
      : TSS_RETURN_CODES[layer];
    return rows.filter((row) => row.name === name).map(({ code }) => index << 12 | code);
  });
  if (found.length > 0) return found;
  throw new UsageError(`There is no return code ${name}`);
}
