import { assert, assertEquals } from "@std/assert";
import {
  type Context,
  type EncData,
  type Key,
  type PcrComposite,
  TSS_ENCDATA_BIND,
  TSS_ENCDATA_LEGACY,
  TSS_ENCDATA_SEAL,
  TSS_ES_RSAESPKCSV15,
  TSS_KEY_AUTHORIZATION,
  TSS_KEY_SIZE_1024,
  TSS_KEY_TYPE_BIND,
  TSS_KEY_TYPE_LEGACY,
  TSS_KEY_TYPE_STORAGE,
  TSS_PCRS_DIRECTION_RELEASE,
  TSS_PCRS_STRUCT_INFO,
  TSS_PCRS_STRUCT_INFO_LONG,
  TSS_TSPATTRIB_ENCDATA_BLOB,
  TSS_TSPATTRIB_ENCDATA_PCR,
  TSS_TSPATTRIB_ENCDATA_PCR_LONG,
  TSS_TSPATTRIB_ENCDATA_SEAL,
  TSS_TSPATTRIB_ENCDATABLOB_BLOB,
  TSS_TSPATTRIB_ENCDATAPCR_DIGEST_ATRELEASE,
  TSS_TSPATTRIB_ENCDATAPCRLONG_DIGEST_ATRELEASE,
  TSS_TSPATTRIB_ENCDATAPCRLONG_LOCALITY_ATRELEASE,
  TSS_TSPATTRIB_ENCDATASEAL_PROTECT,
  TSS_TSPATTRIB_ENCDATASEAL_PROTECT_MODE,
  TSS_TSPATTRIB_KEY_INFO,
  TSS_TSPATTRIB_KEYINFO_ENCSCHEME,
} from "../../lib/tspi/mod.ts";
import { assertFails, assertTspFails, makeKey, ownedBed, secretPolicy, SIGNING } from "./bed.ts";

const SECRET = new TextEncoder().encode("nobody shall know");

async function currentPcrs(context: Context, structType: number): Promise<PcrComposite> {
  const composite = context.createPcrComposite(structType);
  composite.setPcrValue(16, await context.tpm.pcrRead(16));
  return composite;
}

async function seal(context: Context, key: Key, pcrs?: PcrComposite): Promise<EncData> {
  const encData = context.createEncData(TSS_ENCDATA_SEAL);
  secretPolicy(context, "data").assignToObject(encData);
  await encData.seal(key, SECRET, { pcrComposite: pcrs ?? null });
  return encData;
}

for (const structType of [TSS_PCRS_STRUCT_INFO, TSS_PCRS_STRUCT_INFO_LONG]) {
  Deno.test(`unseal() answers TPM_WRONGPCRVAL after a PCR changes (structure ${structType})`, async () => {
    await using bed = await ownedBed();
    const { context, srk } = bed;
    const encData = await seal(context, srk, await currentPcrs(context, structType));
    assertEquals(await encData.unseal(srk), SECRET);
    await context.tpm.pcrExtend(16, new Uint8Array(20));
    await assertFails("TPM_WRONGPCRVAL", () => encData.unseal(srk));
  });
}

Deno.test("seal() without PCRs takes any data that fits, and unseal() asks for its secret", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const encData = await seal(context, srk);
  const copy = context.createEncData();
  copy.blob = encData.blob;
  secretPolicy(context, "wrong").assignToObject(copy);
  await assertFails("TPM_AUTH2FAIL", () => copy.unseal(srk));
  secretPolicy(context, "data").assignToObject(copy);
  assertEquals(await copy.unseal(srk), SECRET);
});

Deno.test("seal() under a key of one's own asks for the key's secret", async () => {
  await using bed = await ownedBed();
  const { context } = bed;
  const key = await makeKey(bed, TSS_KEY_TYPE_STORAGE | TSS_KEY_AUTHORIZATION);
  const encData = await seal(context, key);
  assertEquals(await encData.unseal(key), SECRET);
  secretPolicy(context, "wrong").assignToObject(key);
  await assertFails("TPM_AUTHFAIL", () => encData.unseal(key));
  await assertFails("TPM_AUTHFAIL", () => seal(context, key));
});

