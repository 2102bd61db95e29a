import { assert, assertEquals, assertRejects } from "@std/assert";
import { decode, U32 } from "../../lib/codec/mod.ts";
import { encodeKeyStorage, uuidToBytes } from "../../lib/formats/mod.ts";
import { MemoryKeyStorage } from "../../lib/tcs/mod.ts";
import * as T from "../../lib/tspi/mod.ts";
import { TempFolder } from "../peers/mod.ts";
import {
  assertFails,
  assertTspFails,
  makeKey,
  type OwnedBed,
  ownedBed,
  secretPolicy,
  SIGNING,
  signs,
  unownedBed,
} from "./bed.ts";

const [USER, SYSTEM] = [T.TSS_PS_TYPE_USER, T.TSS_PS_TYPE_SYSTEM];
const UUID = "11223344-5566-7788-99aa-010203040506";
const UUID2 = "22223344-5566-7788-99aa-010203040506";
const UNDER_SRK = { parentStorageType: SYSTEM, parentUuid: T.TSS_UUID_SRK };

Deno.test("connect() reaches the emulator by its connection string, and close() ends all of it", async () => {
  const context = T.Context.create();
  await assertTspFails("TSS_E_NO_CONNECTION", () => context.getTpmObject());
  await assertTspFails("TSS_E_NO_CONNECTION", () => context.tcsi);
  await context.connect("emulator");
  assertEquals(context.machineName, "emulator");
  assertEquals((await context.getTpmObject().getRandom(8)).length, 8);
  await assertTspFails("TSS_E_CONNECTION_FAILED", () => context.connect("emulator"));
  const { tpm } = context;
  await context.close();
  await context.close();
  await assertTspFails("TSS_E_NO_CONNECTION", () => tpm.getRandom(8));
  await assertTspFails("TSS_E_INVALID_HANDLE", () => context.createPolicy());
  await assertTspFails("TSS_E_INVALID_HANDLE", () => context.connect("emulator"));
});

Deno.test("connect() refuses what is no connection string", async () => {
  await using context = T.Context.create();
  await assertRejects(() => context.connect("nowhere"), TypeError, "nowhere");
  assertEquals(context.isConnected, false);
});

Deno.test("connect() through a daemon that is not there says so", async () => {
  await using context = T.Context.create();
  await assertFails("TSS_E_COMM_FAILURE", () => context.connect("tcsd:127.0.0.1:1"));
});

Deno.test("close() wipes secrets and closes every object", async () => {
  const context = T.Context.create();
  const policy = secretPolicy(context, "secret");
  const key = context.createRsaKey(0);
  await context.close();
  assertEquals([policy.closed, key.closed, context.closed], [true, true, true]);
  assertEquals(policy.hasSecret, false);
  context.freeMemory();
});

Deno.test("createObject() makes objects of every type by number", async () => {
  const context = T.Context.create();
  const made: T.Policy = context.createObject(T.TSS_OBJECT_TYPE_POLICY, T.TSS_POLICY_USAGE);
  assertEquals(made.objectType, T.TSS_OBJECT_TYPE_POLICY);
  const flags: [type: number, good: number, bad: number][] = [
    [T.TSS_OBJECT_TYPE_POLICY, T.TSS_POLICY_OPERATOR, 4],
    [T.TSS_OBJECT_TYPE_RSAKEY, T.TSS_KEY_TYPE_BIND, 3],
    [T.TSS_OBJECT_TYPE_ENCDATA, T.TSS_ENCDATA_BIND, 0],
    [T.TSS_OBJECT_TYPE_PCRS, T.TSS_PCRS_STRUCT_INFO_SHORT, 4],
    [T.TSS_OBJECT_TYPE_HASH, T.TSS_HASH_OTHER, 7],
    [T.TSS_OBJECT_TYPE_NV, 0, 1],
  ];
  for (const [type, good, bad] of flags) {
    assertEquals(context.createObject(type, good).objectType, type);
    await assertTspFails("TSS_E_INVALID_OBJECT_INITFLAG", () => context.createObject(type, bad));
  }
  await assertTspFails("TSS_E_INVALID_OBJECT_TYPE", () => context.createObject(0x77));
});

Deno.test("closeObject() takes a loaded key out of the TPM, and closes nothing twice", async () => {
  await using bed = await ownedBed();
  const key = await makeKey(bed);
  await bed.context.closeObject(key);
  await assertTspFails("TSS_E_INVALID_HANDLE", () => key.getPubKey());
  await assertTspFails("TSS_E_INVALID_HANDLE", () => bed.context.closeObject(key));
  const stranger = T.Context.create().createHash();
  await assertTspFails("TSS_E_INVALID_HANDLE", () => bed.context.closeObject(stranger));
});

