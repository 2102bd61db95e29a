import { uuidToBytes, uuidToString } from "../formats/mod.ts";
import { TSS_ALG_RSA } from "./constants/algorithms.ts";
import { TSS_PS_TYPE_SYSTEM, TSS_PS_TYPE_USER } from "./constants/storage.ts";
import { ContextKeys, noStorage } from "./context_keys.ts";
import type { Key } from "./key.ts";
import {
  fromSystemStorage,
  fromUserStorage,
  type TssKmKeyinfo,
  type TssKmKeyinfo2,
} from "./registered_key.ts";
import { isTssError, tspError } from "./tsp_error.ts";

/** Under what name, and under which parent, {@linkcode ContextStorage.registerKey} registers. */
export interface RegisterKeyOptions {
  /** TSS_PS_TYPE_* of the key. */
  readonly storageType: number;
  /** UUID of the key. */
  readonly uuid: string;
  /** TSS_PS_TYPE_* of its parent. */
  readonly parentStorageType: number;
  /** UUID of its parent. */
  readonly parentUuid: string;
}

/** Longest way from a key up to the root. */
const MAX_DEPTH = 10;
const VENDOR_DATA = new TextEncoder().encode("@deno-tss/tss\0");

/** Registered keys. */
export abstract class ContextStorage extends ContextKeys {
  /**
   * `Tspi_Context_RegisterKey`: registers a key under a UUID, with the UUID of the key above it.
   *
   * Throws TSS_E_KEY_ALREADY_REGISTERED, TSS_E_PS_KEY_NOTFOUND when the parent is not registered,
   * TSS_E_NOTIMPL for a key of system storage under one of user storage, which the core services
   * could not load.
   */
  async registerKey(key: Key, options: RegisterKeyOptions): Promise<void> {
    const { storageType, parentStorageType } = options;
    const uuid = options.uuid.toLowerCase();
    const parentUuid = options.parentUuid.toLowerCase();
    const keyUUID = uuidToBytes(uuid);
    if (storageType === TSS_PS_TYPE_SYSTEM) {
      if (parentStorageType === TSS_PS_TYPE_USER) throw tspError("TSS_E_NOTIMPL");
      if (parentStorageType !== TSS_PS_TYPE_SYSTEM) throw noStorage(parentStorageType);
      await this.tcsi.registerKey({
        wrappingKeyUUID: uuidToBytes(parentUuid),
        keyUUID,
        rgbKey: key.blob,
        gbVendorData: VENDOR_DATA,
      });
    } else if (storageType === TSS_PS_TYPE_USER) {
      await this.#registerUserKey(key, { ...options, uuid, parentUuid });
    } else throw noStorage(storageType);
    key.uuid = uuid;
    key.storageType = storageType;
  }

  /**
   * `Tspi_Context_UnregisterKey`: takes a key out of storage, and gives it as an object that is not
   * loaded. Keys under it stay registered, and cannot be loaded by their UUIDs. Throws
   * TSS_E_PS_KEY_NOTFOUND.
   */
  async unregisterKey(storageType: number, uuid: string): Promise<Key> {
    const key = await this.getKeyByUUID(storageType, uuid);
    if (storageType === TSS_PS_TYPE_SYSTEM) {
      await this.tcsi.unregisterKey({ keyUUID: uuidToBytes(uuid) });
    } else {
      await this.userStorage.update((keys) =>
        keys.filter((stored) => uuidToString(stored.uuid) !== uuid.toLowerCase())
      );
    }
    key.uuid = null;
    key.storageType = 0;
    return key;
  }

  /**
   * `Tspi_Context_GetKeyByUUID`: a registered key as an object that is not loaded. Throws
   * TSS_E_PS_KEY_NOTFOUND, TSS_E_BAD_PARAMETER for another storage.
   */
  getKeyByUUID(storageType: number, uuid: string): Promise<Key> {
    return this.keyAt({ storageType, uuid: uuid.toLowerCase() });
  }

