import { encode } from "../codec/mod.ts";
import type { RsaPrivateKey } from "../crypto/mod.ts";
import {
  TPM_ALG_RSA,
  TPM_AUTH_ALWAYS,
  TPM_ES_RSAESOAEP_SHA1_MGF1,
  TPM_KEY_STORAGE,
  TPM_PT_ASYM,
  TPM_SS_NONE,
} from "../tpm12/constants/mod.ts";
import {
  STRUCT_VER_1_1,
  TPM_RSA_KEY_PARMS,
  type TpmKey,
  type TpmKeyParms,
} from "../tpm12/structures/mod.ts";
import { createKey, pubDataDigest } from "./keys/key_blob.ts";
import { DEFAULT_EXPONENT, MAX_BITS } from "./keys/key_rules.ts";
import { Key } from "./state/key.ts";
import type { Tpm } from "./tpm.ts";

const NOTHING = new Uint8Array(0);

/** The structure of an endorsement key before it has a modulus; its schemes are fixed. */
export function endorsementKeyTemplate(keyInfo: TpmKeyParms): TpmKey {
  return {
    ver: STRUCT_VER_1_1,
    keyUsage: TPM_KEY_STORAGE,
    keyFlags: 0,
    authDataUsage: TPM_AUTH_ALWAYS,
    algorithmParms: {
      ...keyInfo,
      encScheme: TPM_ES_RSAESOAEP_SHA1_MGF1,
      sigScheme: TPM_SS_NONE,
    },
    PCRInfo: NOTHING,
    pubKey: { key: NOTHING },
    encData: NOTHING,
  };
}

/** Puts an endorsement key into a TPM that is being manufactured: one it generates, or a given one. */
export function installEndorsementKey(tpm: Tpm, source: "none" | "generate" | RsaPrivateKey): void {
  if (source === "none") return;
  const template = endorsementKeyTemplate({
    algorithmID: TPM_ALG_RSA,
    encScheme: TPM_ES_RSAESOAEP_SHA1_MGF1,
    sigScheme: TPM_SS_NONE,
    parms: encode(TPM_RSA_KEY_PARMS, { keyLength: MAX_BITS, numPrimes: 2, exponent: NOTHING }),
  });
  const secrets = {
    usageAuth: new Uint8Array(20),
    migrationAuth: tpm.permanent.tpmProof.slice(),
  };
  if (source === "generate") {
    tpm.permanent.endorsementKey = createKey(tpm, template, secrets);
    return;
  }
  const { bits, exponent } = source.publicKey;
  if (bits !== MAX_BITS || exponent !== BigInt(DEFAULT_EXPONENT)) {
    const needed = `${MAX_BITS} bits and ${DEFAULT_EXPONENT} are needed`;
    throw new TypeError(`Cannot install the endorsement key: ${needed}`);
  }
  const publicPart = { ...template, pubKey: { key: source.publicKey.modulus } };
  tpm.permanent.endorsementKey = new Key({
    publicPart,
    sensitive: {
      ...secrets,
      payload: TPM_PT_ASYM,
      pubDataDigest: pubDataDigest(publicPart),
      privKey: { key: source.prime },
    },
  });
}
