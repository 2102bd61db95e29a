/** Bytes of a file under samples/. */
export function sampleBytes(name: string): Uint8Array {
  return Deno.readFileSync(new URL(`samples/${name}`, import.meta.url));
}

/** Text of a file under samples/. */
export function sampleText(name: string): string {
  return Deno.readTextFileSync(new URL(`samples/${name}`, import.meta.url));
}
