/** TSS_UNICODE: text as UTF-16, little-endian, without a NUL. */
export function utf16le(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i++) {
    bytes[2 * i] = text.charCodeAt(i) & 0xff;
    bytes[2 * i + 1] = text.charCodeAt(i) >> 8;
  }
  return bytes;
}

/** Undoes {@linkcode utf16le}. */
export function fromUtf16le(bytes: Uint8Array): string {
  return new TextDecoder("utf-16le").decode(bytes as Uint8Array<ArrayBuffer>);
}