  /**
   * `Tspi_Context_GetKeyByPublicInfo`: the registered key with a modulus, as an object that is not
   * loaded. Throws TSS_E_PS_KEY_NOTFOUND, TSS_E_BAD_PARAMETER for another algorithm than RSA.
   */
  async getKeyByPublicInfo(
    storageType: number,
    publicInfo: Uint8Array,
    { algID = TSS_ALG_RSA }: {
      /** TSS_ALG_RSA. */
      readonly algID?: number;
    } = {},
  ): Promise<Key> {
    if (algID !== TSS_ALG_RSA) {
      throw tspError("TSS_E_BAD_PARAMETER", `there are no keys of algorithm ${algID}`);
    }
    if (storageType === TSS_PS_TYPE_USER) {
      const hex = publicInfo.toHex();
      const found = (await this.userStorage.load()).find(({ publicKey }) =>
        publicKey.toHex() === hex
      );
      if (found === undefined) throw tspError("TSS_E_PS_KEY_NOTFOUND");
      return await this.getKeyByUUID(storageType, uuidToString(found.uuid));
    }
    if (storageType !== TSS_PS_TYPE_SYSTEM) throw noStorage(storageType);
    const request = { algID, rgbPublicInfo: publicInfo };
    const { keyBlob } = await this.tcsi.getRegisteredKeyByPublicInfo(request);
    const key = this.createRsaKey(0);
    key.blob = keyBlob;
    key.storageType = storageType;
    return key;
  }

  /**
   * `Tspi_Context_GetRegisteredKeysByUUID`: what is registered in a storage; or, with a UUID, that
   * key and its parents up to the root, itself first. Without UUID a user's keys come before those
   * of the system. Throws TSS_E_PS_KEY_NOTFOUND.
   */
  async getRegisteredKeysByUUID(
    storageType: number,
    uuid?: string,
  ): Promise<readonly TssKmKeyinfo[]> {
    const found = await this.getRegisteredKeysByUUID2(storageType, uuid);
    return found.map((
      { persistentStorageType: _, persistentStorageTypeParent: _parent, ...info },
    ) => info);
  }

  /**
   * `Tspi_Context_GetRegisteredKeysByUUID2`: as {@linkcode getRegisteredKeysByUUID}, with where each
   * key and its parent are.
   */
  async getRegisteredKeysByUUID2(
    storageType: number,
    uuid?: string,
  ): Promise<readonly TssKmKeyinfo2[]> {
    if (storageType === TSS_PS_TYPE_SYSTEM) return await this.#systemKeys(uuid);
    if (storageType !== TSS_PS_TYPE_USER) throw noStorage(storageType);
    if (uuid !== undefined) return await this.#userPath(uuid.toLowerCase());
    const stored = await this.userStorage.load();
    return [...stored.map(fromUserStorage), ...await this.#systemKeys()];
  }

  async #systemKeys(uuid?: string): Promise<TssKmKeyinfo2[]> {
    const request = uuid === undefined ? {} : { keyUUID: uuidToBytes(uuid) };
    return (await this.tcsi.enumRegisteredKeys2(request)).map((info) => fromSystemStorage(info));
  }

  /** The way up through user storage, and on through system storage. */
  async #userPath(uuid: string): Promise<TssKmKeyinfo2[]> {
    const path: TssKmKeyinfo2[] = [];
    for (let next = uuid; path.length < MAX_DEPTH;) {
      const info = fromUserStorage(await this.userKey(next));
      path.push(info);
      next = info.parentKeyUUID;
      if (info.persistentStorageTypeParent === TSS_PS_TYPE_SYSTEM) {
        return [...path, ...await this.#systemKeys(next)];
      }
    }
    throw tspError("TSS_E_PS_BAD_KEY_STATE", "the parents of a key go round");
  }

  async #registerUserKey(key: Key, options: RegisterKeyOptions): Promise<void> {
    const { uuid, parentUuid, parentStorageType } = options;
    if (parentStorageType === TSS_PS_TYPE_USER) await this.userKey(parentUuid);
    else await this.#requireSystemKey(parentStorageType, parentUuid);
    const stored = {
      uuid: uuidToBytes(uuid),
      parentUuid: uuidToBytes(parentUuid),
      publicKey: key.tpmPubkey.pubKey.key.slice(),
      blob: key.blob,
      vendorData: new Uint8Array(0),
      valid: false,
      parentInSystemStorage: parentStorageType === TSS_PS_TYPE_SYSTEM,
    };
    await this.userStorage.update((keys) => {
      if (keys.some((other) => uuidToString(other.uuid) === uuid)) {
        throw tspError("TSS_E_KEY_ALREADY_REGISTERED");
      }
      return [...keys, stored];
    });
  }

  async #requireSystemKey(storageType: number, uuid: string): Promise<void> {
    if (storageType !== TSS_PS_TYPE_SYSTEM) throw noStorage(storageType);
    try {
      await this.tcsi.getRegisteredKey({ keyUUID: uuidToBytes(uuid) });
    } catch (error) {
      if (!isTssError(error, "TSS_E_PS_KEY_NOTFOUND")) throw error;
      throw tspError("TSS_E_PS_KEY_NOTFOUND", "the parent of the key is not registered");
    }
  }
}
