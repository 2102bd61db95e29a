import {
  COMMON_ERROR_TABLE,
  TCS_ERROR_TABLE,
  TDDL_ERROR_TABLE,
  TSP_ERROR_TABLE,
} from "./tss_return_code_table.ts";

/** Which part of the stack a result comes from; it stands in bits 12 to 15. */
export type TssLayer = "tpm" | "tddl" | "tcs" | "tsp";

/** The layers by their number. */
export const TSS_LAYERS: readonly TssLayer[] = ["tpm", "tddl", "tcs", "tsp"];

/** What every layer above the TPM may say, for example `FAIL`. */
export type CommonError = keyof typeof COMMON_ERROR_TABLE;

/** Name of an error of the driver library. */
export type TddlCodeName = `TDDL_E_${CommonError | keyof typeof TDDL_ERROR_TABLE}`;

/** Name of an error of the core services. */
export type TcsCodeName = `TCS_E_${CommonError | keyof typeof TCS_ERROR_TABLE}`;

/** Name of an error of the service provider. */
export type TspCodeName = `TSS_E_${CommonError | keyof typeof TSP_ERROR_TABLE}`;

/** Name of an error above the TPM. */
export type TssCodeName = TddlCodeName | TcsCodeName | TspCodeName;

/** A return code of the TSS. */
export interface TssReturnCode {
  /** The number without its layer. */
  readonly code: number;
  /** The name in the specification. */
  readonly name: TssCodeName;
  /** What it says. */
  readonly meaning: string;
  /** What to do about it, where there is something to do. */
  readonly hint?: string;
}

type Row = readonly [code: number, meaning: string, hint?: string];

function codesOf(prefix: string, table: Readonly<Record<string, Row>>): TssReturnCode[] {
  return Object.entries(table).map(([suffix, [code, meaning, hint]]) => {
    const name = `${prefix}${suffix}` as TssCodeName;
    return { code, name, meaning, ...(hint !== undefined && { hint }) };
  });
}

const COMMON = codesOf("TSS_E_", COMMON_ERROR_TABLE);

/** The codes of each layer above the TPM; the common ones, named `TSS_E_`, are in all of them. */
export const TSS_RETURN_CODES: Readonly<
  Record<Exclude<TssLayer, "tpm">, readonly TssReturnCode[]>
> = {
  tddl: [...COMMON, ...codesOf("TDDL_E_", TDDL_ERROR_TABLE)],
  tcs: [...COMMON, ...codesOf("TCS_E_", TCS_ERROR_TABLE)],
  tsp: [...COMMON, ...codesOf("TSS_E_", TSP_ERROR_TABLE)],
};

const all = Object.entries(TSS_RETURN_CODES);
const byNumber = new Map<string, Map<number, TssReturnCode>>(
  all.map(([layer, codes]) => [layer, new Map(codes.map((entry) => [entry.code, entry]))]),
);
const byName = new Map<string, TssReturnCode>(
  all.flatMap(([, codes]) => codes.map((entry) => [entry.name, entry] as const)),
);
// The headers also spell common codes with the prefix of a layer, as TDDL_E_FAIL.
for (const entry of COMMON) {
  for (const prefix of ["TDDL_E_", "TCS_E_"]) {
    byName.set(entry.name.replace("TSS_E_", prefix), entry);
  }
}

/** The code of a layer with this number; `undefined` when there is none. */
export function tssReturnCode(
  layer: Exclude<TssLayer, "tpm">,
  code: number,
): TssReturnCode | undefined {
  return byNumber.get(layer)?.get(code);
}

/** The code with this name, for example `TSS_E_BAD_PARAMETER`; `undefined` when there is none. */
export function tssReturnCodeByName(name: string): TssReturnCode | undefined {
  return byName.get(name);
}
