import { returnCodeByName, returnCodeByNumber } from "./return_codes.ts";
import {
  TSS_LAYERS,
  type TssLayer,
  tssReturnCode,
  tssReturnCodeByName,
} from "./tss_return_codes.ts";

/** What a {@linkcode TssError} is made of. */
export interface TssErrorOptions {
  /** Where it arose. */
  readonly layer: TssLayer;
  /** The number without its layer. */
  readonly code: number;
  /** What was asked for, for example `TPM_Unseal`. */
  readonly command?: string | undefined;
  /** What exactly was wrong; the table's meaning stands in its place when it is absent. */
  readonly detail?: string | undefined;
  /** What to do about it; the table's hint stands in its place when it is absent. */
  readonly hint?: string | undefined;
  /** The error behind it. */
  readonly cause?: unknown;
}

/** A result other than success, of the TPM or of a layer of the TSS. */
export class TssError extends Error {
  /** Name of the error class. */
  override readonly name = "TssError";
  /** Where it arose. */
  readonly layer: TssLayer;
  /** The number without its layer. */
  readonly code: number;
  /** The code's name in the specification, or its number when there is none. */
  readonly codeName: string;
  /** What was asked for. */
  readonly command: string | undefined;
  /** What exactly was wrong. */
  readonly detail: string;
  /** What to do about it. */
  readonly hint: string | undefined;

  /** Looks the code up in the table of its layer. */
  constructor(options: TssErrorOptions) {
    const { layer, code, command } = options;
    const row = layer === "tpm" ? returnCodeByNumber(code) : tssReturnCode(layer, code);
    const codeName = row?.name ?? `${layer.toUpperCase()} code`;
    const detail = options.detail ?? row?.meaning ?? "the code is not in the specification";
    const subject = command === undefined ? "" : `Cannot execute ${command}: `;
    super(`${subject}${codeName} (0x${code.toString(16)}): ${detail}`, { cause: options.cause });
    this.layer = layer;
    this.code = code;
    this.codeName = codeName;
    this.command = command;
    this.detail = detail;
    this.hint = options.hint ?? hintOf(row);
  }

  /** TSS_RESULT: the code with its layer in bits 12 to 15. */
  get result(): number {
    return (TSS_LAYERS.indexOf(this.layer) << 12) | this.code;
  }

  /** The same error said of a command. */
  of(command: string): TssError {
    const { layer, code, detail, hint, cause } = this;
    return new TssError({ layer, code, command, detail, hint, cause });
  }

  /** The error of a TSS_RESULT, which is not 0. */
  static fromResult(
    result: number,
    options: Omit<TssErrorOptions, "layer" | "code"> = {},
  ): TssError {
    const layer = TSS_LAYERS[(result >>> 12) & 0xf];
    // A layer beyond the four is nobody's; the number is kept whole.
    if (layer === undefined) return new TssError({ ...options, layer: "tsp", code: result });
    return new TssError({ ...options, layer, code: result & 0xfff });
  }
}

/** Name of a TPM return code. */
export type ReturnCodeName = `TPM_${string}`;

/** An error of the TPM by the name of its code. */
export function tpmError(name: ReturnCodeName, detail?: string): TssError {
  const row = returnCodeByName(name);
  if (row === undefined) throw new TypeError(`${name} is no return code of TPM 1.2`);
  return new TssError({ layer: "tpm", code: row.code, detail });
}

/** An error of another layer by the name of its code. */
export function tssError(
  layer: Exclude<TssLayer, "tpm">,
  name: string,
  { detail, command, hint, cause }: Omit<TssErrorOptions, "layer" | "code"> = {},
): TssError {
  const row = tssReturnCodeByName(name);
  if (row === undefined) throw new TypeError(`${name} is no return code of the TSS`);
  return new TssError({ layer, code: row.code, detail, command, hint, cause });
}

function hintOf(row: object | undefined): string | undefined {
  return row !== undefined && "hint" in row ? row.hint as string | undefined : undefined;
}
