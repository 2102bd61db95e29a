const WIDTH = 16;

/** Bytes as people read them: offset, digits, and what is printable of them. */
export function hexDump(bytes: Uint8Array, offset = 0): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += WIDTH) {
    const line = bytes.subarray(at, at + WIDTH);
    const digits = Array.from(line, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const shown = Array.from(
      line,
      (byte) => byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".",
    ).join("");
    text += `${(offset + at).toString(16).padStart(8, "0")}  ${
      digits.padEnd(3 * WIDTH)
    } ${shown}\n`;
  }
  return text;
}
