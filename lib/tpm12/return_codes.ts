import { RETURN_CODE_TABLE } from "./return_code_table.ts";

/** Name of a return code of the TPM. */
export type ReturnCodeName = keyof typeof RETURN_CODE_TABLE;

/** A return code of the TPM (Part 2, 16). */
export interface ReturnCode {
  /** The number on the wire. */
  readonly code: number;
  /** The name in the specification. */
  readonly name: ReturnCodeName;
  /** What it says. */
  readonly meaning: string;
  /** What to do about it, where there is something to do. */
  readonly hint?: string;
}

type Row = readonly [code: number, meaning: string, hint?: string];

/** Every return code of TPM 1.2, by rising number. */
export const TPM_RETURN_CODES: readonly ReturnCode[] = Object.entries(RETURN_CODE_TABLE).map(
  ([name, row]) => {
    const [code, meaning, hint]: Row = row;
    return { code, name: name as ReturnCodeName, meaning, ...(hint !== undefined && { hint }) };
  },
);

const byCode = new Map<number, ReturnCode>(TPM_RETURN_CODES.map((entry) => [entry.code, entry]));
const byName = new Map<string, ReturnCode>(TPM_RETURN_CODES.map((entry) => [entry.name, entry]));

/** The return code with this number; `undefined` when TPM 1.2 assigns none. */
export function returnCodeByNumber(code: number): ReturnCode | undefined {
  return byCode.get(code);
}

/** The return code with this name, for example `TPM_AUTHFAIL`; `undefined` when there is none. */
export function returnCodeByName(name: ReturnCodeName): ReturnCode;
/** The return code with this name; `undefined` when there is none. */
export function returnCodeByName(name: string): ReturnCode | undefined;
export function returnCodeByName(name: string): ReturnCode | undefined {
  return byName.get(name);
}
