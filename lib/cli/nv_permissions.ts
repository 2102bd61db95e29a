import {
  TPM_NV_PER_AUTHREAD,
  TPM_NV_PER_AUTHWRITE,
  TPM_NV_PER_GLOBALLOCK,
  TPM_NV_PER_OWNERREAD,
  TPM_NV_PER_OWNERWRITE,
  TPM_NV_PER_PPREAD,
  TPM_NV_PER_PPWRITE,
  TPM_NV_PER_READ_STCLEAR,
  TPM_NV_PER_WRITE_STCLEAR,
  TPM_NV_PER_WRITEALL,
  TPM_NV_PER_WRITEDEFINE,
} from "../tpm12/constants/mod.ts";
import { UsageError } from "./errors.ts";
import { parseInteger } from "./numbers.ts";

/** The words of tpm-tools for the bits of TPM_NV_ATTRIBUTES. */
const WORDS: Readonly<Record<string, number>> = {
  AUTHREAD: TPM_NV_PER_AUTHREAD,
  AUTHWRITE: TPM_NV_PER_AUTHWRITE,
  OWNERREAD: TPM_NV_PER_OWNERREAD,
  OWNERWRITE: TPM_NV_PER_OWNERWRITE,
  PPREAD: TPM_NV_PER_PPREAD,
  PPWRITE: TPM_NV_PER_PPWRITE,
  GLOBALLOCK: TPM_NV_PER_GLOBALLOCK,
  READ_STCLEAR: TPM_NV_PER_READ_STCLEAR,
  WRITE_STCLEAR: TPM_NV_PER_WRITE_STCLEAR,
  WRITEDEFINE: TPM_NV_PER_WRITEDEFINE,
  WRITEALL: TPM_NV_PER_WRITEALL,
};

/** The words, for the help. */
export const NV_PERMISSION_WORDS: readonly string[] = Object.keys(WORDS);

/** Reads permissions as `OWNERREAD|AUTHWRITE`, numbers among them or alone. */
export function parseNvPermissions(text: string, what: string): number {
  let bits = 0;
  for (const part of text.split("|").map((part) => part.trim())) {
    const bit = Object.hasOwn(WORDS, part) ? WORDS[part]! : number(part, what);
    bits = (bits | bit) >>> 0;
  }
  return bits;
}

/** Writes what {@linkcode parseNvPermissions} reads; bits without a word as a number. */
export function formatNvPermissions(bits: number): string {
  const words = Object.entries(WORDS).filter(([, bit]) => (bits & bit) !== 0);
  const rest = words.reduce((left, [, bit]) => left & ~bit, bits) >>> 0;
  const parts = words.map(([word]) => word);
  return [...parts, ...rest === 0 && parts.length > 0 ? [] : [`0x${rest.toString(16)}`]].join("|");
}

function number(text: string, what: string): number {
  if (/^[0-9]/.test(text)) return parseInteger(text, what);
  throw new UsageError(`${what}: there is no permission "${text}"`);
}
