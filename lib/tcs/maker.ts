/** Four letters that name the maker of the stack. */
export const MANUFACTURER = "DENO";
/** TSS_VERSION of the stack: for TSS 1.2, revision 0.1. */
export const TSS_VERSION: readonly number[] = [1, 2, 0, 1];

/** {@linkcode MANUFACTURER} as four bytes. */
export function manufacturerId(): Uint8Array {
  return new TextEncoder().encode(MANUFACTURER);
}
