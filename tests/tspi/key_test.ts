import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { decode } from "../../lib/codec/mod.ts";
import { generateRsaKey, systemRandom } from "../../lib/crypto/mod.ts";
import {
  STRUCT_VER_1_1,
  TPM_CERTIFY_INFO_ANY,
  TPM_KEY_ANY,
  TPM_KEY_SIGNING,
  TPM_TAG_CERTIFY_INFO2,
} from "../../lib/tpm12/mod.ts";
import { verifyCertifyInfo } from "../../lib/verify/mod.ts";
import * as T from "../../lib/tspi/mod.ts";
import {
  assertFails,
  assertTspFails,
  makeKey,
  ownedBed,
  secretPolicy,
  SIGNING,
  signs,
} from "./bed.ts";

const INFO = T.TSS_TSPATTRIB_KEY_INFO;

function newKey(initFlags: number, options: T.ContextOptions = {}): T.Key {
  return T.Context.create(options).createRsaKey(initFlags);
}

Deno.test("createKey(), loadKey() and unloadKey() make a key that signs while it is loaded", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const key = context.createRsaKey(SIGNING | T.TSS_KEY_AUTHORIZATION);
  secretPolicy(context, "key").assignToObject(key);
  await assertTspFails("TSS_E_KEY_NOT_LOADED", () => key.getPubKey());
  await key.createKey(srk);
  assertEquals(key.isLoaded, false);
  assertEquals(key.publicKey.bits, 512);
  await key.loadKey(srk);
  await signs(key);
  assertEquals(await key.getPubKey(), key.publicBlob);
  await key.unloadKey();
  await assertTspFails("TSS_E_KEY_NOT_LOADED", () => key.unloadKey());
  await assertTspFails("TSS_E_KEY_NOT_LOADED", () => signs(key));
});

Deno.test("loadKey() again replaces what was loaded", async () => {
  await using bed = await ownedBed();
  const key = await makeKey(bed);
  await key.loadKey(bed.srk);
  await signs(key);
});

Deno.test("createKey() refuses a parent that is not loaded, and a key that is", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const parent = context.createRsaKey(T.TSS_KEY_TYPE_STORAGE);
  const key = await makeKey(bed);
  await assertTspFails("TSS_E_INVALID_OBJ_ACCESS", () => key.createKey(srk));
  await assertTspFails("TSS_E_KEY_NOT_LOADED", () => context.createRsaKey(0).createKey(parent));
});

Deno.test("a wrong secret of the parent is TPM_AUTHFAIL for createKey() and loadKey()", async () => {
  await using bed = await ownedBed();
  const key = await makeKey(bed);
  secretPolicy(bed.context, "wrong").assignToObject(bed.srk);
  await assertFails("TPM_AUTHFAIL", () => bed.context.createRsaKey(SIGNING).createKey(bed.srk));
  await assertFails("TPM_AUTHFAIL", () => key.loadKey(bed.srk));
});

Deno.test("a migratable key takes a migration policy", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const key = context.createRsaKey(SIGNING | T.TSS_KEY_MIGRATABLE);
  await assertTspFails("TSS_E_KEY_NO_MIGRATION_POLICY", () => key.createKey(srk));
  const policy = context.createPolicy(T.TSS_POLICY_MIGRATION);
  policy.setSecret(T.TSS_SECRET_MODE_PLAIN, "migrate");
  policy.assignToObject(key);
  await key.createKey(srk);
  assertEquals(key.isMigratable, true);
});

Deno.test("a certified migratable key takes its authorities' approval", async () => {
  await using bed = await ownedBed();
  const key = bed.context.createRsaKey(SIGNING | T.TSS_KEY_CERTIFIED_MIGRATABLE);
  assert("tag" in key.fields, "it is a TPM_KEY12");
  await assertTspFails("TSS_E_BAD_PARAMETER", () => key.createKey(bed.srk));
});

for (const struct of [T.TSS_KEY_STRUCT_KEY, T.TSS_KEY_STRUCT_KEY12]) {
  Deno.test(`a key bound to PCRs works only while they are right (structure 0x${struct.toString(16)})`, async () => {
    await using bed = await ownedBed();
    const { context, srk } = bed;
    const pcrs = context.createPcrComposite(T.TSS_PCRS_STRUCT_INFO);
    pcrs.setPcrValue(16, await context.tpm.pcrRead(16));
    const key = context.createRsaKey(SIGNING | struct);
    await key.createKey(srk, pcrs);
    await key.loadKey(srk);
    await signs(key);
    const [flag, part] = struct === T.TSS_KEY_STRUCT_KEY
      ? [T.TSS_TSPATTRIB_KEY_PCR, T.TSS_TSPATTRIB_KEYPCR_DIGEST_ATRELEASE]
      : [T.TSS_TSPATTRIB_KEY_PCR_LONG, T.TSS_TSPATTRIB_KEYPCRLONG_DIGEST_ATRELEASE];
    assertEquals(await key.getAttribData(flag, part), pcrs.getCompositeHash());
    await context.tpm.pcrExtend(16, new Uint8Array(20));
    await assertFails("TPM_WRONGPCRVAL", () => signs(key));
  });
}

