import { createCipheriv, createDecipheriv } from "node:crypto";
import { CodecError, concat } from "../codec/mod.ts";
import { type RandomSource, systemRandom } from "../crypto/mod.ts";
import { base64Lines, base64ToBytes } from "./text.ts";

/**
 * How a sealed file's data are encrypted. tpm_unsealdata knows `AES-256-CBC` alone, whose IV is the
 * same in every file and which does not notice changes; `AES-256-GCM` is ours.
 */
export type SealedFileCipher = "AES-256-CBC" | "AES-256-GCM";

/** A file of tpm_sealdata: a key, a symmetric key sealed under it, data encrypted with that. */
export interface SealedFile {
  /** TPM_KEY of the storage key, wrapped by the SRK. */
  readonly key: Uint8Array;
  /** TPM_STORED_DATA or TPM_STORED_DATA12: the symmetric key of 32 bytes. */
  readonly sealedKey: Uint8Array;
  /** How the data are encrypted. */
  readonly cipher: SealedFileCipher;
  /** The encrypted data; for GCM after a nonce of 12 bytes and before a tag of 16. */
  readonly data: Uint8Array;
}

/**
 * The password of both the storage key and the sealed symmetric key in every file of tpm_sealdata.
 * It protects nothing: the SRK's secret and the PCRs do.
 */
export const SEALED_FILE_PASSWORD = "password";

const CIPHER = "Symmetric Key: ";
const [BEGIN, KEY, ENC_KEY, ENC_DATA, END] = [
  "-----BEGIN TSS-----",
  "-----TSS KEY-----",
  "-----ENC KEY-----",
  "-----ENC DAT-----",
  "-----END TSS-----",
] as const;
const BASE64 = "([A-Za-z0-9+/=\\s]*)";
const FILE = new RegExp(
  `^${BEGIN}\n${KEY}\n${BASE64}${ENC_KEY}\n${CIPHER}(.*)\n${BASE64}${ENC_DATA}\n${BASE64}${END}\n*$`,
);
const CBC_IV = new TextEncoder().encode("IBM SEALIBM SEAL");
const KEY_SIZE = 32;
const NONCE_SIZE = 12;
const TAG_SIZE = 16;

/** The file as tpm_sealdata writes it. */
export function encodeSealedFile(file: SealedFile): string {
  return `${BEGIN}\n${KEY}\n${base64Lines(file.key)}${ENC_KEY}\n${CIPHER}${file.cipher}\n` +
    `${base64Lines(file.sealedKey)}${ENC_DATA}\n${base64Lines(file.data)}${END}\n`;
}

/** Reads what {@linkcode encodeSealedFile} and tpm_sealdata write. Throws {@linkcode CodecError}. */
export function decodeSealedFile(text: string): SealedFile {
  const [, key, cipher, sealedKey, data] = FILE.exec(text.replaceAll("\r\n", "\n")) ?? [];
  if (key === undefined || sealedKey === undefined || data === undefined) {
    const missing = [BEGIN, KEY, ENC_KEY, CIPHER, ENC_DATA, END].find((line) =>
      !text.includes(line)
    );
    throw fileError(
      missing ? `the line ${missing} is missing` : "its lines are not as they should be",
    );
  }
  if (cipher !== "AES-256-CBC" && cipher !== "AES-256-GCM") {
    throw fileError(`its cipher is ${JSON.stringify(cipher)}`);
  }
  return {
    key: base64ToBytes(key, `sealed file: ${KEY}`),
    sealedKey: base64ToBytes(sealedKey, `sealed file: ${ENC_KEY}`),
    cipher,
    data: base64ToBytes(data, `sealed file: ${ENC_DATA}`),
  };
}

/**
 * Encrypts the data of a sealed file with a symmetric key of 32 bytes; GCM takes its nonce from
 * `random`, by default the system's.
 */
export function encryptSealedData(
  plain: Uint8Array,
  { key, cipher, random = systemRandom }: {
    key: Uint8Array;
    cipher: SealedFileCipher;
    random?: RandomSource;
  },
): Uint8Array {
  checkKey(key);
  if (cipher === "AES-256-CBC") {
    const cbc = createCipheriv("aes-256-cbc", key, CBC_IV);
    return concat([cbc.update(plain), cbc.final()]);
  }
  const nonce = random(NONCE_SIZE);
  const gcm = createCipheriv("aes-256-gcm", key, nonce);
  const head = gcm.update(plain);
  return concat([nonce, head, gcm.final(), gcm.getAuthTag()]);
}

/**
 * Undoes {@linkcode encryptSealedData}. Throws {@linkcode CodecError} when the data are damaged or
 * the key is another one; with CBC that is noticed at the padding alone.
 */
export function decryptSealedData(
  file: Pick<SealedFile, "cipher" | "data">,
  key: Uint8Array,
): Uint8Array {
  checkKey(key);
  const { cipher, data } = file;
  try {
    if (cipher === "AES-256-CBC") {
      const cbc = createDecipheriv("aes-256-cbc", key, CBC_IV);
      return concat([cbc.update(data), cbc.final()]);
    }
    if (data.length < NONCE_SIZE + TAG_SIZE) throw fileError("its data are cut short");
    const gcm = createDecipheriv("aes-256-gcm", key, data.subarray(0, NONCE_SIZE));
    gcm.setAuthTag(data.subarray(-TAG_SIZE));
    const head = gcm.update(data.subarray(NONCE_SIZE, -TAG_SIZE));
    return concat([head, gcm.final()]);
  } catch {
    throw fileError("its data are damaged, or encrypted with another key");
  }
}

function checkKey(key: Uint8Array): void {
  if (key.length === KEY_SIZE) return;
  throw fileError(`its symmetric key has ${key.length} bytes, not ${KEY_SIZE}`);
}

function fileError(detail: string): CodecError {
  return new CodecError("value", `Cannot use sealed file: ${detail}`);
}
