import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { CodecError, decode, encode } from "../../lib/codec/mod.ts";
import {
  generateRsaKey,
  RsaError,
  rsaOaepDecrypt,
  sha1,
  systemRandom,
} from "../../lib/crypto/mod.ts";
import {
  encryptCredential,
  encryptIdentityProof,
  openIdentityRequest,
  publicKeyToTpm,
  sessionDecrypt,
  sessionKeyParms,
} from "../../lib/formats/mod.ts";
import { newSessionKey, sessionEncrypt } from "../../lib/formats/session_key.ts";
import {
  STRUCT_VER_1_1,
  TPM_ALG_3DES,
  TPM_ALG_AES128,
  TPM_ALG_DES,
  TPM_ALG_XOR,
  TPM_ASYM_CA_CONTENTS,
  TPM_ES_NONE,
  TPM_ES_RSAESOAEP_SHA1_MGF1,
  TPM_ES_RSAESPKCSv15,
  TPM_ES_SYM_CTR,
  TPM_ES_SYM_OFB,
  TPM_IDENTITY_PROOF,
  TPM_IDENTITY_REQ,
  TPM_PUBKEY,
  TPM_SS_NONE,
  TPM_SYM_CA_ATTESTATION,
} from "../../lib/tpm12/mod.ts";

const random = systemRandom;
const key = generateRsaKey(1024, 65537, random);
const pubKeyOf = (encScheme: number) =>
  publicKeyToTpm(key.publicKey, { encScheme, sigScheme: TPM_SS_NONE });
const PROOF = {
  ver: STRUCT_VER_1_1,
  identityKey: pubKeyOf(TPM_ES_NONE),
  labelArea: Uint8Array.of(1, 2, 3),
  identityBinding: random(128),
  endorsementCredential: random(700),
  platformCredential: new Uint8Array(0),
  conformanceCredential: Uint8Array.of(9),
};
const ALGORITHMS = [TPM_ALG_AES128, TPM_ALG_3DES, TPM_ALG_DES];

function requestTo(encScheme: number, algId: number): Uint8Array {
  const caPubKey = pubKeyOf(encScheme);
  const proof = encode(TPM_IDENTITY_PROOF, PROOF);
  return encode(TPM_IDENTITY_REQ, {
    asymAlgorithm: caPubKey.algorithmParms,
    symAlgorithm: sessionKeyParms(algId),
    ...encryptIdentityProof(proof, { caPubKey, algId, random }),
  });
}

Deno.test("an identity request is opened with the CA's key, by each cipher and padding", () => {
  for (const algId of ALGORITHMS) {
    for (const encScheme of [TPM_ES_RSAESOAEP_SHA1_MGF1, TPM_ES_RSAESPKCSv15]) {
      assertEquals(openIdentityRequest(requestTo(encScheme, algId), key), PROOF);
    }
  }
});

Deno.test("an identity request takes a CA's key that encrypts, and a cipher of session keys", () => {
  assertThrows(() => requestTo(TPM_ES_NONE, TPM_ALG_AES128), CodecError, "scheme 1");
  const oaep = TPM_ES_RSAESOAEP_SHA1_MGF1;
  assertThrows(() => requestTo(oaep, TPM_ALG_XOR), CodecError, "algorithm 10");
  const request = requestTo(oaep, TPM_ALG_AES128);
  const other = generateRsaKey(1024, 65537, random);
  assertThrows(() => openIdentityRequest(request, other), RsaError);
  assertThrows(() => openIdentityRequest(request.subarray(1), key), CodecError);
});

Deno.test("a credential is encrypted to the endorsement key, for one identity", () => {
  const credential = random(900);
  const { identityKey } = PROOF;
  for (const algId of ALGORITHMS) {
    const blobs = encryptCredential(credential, {
      identityKey,
      endorsementKey: key.publicKey,
      algId,
      random,
    });
    const clear = rsaOaepDecrypt(key, blobs.asymCAContentsBlob);
    const { sessionKey, idDigest } = decode(TPM_ASYM_CA_CONTENTS, clear);
    assertEquals(idDigest, sha1(encode(TPM_PUBKEY, identityKey)));
    const sent = decode(TPM_SYM_CA_ATTESTATION, blobs.symCAAttestationBlob);
    assertEquals(sent.algorithm, sessionKeyParms(algId));
    assertEquals(sessionDecrypt(sessionKey, sent.credential), credential);
  }
});

Deno.test("a session key encrypts in CBC, counter and output feedback mode, each time anew", () => {
  const data = random(33);
  const aes = newSessionKey(TPM_ALG_AES128, random);
  for (const encScheme of [TPM_ES_NONE, 0xff, TPM_ES_SYM_CTR, TPM_ES_SYM_OFB]) {
    const sessionKey = { ...aes, encScheme };
    const encrypted = sessionEncrypt(sessionKey, data, { random });
    assertEquals(sessionDecrypt(sessionKey, encrypted), data);
    assertNotEquals(sessionEncrypt(sessionKey, data, { random }), encrypted);
  }
});

Deno.test("sessionDecrypt() throws for a key that is none, and for what it did not encrypt", () => {
  const aes = newSessionKey(TPM_ALG_AES128, random);
  const encrypted = sessionEncrypt(aes, random(20), { random });
  for (
    const wrong of [
      { ...aes, algId: TPM_ALG_XOR },
      { ...aes, encScheme: 7 },
      { ...aes, data: aes.data.subarray(1) },
      { ...newSessionKey(TPM_ALG_DES, random), encScheme: TPM_ES_SYM_OFB },
    ]
  ) assertThrows(() => sessionDecrypt(wrong, encrypted), CodecError, "Cannot use");
  assertThrows(() => sessionDecrypt(aes, encrypted.subarray(0, 15)), CodecError, "15 bytes");
  assertThrows(() => sessionDecrypt(aes, encrypted.subarray(0, 40)), CodecError, "padding");
});
