import { assertEquals, assertNotEquals } from "@std/assert";
import { decode, encode } from "../../../lib/codec/mod.ts";
import { modPow, seededRandom } from "../../../lib/crypto/mod.ts";
import { attributeGamma } from "../../../lib/tspi/daa/mod.ts";
import { proveIssuerKey } from "../../../lib/tspi/daa/issuer_setup.ts";
import * as T from "../../../lib/tspi/mod.ts";
import { assertTspFails } from "../bed.ts";
import { KEY_PAIR } from "./issuer.ts";
import { issuerKeyOf, publicIssuerKeyOf } from "./objects.ts";

const { publicKey: KEY } = KEY_PAIR;

/** A key with the test's modulus whose exponents are known, so that it can be proved at once. */
function provable(): { keyPair: T.DaaKeyPair; proof: T.DaaKeyProof } {
  const power = (exponent: bigint) => modPow(KEY.capitalS, exponent, KEY.modulus);
  const publicKey: T.DaaPublicKey = {
    ...KEY,
    capitalZ: power(3n),
    capitalR0: power(5n),
    capitalR1: power(7n),
    capitalY: [],
    platformAttributes: 0,
  };
  const random = seededRandom(new Uint8Array(1));
  const short = { publicKey, productPQprime: 1n << 64n };
  return {
    keyPair: { ...KEY_PAIR, publicKey },
    proof: proveIssuerKey(short, [3n, 5n, 7n], random),
  };
}

Deno.test("createObject() makes the objects of DAA, of one kind each", async () => {
  await using context = T.Context.create();
  for (
    const type of [
      T.TSS_OBJECT_TYPE_DAA_CERTIFICATE,
      T.TSS_OBJECT_TYPE_DAA_ISSUER_KEY,
      T.TSS_OBJECT_TYPE_DAA_ARA_KEY,
    ]
  ) {
    assertEquals(context.createObject(type).objectType, type);
    await assertTspFails("TSS_E_INVALID_OBJECT_INITFLAG", () => context.createObject(type, 1));
  }
  const closed = issuerKeyOf(context);
  await context.closeObject(closed);
  await assertTspFails("TSS_E_INVALID_HANDLE", () => closed.keyPair);
});

Deno.test("issuerKeyVerify() says whether the proof is that of the key", async () => {
  await using context = T.Context.create();
  const credential = context.createDaaCredential();
  const { keyPair, proof } = provable();
  const issuerKey = publicIssuerKeyOf(context, keyPair);
  await assertTspFails("TSS_E_INVALID_OBJ_ACCESS", () => credential.issuerKeyVerify(issuerKey));
  const part = T.TSS_TSPATTRIB_DAAISSUERKEYBLOB_PROOF;
  await issuerKey.setAttribData(T.TSS_TSPATTRIB_DAAISSUERKEY_BLOB, part, {
    value: encode(T.TSS_DAA_PK_PROOF, proof),
  });
  assertEquals(credential.issuerKeyVerify(issuerKey), true);
  assertEquals(issuerKey.proof, proof);
  issuerKey.publicKey = { ...keyPair.publicKey, capitalR1: keyPair.publicKey.capitalR0 };
  assertEquals(credential.issuerKeyVerify(issuerKey), false);
  const none = context.createDaaIssuerKey();
  await assertTspFails("TSS_E_INVALID_OBJ_ACCESS", () => credential.issuerKeyVerify(none));
});

Deno.test("an issuer's key has its halves and numbers as attributes", async () => {
  await using context = T.Context.create();
  const issuerKey = context.createDaaIssuerKey();
  const blob = T.TSS_TSPATTRIB_DAAISSUERKEY_BLOB;
  const numbers = T.TSS_TSPATTRIB_DAAISSUERKEY_PUBKEY;
  const [platform, issuer, all] = [
    T.TSS_TSPATTRIB_DAAISSUERKEYPUBKEY_NUM_PLATFORM_ATTRIBS,
    T.TSS_TSPATTRIB_DAAISSUERKEYPUBKEY_NUM_ISSUER_ATTRIBS,
    T.TSS_TSPATTRIB_DAAISSUERKEYPUBKEY_NUM_ATTRIBS,
  ];
  await issuerKey.setAttribUint32(numbers, platform, { value: 3 });
  await issuerKey.setAttribUint32(numbers, issuer, { value: 1 });
  assertEquals(await issuerKey.getAttribUint32(numbers, all), 4);
  await assertTspFails(
    "TSS_E_INVALID_ATTRIB_SUBFLAG",
    () => issuerKey.setAttribUint32(numbers, all, { value: 1 }),
  );
  const parts = [
    [T.TSS_TSPATTRIB_DAAISSUERKEYBLOB_PUBLIC_KEY, encode(T.TSS_DAA_PK, KEY)],
    [T.TSS_TSPATTRIB_DAAISSUERKEYBLOB_SECRET_KEY, encode(T.TSS_DAA_SK, KEY_PAIR)],
    [T.TSS_TSPATTRIB_DAAISSUERKEYBLOB_KEYBLOB, encode(T.TSS_DAA_KEY_PAIR, KEY_PAIR)],
  ] as const;
  for (const [part, value] of parts) {
    await assertTspFails("TSS_E_INVALID_OBJ_ACCESS", () => issuerKey.getAttribData(blob, part));
    const damaged = value.slice(0, -1);
    await assertTspFails(
      "TSS_E_INVALID_ATTRIB_DATA",
      () => issuerKey.setAttribData(blob, part, { value: damaged }),
    );
  }
  for (const [part, value] of parts) {
    await issuerKey.setAttribData(blob, part, { value });
    assertEquals(await issuerKey.getAttribData(blob, part), value);
  }
  assertEquals(await issuerKey.getAttribUint32(numbers, platform), 2);
  assertEquals(await issuerKey.getAttribUint32(numbers, issuer), 2);
  await assertTspFails(
    "TSS_E_INVALID_OBJ_ACCESS",
    () => issuerKey.setAttribUint32(numbers, issuer, { value: 1 }),
  );
  await assertTspFails(
    "TSS_E_INVALID_OBJ_ACCESS",
    () => issuerKey.generateKey(new Uint8Array(1)),
  );
});