Deno.test("loadKeyByBlob() loads a key under its parent", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const { blob } = await makeKey(bed);
  const key = await context.loadKeyByBlob(srk, blob);
  secretPolicy(context, "key").assignToObject(key);
  await signs(key);
  await assertTspFails("TSS_E_BAD_PARAMETER", () => context.loadKeyByBlob(srk, blob.subarray(1)));
  const damaged = blob.slice();
  damaged[damaged.length - 1]! ^= 1;
  await assertFails("TPM_DECRYPT_ERROR", () => context.loadKeyByBlob(srk, damaged));
});

for (const storageType of [USER, SYSTEM]) {
  Deno.test(`a registered key is loaded by its UUID in another context (storage ${storageType})`, async () => {
    const userStorage = new MemoryKeyStorage();
    await using bed = await ownedBed({ userStorage });
    const key = await makeKey(bed);
    await bed.context.registerKey(key, { storageType, uuid: UUID.toUpperCase(), ...UNDER_SRK });
    assertEquals(await key.getAttribData(T.TSS_TSPATTRIB_KEY_UUID), uuidToBytes(UUID));
    const other = await bed.another({ userStorage });
    const again = await other.loadKeyByUUID(storageType, UUID);
    secretPolicy(other, "key").assignToObject(again);
    await signs(again);
    const found = await other.getKeyByUUID(storageType, UUID);
    assertEquals([found.isLoaded, found.blob], [false, key.blob]);
    const modulus = key.fields.pubKey.key;
    const byModulus = await other.getKeyByPublicInfo(storageType, modulus);
    assertEquals(byModulus.blob, key.blob);
  });

  Deno.test(`registerKey() refuses a UUID twice and unknown parents (storage ${storageType})`, async () => {
    await using bed = await ownedBed();
    const key = await makeKey(bed);
    const place = { storageType, uuid: UUID, ...UNDER_SRK };
    await assertFails(
      "TSS_E_PS_KEY_NOTFOUND",
      () => bed.context.registerKey(key, { ...place, parentUuid: UUID2 }),
    );
    await bed.context.registerKey(key, place);
    await assertFails("TSS_E_KEY_ALREADY_REGISTERED", () => bed.context.registerKey(key, place));
  });

  Deno.test(`unregisterKey() takes a key out and gives it (storage ${storageType})`, async () => {
    await using bed = await ownedBed();
    const { context, srk } = bed;
    const key = await makeKey(bed);
    await context.registerKey(key, { storageType, uuid: UUID, ...UNDER_SRK });
    const taken = await context.unregisterKey(storageType, UUID);
    assertEquals([taken.blob, taken.uuid], [key.blob, null]);
    secretPolicy(context, "key").assignToObject(taken);
    await taken.loadKey(srk);
    await signs(taken);
    for (
      const missing of [
        () => context.unregisterKey(storageType, UUID),
        () => context.loadKeyByUUID(storageType, UUID),
        () => context.getKeyByUUID(storageType, UUID),
        () => context.getKeyByPublicInfo(storageType, key.fields.pubKey.key),
        () => context.getRegisteredKeysByUUID(storageType, UUID),
      ]
    ) await assertFails("TSS_E_PS_KEY_NOTFOUND", missing);
  });
}

/** A storage key under the SRK, and a signing key under it, both with secrets. */
async function makeChain(bed: OwnedBed, storageType: number): Promise<void> {
  const { context } = bed;
  const parent = await makeKey(bed, T.TSS_KEY_TYPE_STORAGE | T.TSS_KEY_AUTHORIZATION);
  await context.registerKey(parent, { storageType, uuid: UUID2, ...UNDER_SRK });
  const key = context.createRsaKey(SIGNING);
  await key.createKey(parent);
  await context.registerKey(key, {
    storageType,
    uuid: UUID,
    parentStorageType: storageType,
    parentUuid: UUID2,
  });
}

