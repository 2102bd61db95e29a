import { assertEquals, assertRejects } from "@std/assert";
import { Manufacturer, PrivacyCa } from "../../examples/privacy_ca.ts";
import { decode, encode } from "../../lib/codec/mod.ts";
import { hmacSha1, mgf1, rsaOaepEncrypt, sha1, systemRandom } from "../../lib/crypto/mod.ts";
import { encryptIdentityProof, openIdentityRequest } from "../../lib/formats/mod.ts";
import { sessionDecrypt } from "../../lib/formats/session_key.ts";
import {
  TPM_ALG_AES128,
  TPM_CHANGEAUTH_VALIDATE,
  TPM_IDENTITY_PROOF,
  TPM_PUBKEY,
  TPM_SYMMETRIC_KEY,
  tssError,
} from "../../lib/tpm12/mod.ts";
import * as T from "../../lib/tspi/mod.ts";
import { makeIdentity } from "../../lib/tspi/make_identity.ts";
import {
  assertTspFails,
  makeKey,
  type OwnedBed,
  ownedBed,
  secretPolicy,
  SIGNING,
  signs,
  unownedBed,
} from "./bed.ts";

/** The attributes that are callbacks, and the classes that have them. */
const ATTRIBUTES = {
  policy: [
    T.TSS_TSPATTRIB_POLICY_CALLBACK_HMAC,
    T.TSS_TSPATTRIB_POLICY_CALLBACK_XOR_ENC,
    T.TSS_TSPATTRIB_POLICY_CALLBACK_TAKEOWNERSHIP,
    T.TSS_TSPATTRIB_POLICY_CALLBACK_CHANGEAUTHASYM,
    T.TSS_TSPATTRIB_POLICY_CALLBACK_SEALX_MASK,
  ],
  tpm: [
    T.TSS_TSPATTRIB_TPM_CALLBACK_COLLATEIDENTITY,
    T.TSS_TSPATTRIB_TPM_CALLBACK_ACTIVATEIDENTITY,
  ],
};

Deno.test("callbacks are attributes of data, and null takes them away", async () => {
  await using bed = await unownedBed();
  const { context } = bed;
  const objects = { policy: context.createPolicy(), tpm: context.tpm };
  for (const [name, flags] of Object.entries(ATTRIBUTES)) {
    const object = objects[name as keyof typeof objects];
    for (const flag of flags) {
      const get = () => object.getAttribData<T.TssCallback>(flag);
      await assertTspFails("TSS_E_INVALID_OBJ_ACCESS", get);
      const value: T.TssCallback = { callback: () => {}, appData: flag };
      await object.setAttribData(flag, 0, { value });
      assertEquals(await get(), value);
      const wrong = () => object.setAttribData(flag, 0, { value: new Uint8Array(1) });
      await assertTspFails("TSS_E_INVALID_ATTRIB_DATA", wrong);
      await object.setAttribData(flag, 0, { value: null });
      await assertTspFails("TSS_E_INVALID_OBJ_ACCESS", get);
    }
    assertEquals(Object.values(object.callbacks), flags.map(() => null));
  }
});

/** The HMAC callback of somebody who keeps the secret to himself. */
function keeperOf(secret: Uint8Array, seen: T.HmacAuthInput[]): T.CallbackHMACAuth {
  return (input) => {
    seen.push(input);
    const { nonceEvenOSAP, nonceOddOSAP, returnOrVerify, hmacData } = input;
    const key = nonceEvenOSAP === null ? secret : hmacSha1(secret, nonceEvenOSAP, nonceOddOSAP!);
    const continueUse = Uint8Array.of(input.continueUse ? 1 : 0);
    const hmac = hmacSha1(
      key,
      input.paramDigest,
      input.nonceEven,
      input.nonceOdd,
      continueUse,
    );
    return returnOrVerify ? hmac : hmac.toHex() === hmacData!.toHex();
  };
}

