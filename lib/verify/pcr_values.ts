import { encode } from "../codec/mod.ts";
import { equalBytes, sha1 } from "../crypto/mod.ts";
import { selectedPcrs } from "../tpm12/pcr_selection.ts";
import { TPM_PCR_COMPOSITE, type TpmPcrComposite } from "../tpm12/structures/mod.ts";
import { VerifyError } from "./verify_error.ts";

export { selectedPcrs };

/** Values of PCRs by number, 20 bytes each. */
export type PcrValues = ReadonlyMap<number, Uint8Array>;

/** Throws a `TypeError` when a value has not 20 bytes. */
export function requirePcrValues(values: PcrValues, evidence: string): void {
  for (const [index, value] of values) {
    if (value.length !== 20) {
      throw new TypeError(
        `Cannot verify ${evidence}: PCR ${index} takes 20 bytes, ${value.length} given`,
      );
    }
  }
}

/** The values in a composite by PCR. */
export function compositeValues(
  { select, pcrValue }: TpmPcrComposite,
  evidence: string,
): Map<number, Uint8Array> {
  const indices = selectedPcrs(select.pcrSelect);
  if (indices.length !== pcrValue.length) {
    throw new VerifyError(evidence, {
      reason: "malformed",
      field: "TPM_PCR_COMPOSITE.pcrValue",
      detail: `${indices.length} PCRs are selected, ${pcrValue.length} values given`,
    });
  }
  return new Map(indices.map((index, i) => [index, pcrValue[i]!]));
}

/** The composite digest of PCR values under a selection; `null` when a value is missing. */
export function compositeDigest(pcrSelect: Uint8Array, values: PcrValues): Uint8Array | null {
  const pcrValue = selectedPcrs(pcrSelect).map((index) => values.get(index));
  if (pcrValue.some((value) => value === undefined)) return null;
  return sha1(encode(TPM_PCR_COMPOSITE, {
    select: { pcrSelect },
    pcrValue: pcrValue as Uint8Array[],
  }));
}

/** Requires the PCRs to have the expected values; says which has not. */
export function checkPcrs(
  found: PcrValues,
  { expected, evidence, notFound }: { expected: PcrValues; evidence: string; notFound: string },
): void {
  for (const [pcrIndex, value] of expected) {
    const actual = found.get(pcrIndex);
    if (actual && equalBytes(actual, value)) continue;
    throw new VerifyError(evidence, {
      reason: "pcr",
      field: `PCR ${pcrIndex}`,
      detail: actual ? `it is ${actual.toHex()}, expected ${value.toHex()}` : notFound,
      pcrIndex,
    });
  }
}
