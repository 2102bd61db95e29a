import { CodecError } from "../codec/mod.ts";
import { base64Lines, base64ToBytes } from "./text.ts";

/** One block of a PEM file. */
export interface PemBlock {
  /** What stands between BEGIN and the dashes, `PUBLIC KEY` for instance. */
  readonly label: string;
  /** The contents. */
  readonly bytes: Uint8Array;
}

const BOUNDARY = /^-----(BEGIN|END) ([^\r\n]*?)-----[ \t]*$/;

/** A PEM block, its lines of 64 characters (RFC 7468). */
export function encodePem(label: string, bytes: Uint8Array): string {
  return `-----BEGIN ${label}-----\n${base64Lines(bytes)}-----END ${label}-----\n`;
}

/**
 * All blocks of a PEM file in order; lines outside them are ignored. Throws {@linkcode CodecError}
 * for a block that is not closed, holds headers or is not base64.
 */
export function decodePem(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  let label: string | undefined;
  let body = "";
  for (const line of text.split(/\r?\n/)) {
    const [, kind, name] = BOUNDARY.exec(line) ?? [];
    if (kind === "BEGIN") {
      if (label !== undefined) throw pemError(`${label} is not closed`);
      [label, body] = [name!, ""];
    } else if (kind === "END" && label !== undefined) {
      if (name !== label) throw pemError(`${label} is closed as ${name}`);
      blocks.push({ label, bytes: base64ToBytes(body, `PEM block ${label}`) });
      label = undefined;
    } else if (label !== undefined) {
      if (line.includes(":")) throw pemError(`${label} has headers (is it encrypted?)`);
      body += line;
    }
  }
  if (label !== undefined) throw pemError(`${label} is not closed`);
  return blocks;
}

/**
 * The first block with one of the labels. Throws {@linkcode CodecError} when there is none, naming
 * what there is.
 */
export function decodePemBlock(text: string, ...labels: readonly string[]): PemBlock {
  const blocks = decodePem(text);
  const found = blocks.find((block) => labels.includes(block.label));
  if (found) return found;
  const others = blocks.map((block) => block.label).join(", ");
  throw pemError(`no block ${labels.join(" or ")}${others ? `, only ${others}` : ""}`);
}

function pemError(detail: string): CodecError {
  return new CodecError("value", `Cannot decode PEM: ${detail}`);
}
