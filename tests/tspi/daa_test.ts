import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { decode, encode } from "../../lib/codec/mod.ts";
import { makeIdentity } from "../../lib/tspi/make_identity.ts";
import * as T from "../../lib/tspi/mod.ts";
import { assertFails, assertTspFails, secretPolicy } from "./bed.ts";
import { KEY_PAIR } from "./daa/issuer.ts";
import {
  attribute,
  enableTransport,
  hashOf,
  joined,
  parties,
  publicIssuerKeyOf,
  requestCredential,
} from "./daa/objects.ts";
import type { PathName } from "./paths.ts";

const NONCE = new Uint8Array(20).fill(9);
const NAME = new TextEncoder().encode("verifier.example");

Deno.test("a platform joins, signs, and a verifier without TPM agrees", async () => {
  await using all = await parties();
  const { context, verifier, issuerPublic, verifying } = all;
  const credential = await joined(all);
  const { nonceVerifier, baseName } = verifying.verifierInit();
  assertEquals([nonceVerifier.length, baseName.length], [20, 0]);
  const signed = await context.tpm.daaSign(credential, {
    signData: hashOf(context, "message"),
    verifierNonce: nonceVerifier,
  });
  // It travels as bytes.
  const daaSignature = decode(T.TSS_DAA_SIGNATURE, encode(T.TSS_DAA_SIGNATURE, signed));
  assertEquals(daaSignature, signed);
  const asked = {
    daaSignature,
    signData: hashOf(verifier, "message"),
    verifierNonce: nonceVerifier,
  };
  const verify = (changes: Partial<T.VerifyDaaSignatureOptions> = {}) =>
    verifying.verifySignature(issuerPublic, { ...asked, ...changes });
  assert(await verify());
  assertEquals(await verify({ verifierNonce: NONCE }), false);
  assertEquals(await verify({ signData: hashOf(verifier, "another message") }), false);
  assertEquals(await verify({ verifierBaseName: NAME }), false);
  for (const field of ["capitalT", "sV", "sF0", "sE", "zeta"] as const) {
    const tampered = { ...daaSignature, [field]: daaSignature[field] + 1n };
    assertEquals(await verify({ daaSignature: tampered }), false, field);
  }
  await assertTspFails("TSS_E_BAD_PARAMETER", () => verify({ verifierNonce: new Uint8Array(19) }));
  await assertTspFails(
    "TSS_E_BAD_PARAMETER",
    () => verify({ daaSignature: { ...daaSignature, sV: -1n } }),
  );
  await assertTspFails("TSS_E_HASH_NO_DATA", () => verify({ signData: verifier.createHash() }));
});

Deno.test("nobody but the owner signs, and with the TPM's own blobs alone", async () => {
  await using all = await parties();
  const { context } = all;
  const credential = await joined(all);
  const inputs = { signData: hashOf(context, "message"), verifierNonce: NONCE };
  const { stored } = credential;
  for (const field of ["tpmSpecificEnc", "vBar0", "vBar1"] as const) {
    const changed = stored[field].slice();
    changed[changed.length - 1]! ^= 1;
    credential.stored = { ...stored, [field]: changed };
    await assertFails("TPM_DAA_INPUT_DATA0", () => context.tpm.daaSign(credential, inputs));
  }
  credential.stored = stored;
  await context.tpm.daaSign(credential, inputs);
  secretPolicy(context, "not the owner").assignToObject(context.tpm);
  await assertFails("TPM_AUTHFAIL", () => context.tpm.daaSign(credential, inputs));
});

Deno.test("signatures under one name are linked, and the name is proved", async () => {
  await using all = await parties();
  const { context, verifier, issuerPublic, verifying } = all;
  const credential = await joined(all);
  verifying.verifierBaseName = NAME;
  const { nonceVerifier: verifierNonce, baseName } = verifying.verifierInit();
  const sign = (verifierBaseName?: Uint8Array) =>
    context.tpm.daaSign(credential, {
      signData: hashOf(context, "message"),
      verifierNonce,
      ...verifierBaseName && { verifierBaseName },
    });
  const [first, second, third] = [await sign(baseName), await sign(baseName), await sign()];
  assertEquals(first.signedPseudonym, second.signedPseudonym);
  assertNotEquals(first.signedPseudonym, third.signedPseudonym);
  const verify = (daaSignature: T.DaaSignature, verifierBaseName: Uint8Array) =>
    verifying.verifySignature(issuerPublic, {
      daaSignature,
      signData: hashOf(verifier, "message"),
      verifierNonce,
      verifierBaseName,
    });
  assert(await verify(first, NAME));
  assertEquals(await verify(first, new TextEncoder().encode("other.example")), false);
  assertEquals(await verify(third, NAME), false);
});

