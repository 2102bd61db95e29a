import { assertEquals } from "@std/assert";
import { SRK_UUID, type StoredKey } from "../../lib/formats/mod.ts";
import { MemoryKeyStorage } from "../../lib/tcs/mod.ts";
import { RegisteredKeys } from "../../lib/tcs/registered_keys.ts";
import { codeOf } from "../errors.ts";
import { blobOf, uuidOf } from "./blobs.ts";

const NONE = new Uint8Array(16);

function register(keys: RegisteredKeys, number: number, parent: Uint8Array = SRK_UUID) {
  return keys.register({
    wrappingKeyUUID: parent,
    keyUUID: uuidOf(number),
    rgbKey: blobOf(number),
    gbVendorData: Uint8Array.of(number),
  });
}

Deno.test("keys are registered under names and parents, found, listed and taken away", async () => {
  const keys = new RegisteredKeys(new MemoryKeyStorage(), (uuid) => uuid[0] === 2);
  await keys.setSrk(blobOf(9));
  await register(keys, 1);
  await register(keys, 2, uuidOf(1));
  assertEquals((await keys.get(uuidOf(2))).blob, blobOf(2));
  assertEquals((await keys.byPublicKey(new Uint8Array(256).fill(1))).uuid, uuidOf(1));
  assertEquals((await keys.chain(uuidOf(2))).map(({ uuid }) => uuid), [uuidOf(1), uuidOf(2)]);
  const way = await keys.list(uuidOf(2));
  assertEquals(way.map(({ keyUUID }) => keyUUID), [uuidOf(2), uuidOf(1), SRK_UUID]);
  assertEquals(way.map(({ parentKeyUUID }) => parentKeyUUID), [uuidOf(1), SRK_UUID, NONE]);
  assertEquals(way.map(({ fIsLoaded }) => fIsLoaded), [true, false, true]);
  assertEquals(way[0]!.rgbVendorData, Uint8Array.of(2));
  assertEquals((await keys.list()).length, 3);
  await keys.unregister(uuidOf(2));
  assertEquals(await codeOf(keys.get(uuidOf(2))), "TSS_E_PS_KEY_NOTFOUND");
  assertEquals(await codeOf(keys.unregister(uuidOf(2))), "TSS_E_PS_KEY_NOTFOUND");
  assertEquals(await codeOf(keys.byPublicKey(new Uint8Array(20))), "TSS_E_PS_KEY_NOTFOUND");
});

Deno.test("a name is given once, a parent must be there, and a key must be one", async () => {
  const keys = new RegisteredKeys(new MemoryKeyStorage(), () => false);
  await register(keys, 1);
  assertEquals(await codeOf(register(keys, 1)), "TSS_E_KEY_ALREADY_REGISTERED");
  assertEquals(await codeOf(register(keys, 2, uuidOf(7))), "TSS_E_PS_KEY_NOTFOUND");
  const reserved = NONE.slice();
  reserved[14] = 1;
  assertEquals(await codeOf(register(keys, 2, reserved)), "TSS_E_BAD_PARAMETER");
  const rubbish = { wrappingKeyUUID: SRK_UUID, keyUUID: uuidOf(3), gbVendorData: NONE };
  for (const rgbKey of [new Uint8Array(), new Uint8Array(33).fill(0x7f), blobOf(3).subarray(1)]) {
    assertEquals(await codeOf(keys.register({ ...rubbish, rgbKey })), "TSS_E_BAD_PARAMETER");
  }
});

Deno.test("the SRK is kept without its public key, replaced by the next, and goes with the owner", async () => {
  const keys = new RegisteredKeys(new MemoryKeyStorage(), () => false);
  await keys.setSrk(blobOf(4));
  await keys.setSrk(blobOf(5));
  const { blob, publicKey, parentUuid } = await keys.get(SRK_UUID);
  assertEquals([publicKey, parentUuid], [new Uint8Array(256), NONE]);
  assertEquals(blob.length, blobOf(5).length);
  assertEquals((await keys.list()).length, 1);
  await keys.forgetOwner();
  assertEquals(await codeOf(keys.get(SRK_UUID)), "TSS_E_PS_KEY_NOTFOUND");
});

Deno.test("parents that are missing, or go round, are told and do no harm", async () => {
  const stored = (number: number, parent: Uint8Array): StoredKey => ({
    uuid: uuidOf(number),
    parentUuid: parent,
    publicKey: new Uint8Array(256),
    blob: blobOf(number),
    vendorData: NONE,
    valid: true,
    parentInSystemStorage: true,
  });
  const storage = new MemoryKeyStorage();
  const keys = new RegisteredKeys(storage, () => false);
  await storage.update(() => [
    stored(1, uuidOf(2)),
    stored(2, uuidOf(1)),
    stored(3, uuidOf(8)),
    stored(4, SRK_UUID),
    // The same name again: the first is the one.
    stored(4, uuidOf(8)),
  ]);
  assertEquals(await codeOf(keys.chain(uuidOf(1))), "TSS_E_PS_BAD_KEY_STATE");
  assertEquals(await codeOf(keys.chain(uuidOf(3))), "TSS_E_PS_KEY_NOTFOUND");
  assertEquals((await keys.chain(uuidOf(4))).map(({ uuid }) => uuid), [uuidOf(4)]);
  assertEquals((await keys.list()).length, 5);
  await keys.unregister(uuidOf(4));
  assertEquals(await codeOf(keys.get(uuidOf(4))), "TSS_E_PS_KEY_NOTFOUND");
});
