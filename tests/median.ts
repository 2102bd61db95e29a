/** The middle one, of an even number the higher of the middle ones. */
export function median(numbers: Iterable<number>): number {
  const sorted = Float64Array.from(numbers).sort();
  return sorted[sorted.length >> 1]!;
}