Deno.test("an authority's key has its halves as attributes", async () => {
  await using context = T.Context.create();
  const araKey = context.createDaaAraKey();
  await assertTspFails(
    "TSS_E_INVALID_OBJ_ACCESS",
    () => araKey.generateKey(context.createDaaIssuerKey()),
  );
  araKey.generateKey(publicIssuerKeyOf(context));
  const other = context.createDaaAraKey();
  const blob = T.TSS_TSPATTRIB_DAAARAKEY_BLOB;
  const parts = [
    T.TSS_TSPATTRIB_DAAARAKEYBLOB_PUBLIC_KEY,
    T.TSS_TSPATTRIB_DAAARAKEYBLOB_SECRET_KEY,
    T.TSS_TSPATTRIB_DAAARAKEYBLOB_KEYBLOB,
  ];
  for (const part of parts) {
    await assertTspFails("TSS_E_INVALID_OBJ_ACCESS", () => other.getAttribData(blob, part));
  }
  for (const part of parts) {
    await other.setAttribData(blob, part, { value: await araKey.getAttribData(blob, part) });
  }
  assertEquals(other.keyPair, araKey.keyPair);
});

Deno.test("a credential has itself, its gammas, commitments and callbacks as attributes", async () => {
  await using context = T.Context.create();
  const credential = context.createDaaCredential();
  const [blob, gammas] = [
    T.TSS_TSPATTRIB_DAACRED_CREDENTIAL_BLOB,
    T.TSS_TSPATTRIB_DAACRED_ATTRIB_GAMMAS,
  ];
  for (const flag of [blob, gammas]) {
    await assertTspFails(
      "TSS_E_INVALID_OBJ_ACCESS",
      () => credential.getAttribData(flag, T.TSS_TSPATTRIB_DAAATTRIBGAMMAS_BLOB),
    );
  }
  const stored: T.StoredCredential = {
    capitalA: 2n,
    exponent: 3n,
    vBar0: new Uint8Array(4),
    vBar1: new Uint8Array(5),
    attributes: [1n, 2n, 3n, 4n],
    issuerPK: KEY,
    tpmSpecificEnc: new Uint8Array(6),
    daaCounter: 1,
  };
  await credential.setAttribData(blob, 0, { value: encode(T.TSS_DAA_CREDENTIAL, stored) });
  assertEquals(decode(T.TSS_DAA_CREDENTIAL, await credential.getAttribData(blob)), stored);
  const part = T.TSS_TSPATTRIB_DAAATTRIBGAMMAS_BLOB;
  const found = await credential.getAttribData(gammas, part);
  assertEquals(found.length, 8 + 4 * 204);
  const first = found.subarray(8, 8 + 204).toHex();
  assertEquals(BigInt(`0x${first}`), attributeGamma(KEY, 0));
  const commit = T.TSS_TSPATTRIB_DAACRED_COMMIT;
  credential.selections = [[true], [false]];
  assertEquals(await credential.getAttribUint32(commit, T.TSS_TSPATTRIB_DAACOMMIT_NUMBER), 2);
  const selections = await credential.getAttribData(commit, T.TSS_TSPATTRIB_DAACOMMIT_SELECTION);
  assertEquals(selections, Uint8Array.of(1, 2, 0, 0, 0, 0, 0, 1, 1, 1, 2, 0, 0, 0, 0, 0, 1, 0));
  await assertTspFails(
    "TSS_E_INVALID_OBJ_ACCESS",
    () => credential.getAttribData(T.TSS_TSPATTRIB_DAACRED_CALLBACK_SIGN),
  );
  await assertTspFails(
    "TSS_E_INVALID_ATTRIB_DATA",
    () =>
      credential.setAttribData(T.TSS_TSPATTRIB_DAACRED_CALLBACK_SIGN, 0, {
        value: new Uint8Array(1),
      }),
  );
});

Deno.test("verifierInit() draws a nonce each time, and tells the name that was set", async () => {
  await using context = T.Context.create();
  const verifying = context.createDaaCredential();
  verifying.verifierBaseName = Uint8Array.of(1, 2);
  const [first, second] = [verifying.verifierInit(), verifying.verifierInit()];
  assertNotEquals(first.nonceVerifier, second.nonceVerifier);
  assertEquals(first.baseName, Uint8Array.of(1, 2));
  await context.closeObject(verifying);
  await assertTspFails("TSS_E_INVALID_HANDLE", () => verifying.verifierInit());
});
