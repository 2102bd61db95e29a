import { type Codec, CodecError, decode, encode, SIZED32, struct } from "../codec/mod.ts";
import { bigintToBytes, type RsaPublicKey } from "../crypto/mod.ts";
import { rsaKey } from "./rsa_key.ts";
import { base64ToBytes } from "./text.ts";

/** A line of `authorized_keys` or of an `.pub` file. */
export interface OpenSshKey {
  /** The key. */
  readonly key: RsaPublicKey;
  /** What stands behind the key. */
  readonly comment: string;
}

/** The key blob of RFC 4253, 6.6. */
const SSH_RSA: Codec<{ type: Uint8Array; e: Uint8Array; n: Uint8Array }> = struct("ssh-rsa", {
  type: SIZED32,
  e: SIZED32,
  n: SIZED32,
});
const TYPE = new TextEncoder().encode("ssh-rsa");

/** The blob of an `ssh-rsa` key, which also goes over the wire of SSH and of its agent. */
export function encodeSshBlob(key: RsaPublicKey): Uint8Array {
  return encode(SSH_RSA, {
    type: TYPE,
    e: mpint(bigintToBytes(key.exponent)),
    n: mpint(key.modulus),
  });
}

/** Undoes {@linkcode encodeSshBlob}. Throws {@linkcode CodecError}. */
export function decodeSshBlob(blob: Uint8Array): RsaPublicKey {
  const { type, e, n } = decode(SSH_RSA, blob);
  const name = new TextDecoder().decode(type);
  if (name !== "ssh-rsa") throw sshError(`its type is ${JSON.stringify(name)}, not "ssh-rsa"`);
  for (const number of [e, n]) {
    const padded = number[0] === 0 && (number[1] ?? 0) < 0x80;
    if (number.length === 0 || number[0]! >= 0x80 || padded) {
      throw sshError("a number is empty, negative or longer than it takes");
    }
  }
  return rsaKey(n, { exponent: e, what: "SSH key" });
}

/** `ssh-rsa BASE64 COMMENT`, without a newline. */
export function publicKeyToOpenSsh(key: RsaPublicKey, comment = ""): string {
  if (/[\r\n]/.test(comment)) throw new TypeError("Cannot write a comment of several lines");
  return `ssh-rsa ${encodeSshBlob(key).toBase64()}${comment && ` ${comment}`}`;
}

/** The key in one line of a public key file without options. Throws {@linkcode CodecError}. */
export function publicKeyFromOpenSsh(line: string): OpenSshKey {
  const [, type, blob, comment] = /^(\S+)[ \t]+(\S+)(.*)$/.exec(line.trim()) ?? [];
  if (type === undefined || blob === undefined) throw sshError("it is no line `ssh-rsa BASE64`");
  if (type !== "ssh-rsa") throw sshError(`it begins with ${JSON.stringify(type)}, not "ssh-rsa"`);
  return { key: decodeSshBlob(base64ToBytes(blob, "SSH key")), comment: (comment ?? "").trim() };
}

/** A number that is not negative, as few bytes as it takes (RFC 4251, 5). */
function mpint(bytes: Uint8Array): Uint8Array {
  return bytes[0]! < 0x80 ? bytes : Uint8Array.of(0, ...bytes);
}

function sshError(detail: string): CodecError {
  return new CodecError("value", `Cannot decode SSH key: ${detail}`);
}
