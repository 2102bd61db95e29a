import { CodecError } from "../codec/mod.ts";

/** Bytes from base64 with padding; white space is ignored. Throws {@linkcode CodecError}. */
export function base64ToBytes(text: string, what: string): Uint8Array {
  return parsed(what, "base64", () => Uint8Array.fromBase64(text, { lastChunkHandling: "strict" }));
}

/** Bytes from base64url without padding (RFC 7515). Throws {@linkcode CodecError}. */
export function base64UrlToBytes(text: string, what: string): Uint8Array {
  return parsed(what, "base64url", () => {
    if (!/^[\w-]*$/.test(text)) throw new SyntaxError();
    return Uint8Array.fromBase64(text, { alphabet: "base64url" });
  });
}

/** Bytes from hexadecimal digits. Throws {@linkcode CodecError}. */
export function hexToBytes(text: string, what: string): Uint8Array {
  return parsed(what, "hexadecimal", () => Uint8Array.fromHex(text));
}

/** Base64 in lines of 64 characters, each ended by a newline. */
export function base64Lines(bytes: Uint8Array): string {
  return bytes.toBase64().replaceAll(/.{1,64}/g, "$&\n");
}

/** One character for each byte. */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function parsed(what: string, form: string, parse: () => Uint8Array): Uint8Array {
  try {
    return parse();
  } catch {
    throw new CodecError("value", `Cannot decode ${what}: it is not ${form}`);
  }
}