Deno.test("callbacks do the work of a secret: HMAC under OIAP and OSAP, and hiding new secrets", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const seen: T.HmacAuthInput[] = [];
  const policy = context.createPolicy();
  const hmac = keeperOf(T.TSS_WELL_KNOWN_SECRET, seen);
  await policy.setAttribData(T.TSS_TSPATTRIB_POLICY_CALLBACK_HMAC, 0, {
    value: { callback: hmac, appData: "keeper" },
  });
  policy.setSecret(T.TSS_SECRET_MODE_CALLBACK);
  policy.assignToObject(srk);

  const key = context.createRsaKey(SIGNING | T.TSS_KEY_AUTHORIZATION);
  secretPolicy(context, "key").assignToObject(key);
  await assertTspFails("TSS_E_INTERNAL_ERROR", () => key.createKey(srk));
  policy.callbacks.xorEnc = {
    callback: async ({ osapObject, object, nonceEven, nonceEvenOSAP, nonceOddOSAP }) => {
      assertEquals([osapObject, object], [srk, key]);
      const shared = hmacSha1(T.TSS_WELL_KNOWN_SECRET, nonceEvenOSAP!, nonceOddOSAP!);
      const mask = sha1(shared, nonceEven);
      const usage = await key.usagePolicy.getSecret();
      return {
        encAuthUsage: usage.map((byte, i) => byte ^ mask[i]!),
        encAuthMigration: new Uint8Array(20),
      };
    },
  };
  await key.createKey(srk);
  await key.loadKey(srk);
  assertEquals(seen.map(({ pendingFunction }) => pendingFunction), [0x1f, 0x1f, 0x41, 0x41]);
  assertEquals(seen.map(({ returnOrVerify }) => returnOrVerify), [true, false, true, false]);
  assertEquals(seen.map(({ object }) => object), [srk, srk, srk, srk]);
  assertEquals(seen[0]!.appData, "keeper");

  const hash = context.createHash();
  hash.updateHashValue(new Uint8Array(1));
  await hash.verifySignature(key, await hash.sign(key));
});

Deno.test("what an HMAC callback throws or refuses ends the command, and no session stays", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const key = await makeKey(bed);
  const policy = context.createPolicy();
  policy.assignToObject(srk);
  const failure = tssError("tsp", "TSS_E_CANCELED");
  policy.callbacks.hmac = {
    callback: () => {
      throw failure;
    },
  };
  policy.setSecret(T.TSS_SECRET_MODE_CALLBACK);
  assertEquals(await assertRejects(() => key.loadKey(srk)), failure);
  policy.callbacks.hmac = { callback: () => new Uint8Array(3) };
  await assertTspFails("TSS_E_BAD_PARAMETER", () => key.loadKey(srk));
  const honest = keeperOf(T.TSS_WELL_KNOWN_SECRET, []);
  policy.callbacks.hmac = {
    callback: (input) => input.returnOrVerify ? honest(input) : false,
  };
  await assertTspFails("TSS_E_TSP_AUTHFAIL", () => key.loadKey(srk));
});

Deno.test("takeOwnership() has callbacks encrypt both secrets, and refuses a mixture", async () => {
  await using bed = await unownedBed();
  const { context } = bed;
  const secret = sha1(new TextEncoder().encode("owner"));
  const { endorsementPubKey } = await context.tpm.getPubEndorsementKey();
  const policy = context.createPolicy();
  policy.callbacks.hmac = { callback: keeperOf(secret, []) };
  policy.setSecret(T.TSS_SECRET_MODE_CALLBACK);
  policy.assignToObject(context.tpm);
  const srk = context.createRsaKey(T.TSS_KEY_TSP_SRK | T.TSS_KEY_AUTHORIZATION);
  await assertTspFails("TSS_E_BAD_PARAMETER", () => context.tpm.takeOwnership(srk));
  policy.assignToObject(srk);
  await assertTspFails("TSS_E_INTERNAL_ERROR", () => context.tpm.takeOwnership(srk));
  const objects: unknown[] = [];
  policy.callbacks.takeOwnership = {
    callback: ({ object, pubKey }) => {
      objects.push(object);
      assertEquals(pubKey.publicBlob, endorsementPubKey.publicBlob);
      return rsaOaepEncrypt(pubKey.publicKey, secret, { random: systemRandom });
    },
  };
  await context.tpm.takeOwnership(srk);
  assertEquals(objects, [context.tpm, srk]);
  await context.tpm.ownerGetSRKPubKey();
});