Deno.test("seal() and unseal() work with a key that takes no authorisation", async () => {
  await using bed = await ownedBed();
  const key = bed.context.createRsaKey(TSS_KEY_TYPE_STORAGE);
  await key.createKey(bed.srk);
  await key.loadKey(bed.srk);
  const encData = await seal(bed.context, key);
  assertEquals(await encData.unseal(key), SECRET);
});

Deno.test("seal() refuses data that is too long, and a key that is not loaded", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const encData = context.createEncData();
  await assertFails("TPM_BAD_DATASIZE", () => encData.seal(srk, new Uint8Array(250)));
  await assertTspFails("TSS_E_KEY_NOT_LOADED", () => encData.seal(context.createRsaKey(0), SECRET));
});

Deno.test("unseal() refuses an object without data, and the blob of another TPM", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const empty = context.createEncData();
  await assertTspFails("TSS_E_ENC_NO_DATA", () => empty.unseal(srk));
  empty.blob = Uint8Array.of(1, 2, 3);
  await assertTspFails("TSS_E_BAD_PARAMETER", () => empty.unseal(srk));
});

Deno.test("protected data is sealed by TPM_Sealx and comes back, with PCRs and without", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  for (const pcrComposite of [null, await currentPcrs(context, TSS_PCRS_STRUCT_INFO)]) {
    const encData = context.createEncData();
    await encData.setAttribUint32(
      TSS_TSPATTRIB_ENCDATA_SEAL,
      TSS_TSPATTRIB_ENCDATASEAL_PROTECT_MODE,
      { value: TSS_TSPATTRIB_ENCDATASEAL_PROTECT },
    );
    await encData.seal(srk, SECRET, { pcrComposite });
    assertEquals(encData.blob.subarray(0, 2), Uint8Array.of(0, 0x16));
    assert(encData.blob[3] !== 0, "the entity type says how it is hidden");
    assertEquals(await encData.unseal(srk), SECRET);
  }
});

Deno.test("protected data works with AES instead of XOR", async () => {
  await using bed = await ownedBed({ adipScheme: "AES128-CTR" });
  const encData = bed.context.createEncData();
  encData.protects = true;
  await encData.seal(bed.srk, SECRET);
  assertEquals(await encData.unseal(bed.srk), SECRET);
});

Deno.test("the sealx callback masks what goes in and what comes out", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const encData = context.createEncData();
  encData.protects = true;
  const policy = secretPolicy(context, "data");
  const seen: Uint8Array[] = [];
  policy.callbacks.sealxMask = {
    appData: "mask",
    callback: ({ appData, data, nonceEven, nonceOddOSAP }) => {
      assertEquals(appData, "mask");
      assertEquals([nonceEven.length, nonceOddOSAP!.length], [20, 20]);
      seen.push(data.slice());
      return data;
    },
  };
  policy.assignToObject(encData);
  await encData.seal(srk, SECRET);
  assertEquals(seen, [SECRET]);
  await encData.unseal(srk);
  assertEquals(seen.length, 2);
});

Deno.test("changeAuth() of sealed data makes the new secret the one that opens it", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const encData = await seal(context, srk);
  const old = context.createEncData();
  old.blob = encData.blob;
  secretPolicy(context, "new").assignToObject(old);
  await assertFails("TPM_AUTH2FAIL", () => old.changeAuth(srk, secretPolicy(context, "newer")));
  await encData.changeAuth(srk, secretPolicy(context, "new"));
  assertEquals(await encData.unseal(srk), SECRET);
  secretPolicy(context, "data").assignToObject(encData);
  await assertFails("TPM_AUTH2FAIL", () => encData.unseal(srk));
  await assertTspFails("TSS_E_BAD_PARAMETER", () => encData.changeAuth(null, old.usagePolicy));
});

Deno.test("bind() encrypts without the TPM, and unbind() decrypts in it", async () => {
  await using bed = await ownedBed();
  const { context } = bed;
  const key = await makeKey(bed, TSS_KEY_TYPE_BIND | TSS_KEY_SIZE_1024 | TSS_KEY_AUTHORIZATION);
  const bound = context.createEncData(TSS_ENCDATA_BIND);
  await bound.bind(key, SECRET);
  assertEquals(bound.blob.length, 128);
  assertEquals(await bound.unbind(key), SECRET);
  secretPolicy(context, "wrong").assignToObject(key);
  await assertFails("TPM_AUTHFAIL", () => bound.unbind(key));
});

