import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { Manufacturer, PrivacyCa } from "../../examples/privacy_ca.ts";
import { decode, encode } from "../../lib/codec/mod.ts";
import { RsaError, rsaOaepEncrypt, sha1, systemRandom } from "../../lib/crypto/mod.ts";
import {
  type AttestationBlobs,
  certificateIsSignedBy,
  decodeCertificate,
  openIdentityRequest,
  sessionKeyParms,
} from "../../lib/formats/mod.ts";
import { newSessionKey, sessionEncrypt } from "../../lib/formats/session_key.ts";
import { utf16le } from "../../lib/tcs/unicode.ts";
import {
  TPM_ALG_3DES,
  TPM_ALG_AES128,
  TPM_ALG_DES,
  TPM_EK_BLOB,
  TPM_EK_BLOB_ACTIVATE,
  TPM_EK_TYPE_ACTIVATE,
  TPM_ES_RSAESPKCSv15,
  TPM_IDENTITY_REQ,
  TPM_PUBKEY,
  TPM_SYM_CA_ATTESTATION,
  TPM_TAG_EK_BLOB,
  TPM_TAG_EK_BLOB_ACTIVATE,
  TssError,
} from "../../lib/tpm12/mod.ts";
import * as T from "../../lib/tspi/mod.ts";
import { VerifyError } from "../../lib/verify/mod.ts";
import { assertFails, assertTspFails, type OwnedBed, ownedBed, secretPolicy } from "./bed.ts";

const manufacturer = new Manufacturer("Maker of TPMs");
const ca = new PrivacyCa("Privacy CA", manufacturer.key.publicKey);
const LABEL = utf16le("Alice's machine");
const IDENTITY = T.TSS_KEY_TYPE_IDENTITY | T.TSS_KEY_AUTHORIZATION;

/** The CA's key, as the platform knows it. */
function caKey(context: T.Context): T.Key {
  const key = context.createRsaKey(T.TSS_KEY_TYPE_LEGACY);
  key.publicBlob = encode(TPM_PUBKEY, ca.pubKey);
  return key;
}

/** An identity key to be made, with the secret "key". */
function newIdentity(context: T.Context): T.Key {
  const key = context.createRsaKey(IDENTITY);
  secretPolicy(context, "key").assignToObject(key);
  return key;
}

/** A certificate of the TPM's endorsement key, set on the TPM object. */
async function endorse({ context: { tpm } }: OwnedBed): Promise<Uint8Array> {
  const options = { ownerAuthorized: true };
  const { endorsementPubKey } = await tpm.getPubEndorsementKey(options);
  const certificate = await manufacturer.certify(endorsementPubKey.publicKey);
  const flag = T.TSS_TSPATTRIB_TPM_CREDENTIAL;
  await tpm.setAttribData(flag, T.TSS_TPMATTRIB_EKCERT, { value: certificate });
  return certificate;
}

/** A request for a new identity, which is loaded. */
async function collate(bed: OwnedBed, algID: number = T.TSS_ALG_AES) {
  const { context, srk } = bed;
  const identityKey = newIdentity(context);
  const request = await context.tpm.collateIdentityRequest(srk, caKey(context), {
    identityLabelData: LABEL,
    identityKey,
    algID,
  });
  await identityKey.loadKey(srk);
  return { identityKey, request };
}

Deno.test("a privacy CA certifies an identity, which then quotes", async () => {
  await using bed = await ownedBed();
  const { context } = bed;
  await endorse(bed);
  const { identityKey, request } = await collate(bed);
  const answer = await ca.answer(request);
  const certificate = decodeCertificate(await context.tpm.activateIdentity(identityKey, answer));
  assert(certificateIsSignedBy(certificate, ca.key.publicKey));
  assertEquals(certificate.publicKey.modulus, identityKey.publicKey.modulus);
  const pcrs = context.createPcrComposite();
  pcrs.selectPcrIndex(0);
  await context.tpm.quote(identityKey, pcrs);
});