for (const storageType of [USER, SYSTEM]) {
  Deno.test(`loadKeyByUUID() proves the secrets of parents that ask for them (storage ${storageType})`, async () => {
    const userStorage = new MemoryKeyStorage();
    await using bed = await ownedBed({ userStorage });
    await makeChain(bed, storageType);
    const other = await bed.another({ userStorage });
    // The default policy has the SRK's secret, and not the parent's.
    await assertFails("TPM_AUTHFAIL", () => other.loadKeyByUUID(storageType, UUID));
    const parent = await other.getKeyByUUID(storageType, UUID2);
    secretPolicy(other, "key").assignToObject(parent);
    await signs(await other.loadKeyByUUID(storageType, UUID));
    assertEquals(parent.isLoaded, false);
    const loaded = await other.loadKeyByUUID(storageType, UUID2);
    secretPolicy(other, "key").assignToObject(loaded);
    await other.closeObject(parent);
    await signs(await other.loadKeyByUUID(storageType, UUID));
  });

  Deno.test(`getRegisteredKeysByUUID() tells the way up to the root (storage ${storageType})`, async () => {
    await using bed = await ownedBed();
    await makeChain(bed, storageType);
    const path = await bed.context.getRegisteredKeysByUUID2(storageType, UUID);
    assertEquals(path.map(({ keyUUID }) => keyUUID), [UUID, UUID2, T.TSS_UUID_SRK]);
    assertEquals(path.map((info) => info.persistentStorageType), [
      storageType,
      storageType,
      SYSTEM,
    ]);
    assertEquals(path[1]!.persistentStorageTypeParent, SYSTEM);
    assertEquals(path.map(({ bAuthDataUsage }) => bAuthDataUsage), [0, 1, 1]);
    const all = await bed.context.getRegisteredKeysByUUID(storageType);
    assertEquals(all.map(({ keyUUID }) => keyUUID).toSorted(), [T.TSS_UUID_SRK, UUID, UUID2]);
    assertEquals("persistentStorageType" in all[0]!, false);
  });
}

Deno.test("a key of system storage cannot stand under one of user storage", async () => {
  await using bed = await ownedBed();
  const key = await makeKey(bed);
  await assertTspFails("TSS_E_NOTIMPL", () =>
    bed.context.registerKey(key, {
      storageType: SYSTEM,
      uuid: UUID,
      parentStorageType: USER,
      parentUuid: T.TSS_UUID_SRK,
    }));
});

Deno.test("there are two storages and one algorithm", async () => {
  await using bed = await ownedBed();
  const { context } = bed;
  const key = await makeKey(bed);
  const bad = [
    () => context.loadKeyByUUID(9, UUID),
    () => context.getKeyByPublicInfo(9, new Uint8Array(64)),
    () => context.getKeyByPublicInfo(USER, new Uint8Array(64), { algID: T.TSS_ALG_SHA }),
    () => context.getRegisteredKeysByUUID(9),
    () => context.registerKey(key, { storageType: 9, uuid: UUID, ...UNDER_SRK }),
    () =>
      context.registerKey(key, {
        storageType: USER,
        uuid: UUID,
        parentStorageType: 9,
        parentUuid: UUID2,
      }),
  ];
  for (const call of bad) await assertTspFails("TSS_E_BAD_PARAMETER", call);
});

Deno.test("the SRK of a TPM that other software owned is used without being registered", async () => {
  await using bed = await ownedBed();
  await bed.context.tcsi.unregisterKey({ keyUUID: uuidToBytes(T.TSS_UUID_SRK) });
  const srk = await bed.context.loadKeyByUUID(SYSTEM, T.TSS_UUID_SRK);
  await bed.context.createRsaKey(SIGNING).createKey(srk);
});

Deno.test("by default a user's keys are in TrouSerS' file, which nothing touches before", async () => {
  using folder = new TempFolder();
  const file = folder.join("user.data");
  Deno.env.set("TSS_USER_PS_FILE", file);
  try {
    await using bed = await unownedBed();
    const context = T.Context.create();
    await context.connect("emulator");
    assertEquals([...Deno.readDirSync(folder.path)], []);
    assertEquals(await context.userStorage.load(), []);
    const key = {
      uuid: uuidToBytes(UUID),
      parentUuid: uuidToBytes(T.TSS_UUID_SRK),
      publicKey: new Uint8Array(64),
      blob: bed.context.createRsaKey(SIGNING).blob,
      vendorData: new Uint8Array(0),
      valid: false,
      parentInSystemStorage: true,
    };
    await context.userStorage.update(() => [key]);
    assertEquals(Deno.readFileSync(file), encodeKeyStorage([key]));
    await context.close();
  } finally {
    Deno.env.delete("TSS_USER_PS_FILE");
  }
});