Deno.test("attributes are revealed or committed to as the signer says", async () => {
  await using all = await parties();
  const { context, verifier, issuerPublic, verifying } = all;
  const credential = await joined(all);
  const selections = [[false, true, false, false]];
  await credential.setAttribData(
    T.TSS_TSPATTRIB_DAACRED_COMMIT,
    T.TSS_TSPATTRIB_DAACOMMIT_SELECTION,
    { value: encode(T.TSS_DAA_SELECTED_ATTRIB, selections[0]!) },
  );
  const revealAttributes = [true, false, true, false];
  const inputs = { signData: hashOf(context, "message"), verifierNonce: NONCE };
  const daaSignature = await context.tpm.daaSign(credential, { ...inputs, revealAttributes });
  const part = T.TSS_TSPATTRIB_DAACOMMIT_COMMITMENTS;
  assertEquals(
    await credential.getAttribData(T.TSS_TSPATTRIB_DAACRED_COMMIT, part),
    encode(T.TSS_DAA_ATTRIB_COMMIT, daaSignature.attributeCommitments[0]!),
  );
  const attributes = [attribute(5), null, attribute(7), null];
  const verify = (revealed: (Uint8Array | null)[]) =>
    verifying.verifySignature(issuerPublic, {
      daaSignature,
      signData: hashOf(verifier, "message"),
      verifierNonce: NONCE,
      attributes: revealed,
    });
  for (const others of [[], [[false, false, false, true]]]) {
    verifying.selections = others;
    assertEquals(await verify(attributes), false);
  }
  verifying.selections = selections;
  assert(await verify(attributes));
  assertEquals(await verify([attribute(6), null, attribute(7), null]), false);
  for (const wrong of [[null, null, null, null], [attribute(5)], [new Uint8Array(12), null]]) {
    await assertTspFails("TSS_E_BAD_PARAMETER", () => verify(wrong));
  }
  for (const wrong of [[true], [false, true, false, false]]) {
    await assertTspFails(
      "TSS_E_BAD_PARAMETER",
      () => context.tpm.daaSign(credential, { ...inputs, revealAttributes: wrong }),
    );
  }
});

Deno.test("an authority lifts anonymity on its condition alone", async () => {
  await using all = await parties();
  const { context, issuer, verifier, issuerPublic, verifying } = all;
  const credential = await joined(all);
  await using authority = T.Context.create();
  const whole = authority.createDaaAraKey();
  whole.generateKey(publicIssuerKeyOf(authority));
  const publicHalf = (of: T.Context) => {
    const araKey = of.createDaaAraKey();
    araKey.publicKey = whole.publicKey;
    return araKey;
  };
  const verifierBaseName = KEY_PAIR.publicKey.issuerBaseName;
  const inputs = { verifierNonce: NONCE, verifierBaseName };
  const daaSignature = await context.tpm.daaSign(credential, {
    ...inputs,
    signData: hashOf(context, "message"),
    araKey: publicHalf(context),
    araCondition: hashOf(context, "a court's order"),
  });
  const verify = (araCondition: T.Hash | null, araKey: T.DaaAraKey | null) =>
    verifying.verifySignature(issuerPublic, {
      ...inputs,
      daaSignature,
      signData: hashOf(verifier, "message"),
      araKey,
      araCondition,
    });
  assert(await verify(hashOf(verifier, "a court's order"), publicHalf(verifier)));
  assertEquals(await verify(null, publicHalf(verifier)), false);
  assertEquals(await verify(null, null), false);
  const encrypted = daaSignature.signedPseudonym as T.EncryptedPseudonym;
  const issuerKey = publicIssuerKeyOf(authority);
  const araCondition = hashOf(authority, "a court's order");
  const { capitalNv } = whole.revokeAnonymity(encrypted, { issuerKey, araCondition });
  // Under the issuer's own name it is what the issuer knows the platform by.
  const { capitalNi } = (await requestCredential({ context, issuer })).credentialRequest;
  assertEquals(capitalNv, capitalNi);
  await assertTspFails(
    "TSS_E_DAA_AR_DECRYPTION_ERROR",
    () => whole.revokeAnonymity(encrypted, { issuerKey }),
  );
  await assertTspFails(
    "TSS_E_INVALID_OBJ_ACCESS",
    () => publicHalf(authority).revokeAnonymity(encrypted, { issuerKey, araCondition }),
  );
});

