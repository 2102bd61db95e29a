/** The PCRs a selection names, rising: bit i%8 of byte i/8 stands for PCR i (Part 2, 8.1). */
export function selectedPcrs(pcrSelect: Uint8Array): number[] {
  const indices: number[] = [];
  for (let index = 0; index < pcrSelect.length * 8; index++) {
    if ((pcrSelect[index >> 3]! >> (index & 7)) & 1) indices.push(index);
  }
  return indices;
}

/**
 * The selection of some PCRs, `size` bytes long, by default the three of a TPM with 24 PCRs. Throws
 * a RangeError for an index beyond it.
 */
export function pcrSelect(indices: Iterable<number>, size: number = 3): Uint8Array {
  const select = new Uint8Array(size);
  for (const index of indices) {
    if (!Number.isInteger(index) || index < 0 || index >= size * 8) {
      throw new RangeError(`Cannot select PCR ${index}: there are 0 to ${size * 8 - 1}`);
    }
    select[index >> 3]! |= 1 << (index & 7);
  }
  return select;
}
