import { returnCodeByName, returnCodeByNumber, type ReturnCodeName } from "./return_codes.ts";
import {
  TSS_LAYERS,
  type TssCodeName,
  type TssLayer,
  tssReturnCode,
  tssReturnCodeByName,
} from "./tss_return_codes.ts";

export type { ReturnCodeName };

/** What a {@linkcode TssError} may say beside its code. */
export interface TssErrorDetails {
  /** What was asked for, for example `TPM_Unseal`. */
  readonly command?: string | undefined;
  /** What exactly was wrong; the table's meaning stands in its place when it is absent. */
  readonly detail?: string | undefined;
  /** What to do about it; the table's hint stands in its place when it is absent. */
  readonly hint?: string | undefined;
  /** The error behind it. */
  readonly cause?: unknown;
}

/** What a {@linkcode TssError} is made of. */
export interface TssErrorOptions extends TssErrorDetails {
  /** Where it arose. */
  readonly layer: TssLayer;
  /** The number without its layer. */
  readonly code: number;
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
  constructor({ layer, code, command, ...details }: TssErrorOptions) {
    const row = layer === "tpm" ? returnCodeByNumber(code) : tssReturnCode(layer, code);
    const number = `0x${code.toString(16)}`;
    const what = row === undefined ? `${layer} code ${number}` : `${row.name} (${number})`;
    const detail = details.detail ?? row?.meaning ?? unassigned(layer, code);
    const subject = command === undefined ? "" : `Cannot execute ${command}: `;
    super(`${subject}${what}: ${detail}`, { cause: details.cause });
    this.layer = layer;
    this.code = code;
    this.codeName = row?.name ?? number;
    this.command = command;
    this.detail = detail;
    this.hint = details.hint ?? row?.hint;
  }

  /** TSS_RESULT: the code with its layer in bits 12 to 15. */
  get result(): number {
    return ((TSS_LAYERS.indexOf(this.layer) << 12) ^ this.code) >>> 0;
  }

  /** The same error said of a command. */
  of(command: string): TssError {
    const { layer, code, detail, hint, cause } = this;
    return new TssError({ layer, code, command, detail, hint, cause });
  }

  /** The error of a TSS_RESULT, which is not 0. */
  static fromResult(result: number, details: TssErrorDetails = {}): TssError {
    if (result === 0) throw new TypeError("Cannot make an error of result 0: it is success");
    const layer = TSS_LAYERS[result >>> 12];
    // Beyond the four layers, bits 12 and up stay in the code, so that `result` is what came.
    if (layer === undefined) {
      return new TssError({ ...details, layer: "tsp", code: (result ^ TSP_BITS) >>> 0 });
    }
    return new TssError({ ...details, layer, code: result & 0xfff });
  }
}

const TSP_BITS = 0x3000;
/** Return codes from here on ask to come again: nothing has happened (Part 2, 16). */
const TPM_NON_FATAL = 0x800;
const TPM_VENDOR_ERROR = 0x400;
const TSS_VENDOR_OFFSET = 0x800;

function unassigned(layer: TssLayer, code: number): string {
  const ofMaker = layer === "tpm" ? (code & TPM_VENDOR_ERROR) !== 0 : code >= TSS_VENDOR_OFFSET;
  return ofMaker && code <= 0xfff
    ? "the maker knows what it means"
    : "the code is not in the specification";
}

/** Whether the TPM refused a command for good, which ends the sessions it came with (Part 1, 13.2). */
export function isRefusal(error: unknown): error is TssError {
  return error instanceof TssError && error.layer === "tpm" && error.code < TPM_NON_FATAL;
}

/** An error of the TPM by the name of its code. */
export function tpmError(name: ReturnCodeName, detail?: string): TssError {
  return new TssError({ layer: "tpm", code: returnCodeByName(name).code, detail });
}

/** An error of another layer by the name of its code; common codes are every layer's. */
export function tssError(
  layer: Exclude<TssLayer, "tpm">,
  name: TssCodeName,
  details: TssErrorDetails = {},
): TssError {
  const row = tssReturnCodeByName(name);
  if (row === undefined) {
    throw new TypeError(`Cannot make an error of ${name}: there is no such code`);
  }
  return new TssError({ ...details, layer, code: row.code });
}
