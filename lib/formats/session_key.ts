import { CodecError, concat } from "../codec/mod.ts";
import {
  aes128CbcDecrypt,
  aes128CbcEncrypt,
  aes128Ctr,
  aes128Ofb,
  desCbcDecrypt,
  desCbcEncrypt,
  type RandomSource,
} from "../crypto/mod.ts";
import {
  TPM_ALG_3DES,
  TPM_ALG_AES128,
  TPM_ALG_DES,
  TPM_ES_NONE,
  TPM_ES_SYM_CTR,
  TPM_ES_SYM_OFB,
} from "../tpm12/constants/mod.ts";
import type { TpmKeyParms, TpmSymmetricKey } from "../tpm12/structures/mod.ts";

type Crypt<R> = (key: Uint8Array, iv: Uint8Array, data: Uint8Array) => R;

/** A way to encrypt. */
interface Mode {
  readonly encrypt: Crypt<Uint8Array>;
  /** `null` when the padding is wrong. */
  readonly decrypt: Crypt<Uint8Array | null>;
}

interface Algorithm {
  readonly keySize: number;
  readonly ivSize: number;
  /** By TPM_ES_*. */
  readonly modes: Readonly<Record<number, Mode | undefined>>;
}

/** What others than TPM 1.1 write for CBC with padding; it wrote TPM_ES_NONE. */
const CBC_PKCS5PAD = 0xff;
const AES_CBC = { encrypt: aes128CbcEncrypt, decrypt: aes128CbcDecrypt };
const DES_CBC = { encrypt: desCbcEncrypt, decrypt: desCbcDecrypt };
const DES_MODES = { [TPM_ES_NONE]: DES_CBC, [CBC_PKCS5PAD]: DES_CBC };

const ALGORITHMS: Readonly<Record<number, Algorithm | undefined>> = {
  [TPM_ALG_AES128]: {
    keySize: 16,
    ivSize: 16,
    modes: {
      [TPM_ES_NONE]: AES_CBC,
      [CBC_PKCS5PAD]: AES_CBC,
      [TPM_ES_SYM_CTR]: { encrypt: aes128Ctr, decrypt: aes128Ctr },
      [TPM_ES_SYM_OFB]: { encrypt: aes128Ofb, decrypt: aes128Ofb },
    },
  },
  [TPM_ALG_DES]: { keySize: 8, ivSize: 8, modes: DES_MODES },
  [TPM_ALG_3DES]: { keySize: 24, ivSize: 8, modes: DES_MODES },
};

/**
 * Draws a key for an identity request or its answer: TPM_ALG_AES128, TPM_ALG_3DES or TPM_ALG_DES in
 * CBC mode. Throws {@linkcode CodecError} for another algorithm.
 */
export function newSessionKey(algId: number, random: RandomSource): TpmSymmetricKey {
  return { algId, encScheme: TPM_ES_NONE, data: random(algorithmOf(algId).keySize) };
}

/** The TPM_KEY_PARMS of what is encrypted with a key that {@linkcode newSessionKey} drew. */
export function sessionKeyParms(algId: number): TpmKeyParms {
  return { algorithmID: algId, encScheme: TPM_ES_NONE, sigScheme: 0, parms: new Uint8Array(0) };
}

/** Encrypts with a session key; a random IV, of one block, stands in front. */
export function sessionEncrypt(
  key: TpmSymmetricKey,
  data: Uint8Array,
  { random }: { readonly random: RandomSource },
): Uint8Array {
  const { ivSize, mode } = modeOf(key);
  const iv = random(ivSize);
  return concat([iv, mode.encrypt(key.data, iv, data)]);
}

/**
 * Undoes {@linkcode sessionEncrypt}. Throws {@linkcode CodecError} for an algorithm, mode or size of
 * key that there is not, and when what comes out is not what was encrypted with this key.
 */
export function sessionDecrypt(key: TpmSymmetricKey, data: Uint8Array): Uint8Array {
  const { ivSize, mode } = modeOf(key);
  if (data.length < ivSize) {
    throw new CodecError("truncated", `Cannot decrypt with a session key: ${data.length} bytes`);
  }
  const plain = mode.decrypt(key.data, data.slice(0, ivSize), data.slice(ivSize));
  if (plain === null) {
    throw new CodecError("value", "Cannot decrypt with a session key: the padding is wrong");
  }
  return plain;
}

function algorithmOf(algId: number): Algorithm {
  const algorithm = ALGORITHMS[algId];
  if (algorithm !== undefined) return algorithm;
  throw new CodecError("value", `Cannot use a session key of the algorithm ${algId}`);
}

function modeOf({ algId, encScheme, data }: TpmSymmetricKey): Algorithm & { readonly mode: Mode } {
  const algorithm = algorithmOf(algId);
  const mode = algorithm.modes[encScheme];
  if (mode !== undefined && data.length === algorithm.keySize) return { ...algorithm, mode };
  throw new CodecError(
    "value",
    `Cannot use a session key of the algorithm ${algId}: scheme ${encScheme}, ${data.length} bytes`,
  );
}