Deno.test("wrapKey() brings a key from outside under the SRK", async () => {
  await using bed = await ownedBed();
  const { context } = bed;
  const srk = await context.loadKeyByUUID(T.TSS_PS_TYPE_SYSTEM, T.TSS_UUID_SRK);
  const outside = generateRsaKey(512, 65537n, systemRandom);
  const key = context.createRsaKey(SIGNING | T.TSS_KEY_MIGRATABLE | T.TSS_KEY_AUTHORIZATION);
  const policy = context.createPolicy(T.TSS_POLICY_MIGRATION);
  policy.setSecret(T.TSS_SECRET_MODE_PLAIN, "migrate");
  policy.assignToObject(key);
  secretPolicy(context, "key").assignToObject(key);
  await key.setAttribData(T.TSS_TSPATTRIB_RSAKEY_INFO, T.TSS_TSPATTRIB_KEYINFO_RSA_MODULUS, {
    value: outside.publicKey.modulus,
  });
  await key.setAttribData(T.TSS_TSPATTRIB_KEY_BLOB, T.TSS_TSPATTRIB_KEYBLOB_PRIVATE_KEY, {
    value: outside.prime,
  });
  await assertFails("TPM_INVALID_KEYHANDLE", () => key.wrapKey(srk));
  await context.tpm.setStatus(T.TSS_TPMSTATUS_DISABLEPUBSRKREAD, false);
  await key.wrapKey(srk);
  await key.loadKey(srk);
  assertEquals(key.publicKey.n, outside.publicKey.n);
  await signs(key);
});

Deno.test("wrapKey() refuses keys without a part, and keys that are not migratable", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const key = context.createRsaKey(SIGNING);
  await assertTspFails("TSS_E_KEY_NOT_SET", () => key.wrapKey(srk));
  const made = context.createRsaKey(SIGNING);
  await made.createKey(srk);
  await assertTspFails("TSS_E_BAD_PARAMETER", () => made.wrapKey(srk));
  await assertTspFails("TSS_E_KEY_NOT_SET", () => key.wrapKey(key));
});

Deno.test("certifyKey() proves what a key is to whoever asks", async () => {
  await using bed = await ownedBed();
  const certifier = await makeKey(bed);
  const key = await makeKey(bed);
  const nonce = new Uint8Array(20).fill(5);
  const { data, validationData } = await key.certifyKey(certifier, { externalData: nonce });
  const { info } = verifyCertifyInfo({
    certifyInfo: data,
    signature: validationData,
    publicKey: certifier.publicKey,
    nonce,
    key: key.tpmKey,
  });
  assertEquals(info.keyUsage, TPM_KEY_SIGNING);
  assertEquals((await key.certifyKey(certifier)).externalData.length, 20);
  await assertTspFails(
    "TSS_E_BAD_PARAMETER",
    () => key.certifyKey(certifier, { externalData: new Uint8Array(19) }),
  );
});

Deno.test("certifyKey() finds the command for every mixture of keys with and without secret", async () => {
  await using bed = await ownedBed();
  const open = await makeKey(bed, SIGNING);
  const closed = await makeKey(bed, SIGNING | T.TSS_KEY_AUTHORIZATION);
  for (const key of [open, closed]) {
    for (const certifier of [open, closed]) {
      const { data } = await key.certifyKey(certifier);
      const info = decode(TPM_CERTIFY_INFO_ANY, data);
      const long = key === open && certifier === closed;
      assertEquals("tag" in info && info.tag === TPM_TAG_CERTIFY_INFO2, long);
    }
  }
});

Deno.test("certifyKey() notices when the certifying key is not what the object says", async () => {
  await using bed = await ownedBed();
  const [certifier, other] = [await makeKey(bed), await makeKey(bed)];
  certifier.adoptPublicPart(other.tpmPubkey);
  await assertTspFails("TSS_E_VERIFICATION_FAILED", () => other.certifyKey(certifier));
});