Deno.test("bind() takes as much as the padding leaves, with OAEP and PKCS#1 v1.5", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  for (
    const [type, scheme, room] of [
      [TSS_KEY_TYPE_BIND, "oaep", 128 - 42 - 5],
      [TSS_KEY_TYPE_BIND, "pkcs1", 128 - 11 - 5],
      [TSS_KEY_TYPE_LEGACY, "pkcs1", 128 - 11],
    ] as const
  ) {
    const key = context.createRsaKey(type | TSS_KEY_SIZE_1024);
    if (scheme === "pkcs1") {
      await key.setAttribUint32(TSS_TSPATTRIB_KEY_INFO, TSS_TSPATTRIB_KEYINFO_ENCSCHEME, {
        value: TSS_ES_RSAESPKCSV15,
      });
    }
    await key.createKey(srk);
    await key.loadKey(srk);
    const bound = context.createEncData(TSS_ENCDATA_LEGACY);
    const data = new Uint8Array(room).fill(7);
    await bound.bind(key, data);
    assertEquals(await bound.unbind(key), data);
    await assertTspFails(
      "TSS_E_ENC_INVALID_LENGTH",
      () => bound.bind(key, new Uint8Array(room + 1)),
    );
  }
});

Deno.test("bind() refuses keys for another use and objects for another kind of data", async () => {
  await using bed = await ownedBed();
  const { context } = bed;
  const signing = await makeKey(bed, SIGNING);
  const bound = context.createEncData(TSS_ENCDATA_BIND);
  await assertTspFails("TSS_E_INVALID_KEYUSAGE", () => bound.bind(signing, SECRET));
  await assertTspFails("TSS_E_ENC_NO_DATA", () => bound.unbind(signing));
  await assertTspFails("TSS_E_ENC_INVALID_TYPE", () => bound.seal(bed.srk, SECRET));
  await assertTspFails("TSS_E_ENC_INVALID_TYPE", () => bound.unseal(bed.srk));
  const sealed = context.createEncData(TSS_ENCDATA_SEAL);
  await assertTspFails("TSS_E_ENC_INVALID_TYPE", () => sealed.bind(signing, SECRET));
  await assertTspFails("TSS_E_ENC_INVALID_TYPE", () => sealed.unbind(signing));
  await assertTspFails("TSS_E_INVALID_OBJECT_INITFLAG", () => context.createEncData(9));
});

Deno.test("the attributes of sealed data tell its blob and its PCRs", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const pcrs = await currentPcrs(context, TSS_PCRS_STRUCT_INFO);
  const short = await seal(context, srk, pcrs);
  const blob = await short.getAttribData(
    TSS_TSPATTRIB_ENCDATA_BLOB,
    TSS_TSPATTRIB_ENCDATABLOB_BLOB,
  );
  assertEquals(blob, short.blob);
  assertEquals(
    await short.getAttribData(TSS_TSPATTRIB_ENCDATA_PCR, TSS_TSPATTRIB_ENCDATAPCR_DIGEST_ATRELEASE),
    pcrs.getCompositeHash(),
  );
  await assertTspFails("TSS_E_INVALID_OBJ_ACCESS", () =>
    short.getAttribUint32(
      TSS_TSPATTRIB_ENCDATA_PCR_LONG,
      TSS_TSPATTRIB_ENCDATAPCRLONG_LOCALITY_ATRELEASE,
    ));

  const long = context.createPcrComposite(TSS_PCRS_STRUCT_INFO_LONG);
  long.selectPcrIndexEx(17, TSS_PCRS_DIRECTION_RELEASE);
  long.setPcrValue(17, new Uint8Array(20).fill(0xff));
  long.setPcrLocality(1);
  const sealed = await seal(context, srk, long);
  const part = (subFlag: number) => sealed.getAttribData(TSS_TSPATTRIB_ENCDATA_PCR_LONG, subFlag);
  assertEquals(await part(TSS_TSPATTRIB_ENCDATAPCRLONG_DIGEST_ATRELEASE), long.getCompositeHash());
  assertEquals(
    await sealed.getAttribUint32(
      TSS_TSPATTRIB_ENCDATA_PCR_LONG,
      TSS_TSPATTRIB_ENCDATAPCRLONG_LOCALITY_ATRELEASE,
    ),
    1,
  );
});