Deno.test("callbacks prove and check more than the signature does", async () => {
  await using all = await parties();
  const { context, verifier, issuerPublic, verifying } = all;
  const credential = await joined(all);
  const inputs = { signData: hashOf(context, "message"), verifierNonce: NONCE };
  const callback: T.DaaSign = ({ appData, attributes, randomAttributes, gammas }) => {
    assertEquals([appData, attributes.length, gammas.length], ["signer", 4, 4]);
    assert(randomAttributes.every((random) => random > 0n));
    const payload = new TextEncoder().encode("the sum is 18");
    return { challenge: hashOf(context, "sum"), payloadFlag: 7, payload };
  };
  await credential.setAttribData(T.TSS_TSPATTRIB_DAACRED_CALLBACK_SIGN, 0, {
    value: { callback, appData: "signer" },
  });
  const daaSignature = await context.tpm.daaSign(credential, inputs);
  const signData = hashOf(verifier, "message");
  const verify = (signature: T.DaaSignature = daaSignature) =>
    verifying.verifySignature(issuerPublic, {
      daaSignature: signature,
      signData,
      verifierNonce: NONCE,
    });
  assert(await verify());
  const { callbackResult } = daaSignature;
  const challenge = NONCE;
  const other = { ...daaSignature, callbackResult: { ...callbackResult!, challenge } };
  assertEquals(await verify(other), false);
  let seen: T.DaaVerifySignatureInput | undefined;
  const check: T.DaaVerifySignature = (input) => {
    seen = input;
    return input.appData === "agrees";
  };
  for (const appData of ["agrees", "refuses"]) {
    await verifying.setAttribData(T.TSS_TSPATTRIB_DAACRED_CALLBACK_VERIFYSIGNATURE, 0, {
      value: { callback: check, appData },
    });
    assertEquals(await verify(), appData === "agrees");
  }
  assertEquals(seen!.additionalProof, callbackResult);
  assertEquals(seen!.sAttributes, daaSignature.sA);
  // What the callback throws ends the signature, and the TPM's session.
  await credential.setAttribData(T.TSS_TSPATTRIB_DAACRED_CALLBACK_SIGN, 0, {
    value: { callback: () => context.createHash().getHashValue() },
  });
  await assertTspFails("TSS_E_HASH_NO_DATA", () => context.tpm.daaSign(credential, inputs));
});

Deno.test("all of it goes through transport sessions, encrypted or not", async () => {
  for (
    const mode of [
      T.TSS_TSPATTRIB_TRANSPORT_NO_DEFAULT_ENCRYPTION,
      T.TSS_TSPATTRIB_TRANSPORT_DEFAULT_ENCRYPTION,
    ]
  ) {
    await using all = await parties();
    const { context, verifier, issuerPublic, verifying } = all;
    await enableTransport(all, mode);
    const credential = await joined(all);
    const inputs = { verifierNonce: NONCE, verifierBaseName: NAME };
    const signed = { ...inputs, signData: hashOf(context, "message") };
    const daaSignature = await context.tpm.daaSign(credential, signed);
    const signData = hashOf(verifier, "message");
    assert(
      await verifying.verifySignature(issuerPublic, { ...inputs, daaSignature, signData }),
    );
  }
});

/** Signs an identity key over a way to the TPM; gives whether a verifier agrees. */
async function signIdentity(path: PathName): Promise<boolean> {
  await using all = await parties({ path });
  const { context, srk, verifier, issuerPublic, verifying } = all;
  const credential = await joined(all);
  const identity = context.createRsaKey(T.TSS_KEY_TYPE_IDENTITY);
  await makeIdentity(identity, { srk });
  const inputs = { signData: identity, verifierNonce: NONCE };
  await assertTspFails("TSS_E_KEY_NOT_LOADED", () => context.tpm.daaSign(credential, inputs));
  await identity.loadKey(srk);
  await assertTspFails(
    "TSS_E_INVALID_KEYUSAGE",
    () => context.tpm.daaSign(credential, { ...inputs, signData: srk }),
  );
  const daaSignature = await context.tpm.daaSign(credential, inputs);
  const signData = verifier.createRsaKey(T.TSS_KEY_TYPE_IDENTITY);
  signData.publicBlob = identity.publicBlob;
  const asked = { daaSignature, verifierNonce: NONCE };
  const digest = hashOf(verifier, "message");
  assertEquals(
    await verifying.verifySignature(issuerPublic, { ...asked, signData: digest }),
    false,
  );
  return await verifying.verifySignature(issuerPublic, { ...asked, signData });
}

Deno.test("an identity key is signed, and verified by its public half", async () => {
  assert(await signIdentity("emulator"));
});

Deno.test("a tcsd tells no handle of the TPM's to sign an identity key with", async () => {
  const error = await assertFails("TSS_E_NOTIMPL", () => signIdentity("tcsd-emulator"));
  assertEquals(error.layer, "tcs");
});