Deno.test("changeAuth() gives a key a new secret, from the next time it is loaded", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const key = await makeKey(bed);
  const before = key.blob;
  await key.changeAuth(srk, secretPolicy(context, "new"));
  assertNotEquals(key.blob, before);
  await key.loadKey(srk);
  await signs(key);
  secretPolicy(context, "key").assignToObject(key);
  await assertFails("TPM_AUTHFAIL", () => signs(key));
  await assertTspFails("TSS_E_BAD_PARAMETER", () => key.changeAuth(null, key.usagePolicy));
  const migration = context.createPolicy(T.TSS_POLICY_MIGRATION);
  await assertTspFails("TSS_E_BAD_PARAMETER", () => key.changeAuth(srk, migration));
});

Deno.test("changeAuth() of the SRK goes by the owner", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const policy = secretPolicy(context, "srk");
  await assertTspFails("TSS_E_BAD_PARAMETER", () => srk.changeAuth(null, policy));
  await srk.changeAuth(context.tpm, policy);
  await makeKey(bed);
  const again = await context.loadKeyByUUID(T.TSS_PS_TYPE_SYSTEM, T.TSS_UUID_SRK);
  await assertFails("TPM_AUTHFAIL", () => context.createRsaKey(SIGNING).createKey(again));
});

Deno.test("the initFlags say what a new key is", () => {
  const key = newKey(
    T.TSS_KEY_TYPE_BIND | T.TSS_KEY_SIZE_1024 | T.TSS_KEY_VOLATILE | T.TSS_KEY_MIGRATABLE |
      T.TSS_KEY_AUTHORIZATION_PRIV_USE_ONLY,
  );
  assertEquals([key.size, key.fields.keyFlags, key.fields.authDataUsage], [1024, 6, 3]);
  assertEquals(key.fields.algorithmParms.encScheme, 3);
  const plain = newKey(0);
  assertEquals([plain.size, plain.fields.keyUsage], [2048, 0x11]);
  assertEquals("ver" in plain.fields && plain.fields.ver, { ...STRUCT_VER_1_1 });
  assert("tag" in newKey(0, { connectionVersion: 2 }).fields);
  const srk = newKey(T.TSS_KEY_TSP_SRK | T.TSS_KEY_SIZE_512);
  assertEquals([srk.size, srk.fields.keyUsage], [2048, 0x11]);
});

Deno.test("initFlags without meaning are refused", async () => {
  const refused = [
    3,
    0x80,
    0x700,
    0x8000000,
    T.TSS_KEY_STRUCT_KEY | T.TSS_KEY_CERTIFIED_MIGRATABLE,
  ];
  for (const initFlags of refused) {
    await assertTspFails("TSS_E_INVALID_OBJECT_INITFLAG", () => newKey(initFlags));
  }
});

Deno.test("attributes describe a key to be made, in the TSS's numbers", async () => {
  const key = newKey(0);
  const values: [part: number, value: number, others: number[]][] = [
    [T.TSS_TSPATTRIB_KEYINFO_USAGE, T.TSS_KEYUSAGE_SIGN, [T.TSS_KEYUSAGE_LEGACY]],
    [T.TSS_TSPATTRIB_KEYINFO_SIZE, 1024, [512]],
    [T.TSS_TSPATTRIB_KEYINFO_KEYFLAGS, T.TSS_KEYFLAG_VOLATILEKEY, [T.TSS_KEYFLAG_MIGRATABLE]],
    [T.TSS_TSPATTRIB_KEYINFO_AUTHUSAGE, 1, [0]],
    [T.TSS_TSPATTRIB_KEYINFO_AUTHDATAUSAGE, 0, [1]],
    [T.TSS_TSPATTRIB_KEYINFO_ALGORITHM, T.TSS_ALG_RSA, []],
    [T.TSS_TSPATTRIB_KEYINFO_ENCSCHEME, T.TSS_ES_RSAESPKCSV15, [T.TSS_ES_NONE]],
    [T.TSS_TSPATTRIB_KEYINFO_SIGSCHEME, T.TSS_SS_RSASSAPKCS1V15_DER, [T.TSS_SS_NONE]],
    [T.TSS_TSPATTRIB_KEYINFO_MIGRATABLE, 1, [0]],
    [T.TSS_TSPATTRIB_KEYINFO_REDIRECTED, 1, [0]],
    [T.TSS_TSPATTRIB_KEYINFO_VOLATILE, 1, [0]],
  ];
  for (const [part, value, others] of values) {
    for (const next of [...others, value]) {
      await key.setAttribUint32(INFO, part, { value: next });
      assertEquals(await key.getAttribUint32(INFO, part), next, `part 0x${part.toString(16)}`);
    }
    await assertTspFails(
      "TSS_E_INVALID_ATTRIB_DATA",
      () =>
        part === T.TSS_TSPATTRIB_KEYINFO_KEYFLAGS
          ? key.setAttribUint32(INFO, T.TSS_TSPATTRIB_KEYINFO_MIGRATABLE, { value: 2 })
          : key.setAttribUint32(INFO, part, { value: 0x1234 + 1 }),
    );
  }
  assertEquals(await key.getAttribUint32(INFO, T.TSS_TSPATTRIB_KEYINFO_CMK), 0);
  await assertTspFails(
    "TSS_E_INVALID_ATTRIB_SUBFLAG",
    () => key.setAttribUint32(INFO, T.TSS_TSPATTRIB_KEYINFO_CMK, { value: 1 }),
  );
});

