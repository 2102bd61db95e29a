/** A DER sequence whose integers are written as short as they can be: OpenSSL takes no other. */
export function shortestDer(bytes: Uint8Array): Uint8Array {
  const { content } = element(bytes, 0);
  const parts: number[] = [];
  for (let at = 0; at < content.length;) {
    const { tag, content: inner, end } = element(content, at);
    parts.push(...encode(tag, tag === 2 ? shortest(inner) : inner));
    at = end;
  }
  return Uint8Array.from(encode(0x30, Uint8Array.from(parts)));
}

function element(
  bytes: Uint8Array,
  at: number,
): { tag: number; content: Uint8Array; end: number } {
  const first = bytes[at + 1]!;
  const count = first & 0x80 ? first & 0x7f : 0;
  const length = count === 0
    ? first
    : bytes.subarray(at + 2, at + 2 + count).reduce((sum, byte) => sum * 256 + byte, 0);
  const start = at + 2 + count;
  return { tag: bytes[at]!, content: bytes.subarray(start, start + length), end: start + length };
}

function shortest(integer: Uint8Array): Uint8Array {
  let start = 0;
  while (start < integer.length - 1 && integer[start] === 0 && integer[start + 1]! < 0x80) start++;
  return integer.subarray(start);
}

function encode(tag: number, content: Uint8Array): number[] {
  const { length } = content;
  const size = length < 0x80
    ? [length]
    : length < 0x100
    ? [0x81, length]
    : [0x82, length >> 8, length & 0xff];
  return [tag, ...size, ...content];
}
