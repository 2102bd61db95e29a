import { CodecError, decode, encode } from "../codec/mod.ts";
import { bigintToBytes, type RsaPublicKey } from "../crypto/mod.ts";
import { TPM_ALG_RSA } from "../tpm12/constants/mod.ts";
import {
  TPM_PUBKEY,
  TPM_RSA_KEY_PARMS,
  type TpmKeyParms,
  type TpmPubkey,
  type TpmStorePubkey,
} from "../tpm12/structures/mod.ts";
import { rsaKey } from "./rsa_key.ts";

const DEFAULT_EXPONENT = 65537n;

/** What a TPM_PUBKEY, TPM_KEY and TPM_KEY12 have in common. */
export interface TpmPublicPart {
  /** Algorithm, schemes and size. */
  readonly algorithmParms: TpmKeyParms;
  /** Modulus. */
  readonly pubKey: TpmStorePubkey;
}

/** The schemes that a TPM_PUBKEY says besides the key. */
export interface TpmKeySchemes {
  /** TPM_ES_*. */
  readonly encScheme: number;
  /** TPM_SS_*. */
  readonly sigScheme: number;
}

/** The RSA key in a TPM_PUBKEY, TPM_KEY or TPM_KEY12. Throws {@linkcode CodecError}. */
export function publicKeyFromTpm({ algorithmParms, pubKey }: TpmPublicPart): RsaPublicKey {
  if (algorithmParms.algorithmID !== TPM_ALG_RSA) {
    throw new CodecError(
      "value",
      `Cannot use this public key: its algorithm is ${algorithmParms.algorithmID}, not RSA`,
    );
  }
  const { exponent } = decode(TPM_RSA_KEY_PARMS, algorithmParms.parms);
  return rsaKey(pubKey.key, { exponent, what: "TPM public key" });
}

/** The key as a TPM_PUBKEY; an exponent of 65537 is written as none. */
export function publicKeyToTpm(key: RsaPublicKey, schemes: TpmKeySchemes): TpmPubkey {
  const exponent = key.exponent === DEFAULT_EXPONENT
    ? new Uint8Array()
    : bigintToBytes(key.exponent);
  return {
    algorithmParms: {
      algorithmID: TPM_ALG_RSA,
      encScheme: schemes.encScheme,
      sigScheme: schemes.sigScheme,
      parms: encode(TPM_RSA_KEY_PARMS, { keyLength: key.bits, numPrimes: 2, exponent }),
    },
    pubKey: { key: key.modulus },
  };
}

/** The RSA key in the bytes of a TPM_PUBKEY. Throws {@linkcode CodecError}. */
export function decodeTpmPublicKey(bytes: Uint8Array): RsaPublicKey {
  return publicKeyFromTpm(decode(TPM_PUBKEY, bytes));
}
