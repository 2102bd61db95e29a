import { encode } from "../../../lib/codec/mod.ts";
import {
  bigintToBytes,
  RsaPrivateKey,
  RsaPublicKey,
  sha1,
  signPkcs1Sha1,
} from "../../../lib/crypto/mod.ts";
import { TPM_DAA_ISSUER, type TpmDaaIssuer } from "../../../lib/tpm12/structures/mod.ts";
import {
  type DaaAuthentication,
  type DaaKeyPair,
  issuerSettings,
} from "../../../lib/tspi/daa/mod.ts";
import { PRIME_PAIRS } from "../../peers/rsa_primes.ts";

const FILE = new URL("../../vectors/daa_issuer_key.json", import.meta.url);

const json: Record<string, string | number | string[]> = JSON.parse(Deno.readTextFileSync(FILE));
const number = (digits: unknown): bigint => BigInt(`0x${digits}`);

/** The issuer key of the tests, for two attributes of the platform and two of the issuer. */
export const KEY_PAIR: DaaKeyPair = {
  productPQprime: number(json.productPQprime),
  publicKey: {
    modulus: number(json.modulus),
    capitalS: number(json.capitalS),
    capitalZ: number(json.capitalZ),
    capitalR0: number(json.capitalR0),
    capitalR1: number(json.capitalR1),
    capitalY: (json.capitalY as string[]).map(number),
    platformAttributes: json.platformAttributes as number,
    gamma: number(json.gamma),
    capitalGamma: number(json.capitalGamma),
    rho: number(json.rho),
    issuerBaseName: new TextEncoder().encode(json.issuerBaseName as string),
  },
};

/** Two keys that authenticate the issuer, the root first. */
export const AUTHENTICATION_KEYS: readonly RsaPrivateKey[] = PRIME_PAIRS.slice(0, 2).map(
  ([p, q]) => {
    const [first, second] = [number(p), number(q)];
    return new RsaPrivateKey(
      new RsaPublicKey(bigintToBytes(first * second)),
      bigintToBytes(first),
    );
  },
);

/** Modulus of the root. */
export const ROOT_MODULUS: Uint8Array = AUTHENTICATION_KEYS[0]!.publicKey.modulus;

/** The settings of the issuer, with whatever a test wants otherwise. */
export function settingsWith(changes: Partial<TpmDaaIssuer> = {}): Uint8Array {
  return encode(TPM_DAA_ISSUER, { ...issuerSettings(KEY_PAIR.publicKey), ...changes });
}

/** What authenticates settings: by a chain of so many keys, one or two. */
export function authenticate(
  settings: Uint8Array = settingsWith(),
  length: 1 | 2 = 2,
): DaaAuthentication {
  const keys = AUTHENTICATION_KEYS.slice(0, length);
  const moduli = keys.map((key) => key.publicKey.modulus);
  const signed = [...moduli.slice(1), Uint8Array.of(...sha1(moduli[0]!), ...settings)];
  const signatures = signed.map((bytes, i) => signPkcs1Sha1(keys[i]!, sha1(bytes)));
  return { moduli, signatures };
}