Deno.test("a request has the credentials of the TPM object, and the cipher that was chosen", async () => {
  await using bed = await ownedBed();
  const { tpm } = bed.context;
  const endorsementCredential = await endorse(bed);
  tpm.credentials.platform = Uint8Array.of(1);
  tpm.credentials.tpmConformance = Uint8Array.of(2, 3);
  const ciphers = [
    [T.TSS_ALG_AES, TPM_ALG_AES128],
    [T.TSS_ALG_3DES, TPM_ALG_3DES],
    [T.TSS_ALG_DES, TPM_ALG_DES],
  ] as const;
  for (const [algID, algorithmID] of ciphers) {
    const { identityKey, request } = await collate(bed, algID);
    const { asymAlgorithm, symAlgorithm } = decode(TPM_IDENTITY_REQ, request);
    assertEquals(asymAlgorithm, ca.pubKey.algorithmParms);
    assertEquals(symAlgorithm.algorithmID, algorithmID);
    const proof = openIdentityRequest(request, ca.key);
    assertEquals(proof.endorsementCredential, endorsementCredential);
    assertEquals(proof.platformCredential, Uint8Array.of(1));
    assertEquals(proof.conformanceCredential, Uint8Array.of(2, 3));
    assertEquals(proof.labelArea, LABEL);
    assertEquals(encode(TPM_PUBKEY, proof.identityKey), identityKey.publicBlob);
  }
});

Deno.test("a request goes to a CA with a key for PKCS#1, too, but not to one that does not encrypt", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const identityKey = newIdentity(context);
  const caPubKey = caKey(context);
  const details = { identityLabelData: LABEL, identityKey, algID: T.TSS_ALG_AES };
  const { algorithmParms } = caPubKey.fields;
  caPubKey.change({ algorithmParms: { ...algorithmParms, encScheme: TPM_ES_RSAESPKCSv15 } });
  const request = await context.tpm.collateIdentityRequest(srk, caPubKey, details);
  assertEquals(openIdentityRequest(request, ca.key).labelArea, LABEL);
  const signer = context.createRsaKey(T.TSS_KEY_TYPE_SIGNING);
  const collateFor = (key: T.Key) => () => context.tpm.collateIdentityRequest(srk, key, details);
  await assertTspFails("TSS_E_KEY_NOT_SET", collateFor(signer));
  signer.change({ pubKey: caPubKey.fields.pubKey });
  await assertTspFails("TSS_E_INVALID_ENCSCHEME", collateFor(signer));
});

Deno.test("a CA refuses what is to another, what was changed, and a TPM that nobody certified", async () => {
  await using bed = await ownedBed();
  await endorse(bed);
  const { request } = await collate(bed);
  const other = new PrivacyCa("Another CA", manufacturer.key.publicKey);
  await assertRejects(() => other.answer(request), RsaError);
  // An identity that was made for this CA shows nothing to another.
  const thief = new PrivacyCa("Thief", manufacturer.key.publicKey);
  Object.assign(thief, { key: ca.key });
  assertEquals(typeof await thief.answer(request), "object");
  Object.defineProperty(thief, "pubKey", { value: other.pubKey });
  await assertRejects(() => thief.answer(request), VerifyError);
  const strict = new PrivacyCa("Strict CA", ca.key.publicKey);
  Object.assign(strict, { key: ca.key });
  await assertRejects(() => strict.answer(request), Error, "not certified");
});

Deno.test("collateIdentityRequest() takes one of three ciphers, and the secrets of SRK and owner", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  await assertTspFails("TSS_E_BAD_PARAMETER", () => collate(bed, T.TSS_ALG_XOR));
  const identityLabelData = LABEL;
  const request = (identityKey: T.Key, under = srk) =>
    context.tpm.collateIdentityRequest(under, caKey(context), {
      identityLabelData,
      identityKey,
      algID: T.TSS_ALG_AES,
    });
  const signer = context.createRsaKey(T.TSS_KEY_TYPE_SIGNING);
  await assertFails("TPM_INVALID_KEYUSAGE", () => request(signer));
  const unloaded = context.createRsaKey(T.TSS_KEY_TYPE_STORAGE);
  await assertTspFails("TSS_E_KEY_NOT_LOADED", () => request(newIdentity(context), unloaded));
  const right = srk.usagePolicy;
  secretPolicy(context, "wrong").assignToObject(srk);
  await assertFails("TPM_AUTHFAIL", () => request(newIdentity(context)));
  right.assignToObject(srk);
  secretPolicy(context, "wrong").assignToObject(context.tpm);
  await assertFails("TPM_AUTH2FAIL", () => request(newIdentity(context)));
});