Deno.test("getCapability() tells of the core services and of the service provider", async () => {
  await using bed = await unownedBed();
  const { context } = bed;
  const bool = async (area: number, part: number) => (await context.getCapability(area, part))[0];
  assertEquals(await bool(T.TSS_TCSCAP_ALG, T.TSS_ALG_SHA), 1);
  assertEquals(await bool(T.TSS_TSPCAP_ALG, T.TSS_ALG_RSA), 1);
  assertEquals(await bool(T.TSS_TSPCAP_ALG, T.TSS_ALG_DES), 0);
  assertEquals(await bool(T.TSS_TSPCAP_PERSSTORAGE, 0), 1);
  assertEquals(
    (await context.getCapability(T.TSS_TSPCAP_VERSION)).subarray(0, 2),
    Uint8Array.of(1, 2),
  );
  const number = async (area: number, part: number) =>
    decode(U32, await context.getCapability(area, part));
  assertEquals(await number(T.TSS_TSPCAP_ALG, T.TSS_ALG_DEFAULT_SIZE), 2048);
  assertEquals(await number(T.TSS_TSPCAP_RETURNVALUE_INFO, T.TSS_TSPCAP_PROP_RETURNVALUE_INFO), 1);
  assert(await number(T.TSS_TSPCAP_RANDOMLIMIT, 0) >= 4096);
  const manufacturer = (part: number) => context.getCapability(T.TSS_TSPCAP_MANUFACTURER, part);
  assertEquals((await manufacturer(T.TSS_TSPCAP_PROP_MANUFACTURER_ID)).length, 4);
  assertEquals((await manufacturer(T.TSS_TSPCAP_PROP_MANUFACTURER_STR)).length, 8);
  const platform = await context.getCapability(
    T.TSS_TSPCAP_PLATFORM_INFO,
    T.TSS_TSPCAP_PLATFORM_TYPE,
  );
  assert(platform.length > 0);
});

Deno.test("getCapability() refuses areas and parts that there are not", async () => {
  await using bed = await unownedBed();
  const { context } = bed;
  await assertFails("TSS_E_BAD_PARAMETER", () => context.getCapability(0x77, 0));
  await assertTspFails("TSS_E_BAD_PARAMETER", () => context.getCapability(T.TSS_TSPCAP_ALG, 0x99));
  await assertTspFails("TSS_E_BAD_PARAMETER", () => context.getCapability(T.TSS_TSPCAP_ALG));
  await assertTspFails(
    "TSS_E_BAD_PARAMETER",
    () => context.getCapability(T.TSS_TSPCAP_MANUFACTURER, 0x999),
  );
});

Deno.test("the attributes of a context are its modes, versions and machine", async () => {
  await using context = T.Context.create();
  const flags: [flag: number, value: number, bad: number][] = [
    [T.TSS_TSPATTRIB_CONTEXT_SILENT_MODE, T.TSS_TSPATTRIB_CONTEXT_SILENT, 2],
    [T.TSS_TSPATTRIB_SECRET_HASH_MODE, T.TSS_TSPATTRIB_HASH_MODE_NULL, 2],
    [T.TSS_TSPATTRIB_CONTEXT_VERSION_MODE, T.TSS_TSPATTRIB_CONTEXT_VERSION_V1_2, 9],
  ];
  for (const [flag, value, bad] of flags) {
    await context.setAttribUint32(flag, 0, { value });
    assertEquals(await context.getAttribUint32(flag), value);
    await assertTspFails(
      "TSS_E_INVALID_ATTRIB_DATA",
      () => context.setAttribUint32(flag, 0, { value: bad }),
    );
  }
  assertEquals(
    await context.getAttribUint32(T.TSS_TSPATTRIB_CONTEXT_CONNECTION_VERSION),
    T.TSS_CONNECTION_VERSION_1_2,
  );
  await context.connect("emulator");
  const name = await context.getAttribData(T.TSS_TSPATTRIB_CONTEXT_MACHINE_NAME);
  assertEquals(new TextDecoder("utf-16le").decode(name as Uint8Array<ArrayBuffer>), "emulator");
  await assertTspFails(
    "TSS_E_BAD_PARAMETER",
    () => context.setAttribData(T.TSS_TSPATTRIB_CONTEXT_MACHINE_NAME, 0, { value: name }),
  );
  await assertTspFails("TSS_E_INVALID_ATTRIB_FLAG", () => context.getAttribUint32(0x99));
});

Deno.test("contexts do not see each other's keys", async () => {
  await using bed = await ownedBed();
  const key = await makeKey(bed);
  const other = await bed.another();
  const thief = other.createRsaKey(SIGNING);
  thief.publicBlob = key.publicBlob;
  thief.adoptHandle(key.tcsHandle);
  await assertFails("TCS_E_INVALID_KEY", () => signs(thief));
  thief.adoptHandle(null);
});
