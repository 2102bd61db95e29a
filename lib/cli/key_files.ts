import { CodecError, decode } from "../codec/mod.ts";
import type { RsaPublicKey } from "../crypto/mod.ts";
import {
  decodePem,
  decodePkcs1,
  decodeSpki,
  decodeTpmPublicKey,
  decodeTssBlob,
  decodeTssKeyPem,
  encodePkcs1,
  encodeSpki,
  encodeTssBlob,
  publicKeyFromJwk,
  publicKeyFromOpenSsh,
  publicKeyFromPem,
  publicKeyFromTpm,
  publicKeyToJwk,
  publicKeyToOpenSsh,
  publicKeyToPem,
} from "../formats/mod.ts";
import { TPM_KEY_ANY, type TpmKey, type TpmKey12 } from "../tpm12/structures/mod.ts";
import { CliError, UsageError } from "./errors.ts";
import { readInput } from "./files.ts";
import type { CliIo } from "./io.ts";

/** A wrapped key out of a file. */
export interface KeyFile {
  /** TPM_KEY or TPM_KEY12. */
  readonly blob: Uint8Array;
  /** The same, decoded. */
  readonly key: TpmKey | TpmKey12;
}

/** The ways a public key is written; `tss` is the TPM_PUBKEY in a TSS_BLOB. */
const PUBLIC_KEY_WRITERS = {
  pem: publicKeyToPem,
  der: (key: RsaPublicKey) => encodeSpki(key),
  pkcs1: encodePkcs1,
  jwk: (key: RsaPublicKey) => `${JSON.stringify(publicKeyToJwk(key))}\n`,
  ssh: (key: RsaPublicKey) => `${publicKeyToOpenSsh(key)}\n`,
  tss: (_key: RsaPublicKey, pubkey: Uint8Array) => encodeTssBlob({ type: "PUBKEY", blob: pubkey }),
} as const;

/** The names of the ways a public key is written. */
export const PUBLIC_KEY_FORMATS: string = Object.keys(PUBLIC_KEY_WRITERS).join(", ");

/** A public key in a form of {@linkcode PUBLIC_KEY_FORMATS}; `pubkey` is its TPM_PUBKEY. */
export function writePublicKey(pubkey: Uint8Array, format: string): string | Uint8Array {
  if (Object.hasOwn(PUBLIC_KEY_WRITERS, format)) {
    const write = PUBLIC_KEY_WRITERS[format as keyof typeof PUBLIC_KEY_WRITERS];
    return write(decodeTpmPublicKey(pubkey), pubkey);
  }
  throw new UsageError(`--format takes ${PUBLIC_KEY_FORMATS}`);
}

/** Reads a wrapped key: PEM as `TSS KEY BLOB`, a TSS_BLOB, or the TPM_KEY itself. */
export async function readKeyFile(path: string, io: CliIo): Promise<KeyFile> {
  const bytes = await readInput(path, io);
  return reading(path, "a key of a TPM", () => {
    const blob = keyBlobIn(bytes);
    return { blob, key: decode(TPM_KEY_ANY, blob) };
  });
}

/** Reads a public key in any form that {@linkcode writePublicKey} writes, or that of a wrapped key. */
export async function readPublicKey(path: string, io: CliIo): Promise<RsaPublicKey> {
  const bytes = await readInput(path, io);
  return reading(path, "a public key", () => publicKeyIn(bytes));
}

function keyBlobIn(bytes: Uint8Array): Uint8Array {
  const text = new TextDecoder("latin1").decode(bytes);
  if (text.includes("-----BEGIN")) return decodeTssKeyPem(text);
  return bytes[0] === DER_SEQUENCE ? decodeTssBlob(bytes).blob : bytes;
}

function publicKeyIn(bytes: Uint8Array): RsaPublicKey {
  const text = new TextDecoder("latin1").decode(bytes);
  if (text.includes("-----BEGIN")) {
    const wrapped = decodePem(text).some(({ label }) => label === "TSS KEY BLOB");
    return wrapped
      ? publicKeyFromTpm(decode(TPM_KEY_ANY, decodeTssKeyPem(text)))
      : publicKeyFromPem(text);
  }
  if (text.startsWith("ssh-")) return publicKeyFromOpenSsh(text).key;
  if (text.trimStart().startsWith("{")) return publicKeyFromJwk(JSON.parse(text));
  return bytes[0] === DER_SEQUENCE ? publicKeyInDer(bytes) : publicKeyInTpmForm(bytes);
}

function publicKeyInDer(bytes: Uint8Array): RsaPublicKey {
  for (
    const read of [decodeSpki, (der: Uint8Array) => publicKeyInTpmForm(decodeTssBlob(der).blob)]
  ) {
    try {
      return read(bytes);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
    }
  }
  return decodePkcs1(bytes);
}

/** A TPM_PUBKEY begins with its algorithm, a key with its version or tag. */
function publicKeyInTpmForm(bytes: Uint8Array): RsaPublicKey {
  const isPubkey = bytes[0] === 0 && bytes[1] === 0;
  return isPubkey ? decodeTpmPublicKey(bytes) : publicKeyFromTpm(decode(TPM_KEY_ANY, bytes));
}

function reading<T>(path: string, what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof CodecError) && !(error instanceof SyntaxError)) throw error;
    throw new CliError(`Cannot read ${path} as ${what}: ${error.message}`, { cause: error });
  }
}

const DER_SEQUENCE = 0x30;