/** The hash of a session's secret that hides and proves, as somebody who knows the secret makes it. */
const sharedOf = (secret: Uint8Array, { nonceEvenOSAP, nonceOddOSAP }: T.SessionNonces) =>
  hmacSha1(secret, nonceEvenOSAP!, nonceOddOSAP!);
const xor = (a: Uint8Array, b: Uint8Array) => a.map((byte, i) => byte ^ b[i]!);

/** A policy whose callbacks keep a secret: HMACs and hidden secrets of objects are theirs. */
function keeper(context: T.Context, secret: Uint8Array, newSecret = secret): T.Policy {
  const policy = context.createPolicy();
  policy.callbacks.hmac = { callback: keeperOf(secret, []) };
  policy.callbacks.xorEnc = {
    callback: (input) => {
      const shared = sharedOf(secret, input);
      return {
        encAuthUsage: xor(newSecret, sha1(shared, input.nonceEven)),
        encAuthMigration: xor(newSecret, sha1(shared, input.nonceOdd)),
      };
    },
  };
  policy.setSecret(T.TSS_SECRET_MODE_CALLBACK);
  return policy;
}

Deno.test("the sealx callback hides the data where only callbacks know the secret", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const encData = context.createEncData();
  encData.protects = true;
  const data = new TextEncoder().encode("masked");
  const dataSecret = sha1(new TextEncoder().encode("data"));
  const plain = srk.usagePolicy;
  keeper(context, T.TSS_WELL_KNOWN_SECRET, dataSecret).assignToObject(srk);
  const policy = secretPolicy(context, "data");
  policy.assignToObject(encData);
  await assertTspFails("TSS_E_INTERNAL_ERROR", () => encData.seal(srk, data));
  await policy.setAttribData(T.TSS_TSPATTRIB_POLICY_CALLBACK_SEALX_MASK, 0, {
    value: {
      appData: "mask",
      callback: (input: T.SealxMaskInput) => {
        assertEquals([input.key, input.encData, input.appData], [srk, encData, "mask"]);
        const { nonceEven, nonceOdd } = input;
        const shared = sharedOf(T.TSS_WELL_KNOWN_SECRET, input);
        const seed = [...nonceEven, ...nonceOdd, ...new TextEncoder().encode("XOR"), ...shared];
        return xor(input.data, mgf1(Uint8Array.from(seed), input.data.length));
      },
    },
  });
  await encData.seal(srk, data);
  assertEquals(await encData.unseal(srk), data);
  // The TPM sealed the data itself: without callbacks it comes out the same.
  plain.assignToObject(srk);
  secretPolicy(context, "data").assignToObject(encData);
  assertEquals(await encData.unseal(srk), data);
});

Deno.test("the callback of change auth asym hides the new secret", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const identity = context.createRsaKey(T.TSS_KEY_TYPE_IDENTITY);
  await makeIdentity(identity, { srk });
  await identity.loadKey(srk);
  const key = await makeKey(bed);
  const oldSecret = sha1(new TextEncoder().encode("key"));
  const newSecret = sha1(new TextEncoder().encode("new"));
  const newPolicy = keeper(context, newSecret);
  const change = () => key.changeAuthAsym(srk, identity, { newPolicy });
  await assertTspFails("TSS_E_INTERNAL_ERROR", change);
  const failure = tssError("tsp", "TSS_E_CANCELED");
  newPolicy.callbacks.changeAuthAsym = { callback: () => Promise.reject(failure) };
  assertEquals(await assertRejects(change), failure);
  await newPolicy.setAttribData(T.TSS_TSPATTRIB_POLICY_CALLBACK_CHANGEAUTHASYM, 0, {
    value: {
      appData: "asym",
      callback: ({ appData, object, pubKey }: T.ChangeAuthAsymInput) => {
        assertEquals([appData, object], ["asym", key]);
        const message = encode(TPM_CHANGEAUTH_VALIDATE, {
          newAuthSecret: newSecret,
          n1: new Uint8Array(20),
        });
        return {
          encAuth: rsaOaepEncrypt(pubKey.publicKey, message, { random: systemRandom }),
          authLink: hmacSha1(oldSecret, newSecret),
        };
      },
    },
  });
  await change();
  await key.loadKey(srk);
  await signs(key);
  secretPolicy(context, "new").assignToObject(key);
  await signs(key);
});

