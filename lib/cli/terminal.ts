/**
 * Reads a line from the terminal without showing it; `null` when standard input is none. Asks on
 * standard error: standard output may be what the secret opens.
 */
export function readTerminalSecret(prompt: string): Uint8Array | null {
  const { stdin, stderr } = Deno;
  if (!stdin.isTerminal()) return null;
  const say = (text: string) => stderr.writeSync(new TextEncoder().encode(text));
  // Before the prompt: what is typed until then is thrown away.
  stdin.setRaw(true, { cbreak: true });
  say(`${prompt}: `);
  const line = new Uint8Array(MAX_LINE);
  try {
    const length = readLine(line, stdin);
    return line.slice(0, length);
  } finally {
    line.fill(0);
    stdin.setRaw(false);
    say("\n");
  }
}

const MAX_LINE = 1024;
const ENDS = [0x0a, 0x0d, 0x04];
const ERASE = [0x08, 0x7f];

/** Bytes of the line; erasing takes a whole UTF-8 character back. */
function readLine(line: Uint8Array, input: { readSync(bytes: Uint8Array): number | null }): number {
  const byte = new Uint8Array(1);
  let length = 0;
  while (length < line.length) {
    if (!input.readSync(byte) || ENDS.includes(byte[0]!)) break;
    if (!ERASE.includes(byte[0]!)) line[length++] = byte[0]!;
    else while (length > 0 && (line[--length]! & 0xc0) === 0x80);
  }
  byte.fill(0);
  return length;
}
