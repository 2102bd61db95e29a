import {
  bytes,
  type Codec,
  CodecError,
  decode,
  encode,
  only,
  REST,
  SIZED32,
  struct,
  U8,
} from "../codec/mod.ts";

/** Bytes of an AES-256 key, and of the nonce and tag of AES-GCM. */
export const DATA_KEY_SIZE = 32;
const NONCE_SIZE = 12;

/** "TSSSEAL" and the version of the form. */
const MAGIC = Uint8Array.of(0x54, 0x53, 0x53, 0x53, 0x45, 0x41, 0x4c);
const VERSION = 1;

/**
 * What `tpm.seal()` makes: a key that the TPM sealed, and the data under that key in AES-256-GCM,
 * the sealed key being its additional data.
 */
export interface SealedData {
  /** TPM_STORED_DATA or TPM_STORED_DATA12 of the data key. */
  readonly sealedKey: Uint8Array;
  /** 12 bytes. */
  readonly nonce: Uint8Array;
  /** The encrypted data and the tag of 16 bytes. */
  readonly ciphertext: Uint8Array;
}

interface SealedForm extends SealedData {
  readonly magic: Uint8Array;
  readonly version: number;
}

const SEALED_FORM: Codec<SealedForm> = struct("SEALED_DATA", {
  magic: bytes("magic", MAGIC.length),
  version: only(U8, VERSION),
  sealedKey: SIZED32,
  nonce: bytes("nonce", NONCE_SIZE),
  ciphertext: REST,
});

/** Encrypts data of any size under a key of 32 bytes. */
export async function encryptData(
  dataKey: Uint8Array,
  { sealedKey, data }: { readonly sealedKey: Uint8Array; readonly data: Uint8Array },
): Promise<Uint8Array> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_SIZE));
  const key = await importKey(dataKey, "encrypt");
  const copy = Uint8Array.from(data);
  const encrypted = crypto.subtle.encrypt(gcm(nonce, sealedKey), key, copy);
  const ciphertext = new Uint8Array(await encrypted.finally(() => copy.fill(0)));
  return encode(SEALED_FORM, { magic: MAGIC, version: VERSION, sealedKey, nonce, ciphertext });
}

/** Undoes {@linkcode encryptData}; throws a RangeError when the data was changed. */
export async function decryptData(
  dataKey: Uint8Array,
  { sealedKey, nonce, ciphertext }: SealedData,
): Promise<Uint8Array> {
  const key = await importKey(dataKey, "decrypt");
  try {
    const data = crypto.subtle.decrypt(gcm(nonce, sealedKey), key, Uint8Array.from(ciphertext));
    return new Uint8Array(await data);
  } catch {
    throw new RangeError("Cannot unseal: the data was changed after it was sealed");
  }
}

/** Takes apart what {@linkcode encryptData} made; throws a RangeError for anything else. */
export function parseSealedData(sealed: Uint8Array): SealedData {
  try {
    const form = decode(SEALED_FORM, sealed);
    if (form.magic.every((byte, i) => byte === MAGIC[i])) return form;
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
  }
  throw new RangeError("Cannot unseal: it is not what seal() made");
}

function gcm(nonce: Uint8Array, additionalData: Uint8Array): AesGcmParams {
  return {
    name: "AES-GCM",
    iv: Uint8Array.from(nonce),
    additionalData: Uint8Array.from(additionalData),
  };
}

async function importKey(dataKey: Uint8Array, usage: "encrypt" | "decrypt"): Promise<CryptoKey> {
  const copy = Uint8Array.from(dataKey);
  try {
    return await crypto.subtle.importKey("raw", copy, "AES-GCM", false, [usage]);
  } finally {
    copy.fill(0);
  }
}