/** A privacy CA, its key as the platform knows it, and how a request to it is made. */
async function askCa({ context, srk }: OwnedBed) {
  const manufacturer = new Manufacturer("Maker of TPMs");
  const ca = new PrivacyCa("Privacy CA", manufacturer.key.publicKey);
  const { tpm } = context;
  const { endorsementPubKey } = await tpm.getPubEndorsementKey({ ownerAuthorized: true });
  tpm.credentials.endorsement = await manufacturer.certify(endorsementPubKey.publicKey);
  const caPubKey = context.createRsaKey(T.TSS_KEY_TYPE_LEGACY);
  caPubKey.publicBlob = encode(TPM_PUBKEY, ca.pubKey);
  const identityKey = context.createRsaKey(T.TSS_KEY_TYPE_IDENTITY);
  const collate = () =>
    tpm.collateIdentityRequest(srk, caPubKey, {
      identityLabelData: Uint8Array.of(0x41, 0),
      identityKey,
      algID: T.TSS_ALG_3DES,
    });
  return { ca, identityKey, collate };
}

Deno.test("the callback of collate identity encrypts the proof", async () => {
  await using bed = await ownedBed();
  const { tpm } = bed.context;
  const { ca, collate } = await askCa(bed);
  const failure = tssError("tsp", "TSS_E_CANCELED");
  tpm.callbacks.collateIdentity = { callback: () => Promise.reject(failure) };
  assertEquals(await assertRejects(collate), failure);
  let seen: Uint8Array | undefined;
  await tpm.setAttribData(T.TSS_TSPATTRIB_TPM_CALLBACK_COLLATEIDENTITY, 0, {
    value: {
      appData: "collate",
      callback: ({ appData, identityProof, alg }: T.CollateIdentityInput) => {
        assertEquals([appData, alg], ["collate", T.TSS_ALG_3DES]);
        seen = identityProof;
        // Another cipher than was asked for: what the CA decrypts is the callback's.
        const encrypted = encryptIdentityProof(identityProof, {
          caPubKey: ca.pubKey,
          algId: TPM_ALG_AES128,
          random: systemRandom,
        });
        return { sessionKey: encrypted.asymBlob, identityProof: encrypted.symBlob };
      },
    },
  });
  const request = await collate();
  assertEquals(openIdentityRequest(request, ca.key), decode(TPM_IDENTITY_PROOF, seen!));
});

Deno.test("the callback of activate identity decrypts the credential", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const { tpm } = context;
  const { ca, identityKey, collate } = await askCa(bed);
  const answer = await ca.answer(await collate());
  await identityKey.loadKey(srk);
  const certificate = await tpm.activateIdentity(identityKey, answer);
  const activate = () => tpm.activateIdentity(identityKey, answer);
  const failure = tssError("tsp", "TSS_E_CANCELED");
  tpm.callbacks.activateIdentity = { callback: () => Promise.reject(failure) };
  assertEquals(await assertRejects(activate), failure);
  await tpm.setAttribData(T.TSS_TSPATTRIB_TPM_CALLBACK_ACTIVATEIDENTITY, 0, {
    value: {
      appData: "activate",
      callback: ({ appData, sessionKey, credential }: T.ActivateIdentityInput) => {
        const plain = sessionDecrypt(decode(TPM_SYMMETRIC_KEY, sessionKey), credential);
        assertEquals(plain, certificate);
        return new TextEncoder().encode(`${appData}d`);
      },
    },
  });
  assertEquals(new TextDecoder().decode(await activate()), "activated");
});
