import { encode } from "../../lib/codec/mod.ts";
import {
  bigintToBytes,
  generateRsaKey,
  rsaOaepEncrypt,
  RsaPrivateKey,
  RsaPublicKey,
  seededRandom,
  sha1,
} from "../../lib/crypto/mod.ts";
import { TPM_MIGRATABLE, TPM_PT_ASYM } from "../../lib/tpm12/constants/mod.ts";
import {
  TPM_KEY_ANY,
  TPM_PUBKEY,
  TPM_STORE_ASYMKEY,
  type TpmKey,
  type TpmKey12,
  type TpmPubkey,
  type TpmStoreAsymkey,
} from "../../lib/tpm12/structures/mod.ts";
import { PRIME_PAIRS } from "../peers/rsa_primes.ts";
import type { Side } from "./side.ts";
import { publicKeyOf } from "./steps.ts";
import {
  keyTemplate,
  type KeyTemplateOptions,
  rsaParms,
  secret,
  type Usage,
  ZEROS,
} from "./templates.ts";

const random = seededRandom(new TextEncoder().encode("crafted keys"));
const made = new Map<string, RsaPrivateKey>();

/** An RSA key outside any TPM: the same for the same size and number. */
export function softwareKey(bits: number, number: number = 0): RsaPrivateKey {
  const name = `${bits}/${number}`;
  let key = made.get(name);
  if (key === undefined) {
    key = bits === 2048 ? readyKey(number) : generateRsaKey(bits, 65537, random);
    made.set(name, key);
  }
  return key;
}

function readyKey(number: number): RsaPrivateKey {
  // The first pairs are those that libtpms gets its own keys from.
  const [p, q] = PRIME_PAIRS.at(-1 - number)!.map((prime) => BigInt(`0x${prime}`));
  return new RsaPrivateKey(new RsaPublicKey(bigintToBytes(p! * q!)), bigintToBytes(p!));
}

/** The TPM_PUBKEY of a key outside. */
export function softwarePubkey(
  key: RsaPrivateKey,
  usage: Usage,
  options: KeyTemplateOptions = {},
): TpmPubkey {
  const { bits, modulus } = key.publicKey;
  return { algorithmParms: rsaParms(usage, { bits, ...options }), pubKey: { key: modulus } };
}

/** SHA-1 of a TPM_PUBKEY, 20 bytes. */
export function digestOf(key: TpmPubkey): Uint8Array {
  return sha1(encode(TPM_PUBKEY, key));
}

/** How a key wrapped outside differs from a good migratable signing key of 512 bits. */
export interface CraftedKey {
  /** Its template. */
  template?: TpmKey | TpmKey12;
  /** Its RSA key. */
  rsa?: RsaPrivateKey;
  /** Fields of the public part, put in before pubDataDigest is made. */
  publicPart?: Partial<TpmKey12>;
  /** Fields of the private part. */
  sensitive?: Partial<TpmStoreAsymkey>;
  /** Changes the encoded private part before it is encrypted. */
  change?: (plain: Uint8Array) => Uint8Array;
}

/** The private part of such a key, encoded. */
export function craftedSensitive(
  { rsa = softwareKey(512), sensitive = {} }: CraftedKey,
  pubDataDigest: Uint8Array = ZEROS,
): Uint8Array {
  return encode(TPM_STORE_ASYMKEY, {
    payload: TPM_PT_ASYM,
    usageAuth: ZEROS,
    migrationAuth: secret("migration"),
    pubDataDigest,
    privKey: { key: rsa.prime },
    ...sensitive,
  });
}

/** A key wrapped outside for the SRK of a side, as migration tools do it; encoded. */
export function craftKey(side: Side, crafted: CraftedKey = {}): Uint8Array {
  const { rsa = softwareKey(512), change = (plain) => plain } = crafted;
  const {
    template = keyTemplate("signing", { bits: rsa.publicKey.bits, keyFlags: TPM_MIGRATABLE }),
  } = crafted;
  const publicPart = {
    ...template,
    pubKey: { key: rsa.publicKey.modulus },
    ...crafted.publicPart,
  } as TpmKey12;
  const digest = sha1(encode(TPM_KEY_ANY, publicPart).subarray(0, -4));
  const encData = encryptFor(side, "SRK", change(craftedSensitive(crafted, digest)));
  return encode(TPM_KEY_ANY, { ...publicPart, encData });
}

/** Bytes encrypted to a key of a side, as the TPM does it. */
export function encryptFor(side: Side, label: string, plain: Uint8Array): Uint8Array {
  return rsaOaepEncrypt(publicKeyOf(side, label), plain, { random });
}

/** Byte strings one after the other. */
export function join(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.of(...parts.flatMap((part) => [...part]));
}

/** The bytes with one bit of one byte changed, by default of the last. */
export function flip(bytes: Uint8Array, at: number = bytes.length - 1): Uint8Array {
  return bytes.map((byte, i) => i === at ? byte ^ 1 : byte);
}