Deno.test("attributes give a key's blob, public part and numbers", async () => {
  await using bed = await ownedBed();
  const key = await makeKey(bed);
  const { TSS_TSPATTRIB_KEY_BLOB: BLOB, TSS_TSPATTRIB_RSAKEY_INFO: RSA } = T;
  const blob = await key.getAttribData(BLOB, T.TSS_TSPATTRIB_KEYBLOB_BLOB);
  const { pubKey, encData } = decode(TPM_KEY_ANY, blob);
  assertEquals(await key.getAttribData(BLOB, T.TSS_TSPATTRIB_KEYBLOB_PRIVATE_KEY), encData);
  assertEquals(await key.getAttribData(BLOB, T.TSS_TSPATTRIB_KEYBLOB_PUBLIC_KEY), key.publicBlob);
  assertEquals(await key.getAttribData(RSA, T.TSS_TSPATTRIB_KEYINFO_RSA_MODULUS), pubKey.key);
  assertEquals(
    await key.getAttribData(RSA, T.TSS_TSPATTRIB_KEYINFO_RSA_EXPONENT),
    Uint8Array.of(1, 0, 1),
  );
  assertEquals(await key.getAttribUint32(RSA, T.TSS_TSPATTRIB_KEYINFO_RSA_KEYSIZE), 512);
  assertEquals(await key.getAttribUint32(RSA, T.TSS_TSPATTRIB_KEYINFO_RSA_PRIMES), 2);
  assertEquals(
    await key.getAttribData(INFO, T.TSS_TSPATTRIB_KEYINFO_VERSION),
    Uint8Array.of(1, 1, 0, 0),
  );
  await assertTspFails(
    "TSS_E_INVALID_OBJ_ACCESS",
    () => key.getAttribData(T.TSS_TSPATTRIB_KEY_UUID),
  );
  await assertTspFails(
    "TSS_E_INVALID_OBJ_ACCESS",
    () => key.getAttribData(T.TSS_TSPATTRIB_KEY_PCR, T.TSS_TSPATTRIB_KEYPCR_SELECTION),
  );
  await assertTspFails(
    "TSS_E_INVALID_OBJ_ACCESS",
    () => key.setAttribUint32(INFO, T.TSS_TSPATTRIB_KEYINFO_SIZE, { value: 1024 }),
  );
});

Deno.test("a public key from elsewhere is set by its blob", async () => {
  await using bed = await ownedBed();
  const key = await makeKey(bed);
  const copy = bed.context.createRsaKey(SIGNING);
  await assertTspFails(
    "TSS_E_BAD_PARAMETER",
    () =>
      copy.setAttribData(T.TSS_TSPATTRIB_KEY_BLOB, T.TSS_TSPATTRIB_KEYBLOB_PUBLIC_KEY, {
        value: Uint8Array.of(1, 2),
      }),
  );
  copy.publicBlob = key.publicBlob;
  const hash = bed.context.createHash();
  hash.updateHashValue(new Uint8Array(3));
  await hash.verifySignature(copy, await hash.sign(key));
  await assertTspFails("TSS_E_KEY_NOT_SET", () => newKey(0).publicKey);
});

Deno.test("the place a key is registered in is an attribute", async () => {
  const key = newKey(0);
  const flag = T.TSS_TSPATTRIB_KEY_REGISTER;
  assertEquals(await key.getAttribUint32(flag), T.TSS_TSPATTRIB_KEYREGISTER_NO);
  await key.setAttribUint32(flag, 0, { value: T.TSS_TSPATTRIB_KEYREGISTER_USER });
  assertEquals(await key.getAttribUint32(flag), T.TSS_TSPATTRIB_KEYREGISTER_USER);
  await assertTspFails(
    "TSS_E_INVALID_ATTRIB_DATA",
    () => key.setAttribUint32(flag, 0, { value: 5 }),
  );
});