Deno.test("only the TPM and the identity that a credential is for get at it", async () => {
  await using bed = await ownedBed();
  await endorse(bed);
  const { tpm } = bed.context;
  const { identityKey, request } = await collate(bed);
  const answer = await ca.answer(request);
  const activate = (changed: Partial<AttestationBlobs> = {}, key = identityKey) => () =>
    tpm.activateIdentity(key, { ...answer, ...changed });
  const { symCAAttestationBlob, asymCAContentsBlob } = answer;
  const broken = asymCAContentsBlob.with(100, asymCAContentsBlob[100]! ^ 1);
  await assertFails("TPM_DECRYPT_ERROR", activate({ asymCAContentsBlob: broken }));
  const short = symCAAttestationBlob.subarray(0, 20);
  await assertTspFails("TSS_E_BAD_PARAMETER", activate({ symCAAttestationBlob: short }));
  const last = symCAAttestationBlob.length - 1;
  const changed = symCAAttestationBlob.with(last, symCAAttestationBlob[last]! ^ 0x80);
  await assertTspFails("TSS_E_BAD_PARAMETER", activate({ symCAAttestationBlob: changed }));
  const { identityKey: other } = await collate(bed);
  await assertFails("TPM_BAD_PARAMETER", activate({}, other));
  const unloaded = newIdentity(bed.context);
  await assertTspFails("TSS_E_KEY_NOT_LOADED", activate({}, unloaded));
  secretPolicy(bed.context, "wrong").assignToObject(identityKey);
  // Which of the two it is Part 3 does not say, and libtpms says the other.
  const { codeName } = await assertRejects(activate(), TssError);
  assert(["TPM_AUTHFAIL", "TPM_AUTH2FAIL"].includes(codeName), codeName);
  secretPolicy(bed.context, "key").assignToObject(identityKey);
  assertNotEquals((await activate()()).length, 0);
});

Deno.test("a credential in the form of 1.2 is read only while the PCRs have their values", async () => {
  await using bed = await ownedBed();
  const { tpm } = bed.context;
  const { identityKey } = await collate(bed);
  const { endorsementPubKey } = await tpm.getPubEndorsementKey({ ownerAuthorized: true });
  const pcrs = bed.context.createPcrComposite(T.TSS_PCRS_STRUCT_INFO_SHORT);
  pcrs.selectPcrIndexEx(16, T.TSS_PCRS_DIRECTION_RELEASE);
  pcrs.setPcrValue(16, await tpm.pcrRead(16));
  const sessionKey = newSessionKey(TPM_ALG_AES128, systemRandom);
  const blob = encode(TPM_EK_BLOB_ACTIVATE, {
    tag: TPM_TAG_EK_BLOB_ACTIVATE,
    sessionKey,
    idDigest: sha1(identityKey.publicBlob),
    pcrInfo: pcrs.toPcrInfoShort(),
  });
  const contents = encode(TPM_EK_BLOB, {
    tag: TPM_TAG_EK_BLOB,
    ekType: TPM_EK_TYPE_ACTIVATE,
    blob,
  });
  const random = systemRandom;
  const credential = new TextEncoder().encode("for a machine in good order");
  const answer = {
    asymCAContentsBlob: rsaOaepEncrypt(endorsementPubKey.publicKey, contents, { random }),
    symCAAttestationBlob: encode(TPM_SYM_CA_ATTESTATION, {
      algorithm: sessionKeyParms(TPM_ALG_AES128),
      credential: sessionEncrypt(sessionKey, credential, { random }),
    }),
  };
  assertEquals(await tpm.activateIdentity(identityKey, answer), credential);
  await tpm.pcrExtend(16, new Uint8Array(20));
  await assertFails("TPM_WRONGPCRVAL", () => tpm.activateIdentity(identityKey, answer));
});
