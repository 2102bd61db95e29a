import { CodecError, decode, encode } from "../codec/mod.ts";
import {
  type RandomSource,
  rsaOaepDecrypt,
  rsaOaepEncrypt,
  rsaPkcs1Decrypt,
  rsaPkcs1Encrypt,
  type RsaPrivateKey,
  type RsaPublicKey,
  sha1,
} from "../crypto/mod.ts";
import { TPM_ES_RSAESOAEP_SHA1_MGF1, TPM_ES_RSAESPKCSv15 } from "../tpm12/constants/mod.ts";
import {
  TPM_ASYM_CA_CONTENTS,
  TPM_IDENTITY_PROOF,
  TPM_IDENTITY_REQ,
  TPM_PUBKEY,
  TPM_SYM_CA_ATTESTATION,
  TPM_SYMMETRIC_KEY,
  type TpmIdentityProof,
  type TpmIdentityReq,
  type TpmPubkey,
} from "../tpm12/structures/mod.ts";
import { newSessionKey, sessionDecrypt, sessionEncrypt, sessionKeyParms } from "./session_key.ts";
import { publicKeyFromTpm } from "./tpm_public_key.ts";

interface RsaScheme {
  encrypt(key: RsaPublicKey, data: Uint8Array, random: RandomSource): Uint8Array;
  decrypt(key: RsaPrivateKey, data: Uint8Array): Uint8Array;
}

/** The label of OAEP to a privacy CA is empty, not "TCPA". */
const noLabel = () => sha1(new Uint8Array(0));

/** How the session key is encrypted to a CA, by the encryption scheme of its key. */
const RSA_SCHEMES: Readonly<Record<number, RsaScheme | undefined>> = {
  [TPM_ES_RSAESPKCSv15]: { encrypt: rsaPkcs1Encrypt, decrypt: rsaPkcs1Decrypt },
  [TPM_ES_RSAESOAEP_SHA1_MGF1]: {
    encrypt: (key, data, random) => rsaOaepEncrypt(key, data, { random, pHash: noLabel() }),
    decrypt: (key, data) => rsaOaepDecrypt(key, data, noLabel()),
  },
};

/** What a privacy CA sends back, for TPM_ActivateIdentity and for who calls it. */
export interface AttestationBlobs {
  /** The session key, encrypted to the endorsement key: TPM_ASYM_CA_CONTENTS. */
  readonly asymCAContentsBlob: Uint8Array;
  /** The credential, encrypted with the session key: TPM_SYM_CA_ATTESTATION. */
  readonly symCAAttestationBlob: Uint8Array;
}

/** Whether the scheme of a privacy CA's key is one that requests are encrypted with. */
export function caEncrypts({ algorithmParms }: TpmPubkey): boolean {
  return RSA_SCHEMES[algorithmParms.encScheme] !== undefined;
}

/**
 * Encrypts the proof of a new identity, an encoded TPM_IDENTITY_PROOF, to a privacy CA by a session
 * key of the algorithm. Throws {@linkcode CodecError} when the CA's key has no scheme to encrypt
 * with, or for an algorithm that session keys do not have.
 */
export function encryptIdentityProof(
  proof: Uint8Array,
  { caPubKey, algId, random }: {
    /** The CA's key. */
    readonly caPubKey: TpmPubkey;
    /** TPM_ALG_AES128, TPM_ALG_3DES or TPM_ALG_DES. */
    readonly algId: number;
    /** Gives session key, IV and padding. */
    readonly random: RandomSource;
  },
): Pick<TpmIdentityReq, "asymBlob" | "symBlob"> {
  const sessionKey = newSessionKey(algId, random);
  const clear = encode(TPM_SYMMETRIC_KEY, sessionKey);
  const key = publicKeyFromTpm(caPubKey);
  try {
    const asymBlob = rsaSchemeOf(caPubKey.algorithmParms.encScheme).encrypt(key, clear, random);
    return { asymBlob, symBlob: sessionEncrypt(sessionKey, proof, { random }) };
  } finally {
    sessionKey.data.fill(0);
    clear.fill(0);
  }
}

/**
 * What the platform proves in an identity request, an encoded TPM_IDENTITY_REQ, for the privacy CA
 * with this key; nothing of it is checked yet. Throws {@linkcode CodecError}, and `RsaError` when it
 * is to another CA.
 */
export function openIdentityRequest(request: Uint8Array, caKey: RsaPrivateKey): TpmIdentityProof {
  const { asymAlgorithm, asymBlob, symBlob } = decode(TPM_IDENTITY_REQ, request);
  const clear = rsaSchemeOf(asymAlgorithm.encScheme).decrypt(caKey, asymBlob);
  try {
    const proof = sessionDecrypt(decode(TPM_SYMMETRIC_KEY, clear), symBlob);
    return decode(TPM_IDENTITY_PROOF, proof);
  } finally {
    clear.fill(0);
  }
}

/**
 * Encrypts the credential that a privacy CA has issued, so that only the TPM with the endorsement
 * key can read it, and only if the identity key is its own.
 */
export function encryptCredential(
  credential: Uint8Array,
  { identityKey, endorsementKey, algId, random }: {
    /** The identity that the credential is for. */
    readonly identityKey: TpmPubkey;
    /** The key of the endorsement certificate. */
    readonly endorsementKey: RsaPublicKey;
    /** TPM_ALG_AES128, TPM_ALG_3DES or TPM_ALG_DES. */
    readonly algId: number;
    /** Gives session key, IV and padding. */
    readonly random: RandomSource;
  },
): AttestationBlobs {
  const sessionKey = newSessionKey(algId, random);
  const idDigest = sha1(encode(TPM_PUBKEY, identityKey));
  const contents = encode(TPM_ASYM_CA_CONTENTS, { sessionKey, idDigest });
  try {
    return {
      asymCAContentsBlob: rsaOaepEncrypt(endorsementKey, contents, { random }),
      symCAAttestationBlob: encode(TPM_SYM_CA_ATTESTATION, {
        algorithm: sessionKeyParms(algId),
        credential: sessionEncrypt(sessionKey, credential, { random }),
      }),
    };
  } finally {
    sessionKey.data.fill(0);
    contents.fill(0);
  }
}

/** How the session key is encrypted to a CA. */
function rsaSchemeOf(encScheme: number): RsaScheme {
  const scheme = RSA_SCHEMES[encScheme];
  if (scheme !== undefined) return scheme;
  throw new CodecError("value", `Cannot encrypt to a CA with the scheme ${encScheme}`);
}
