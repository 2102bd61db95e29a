import { type StoredKey, uuidToBytes, uuidToString } from "../formats/mod.ts";
import type { LoadkeyInfo } from "../tcs/mod.ts";
import { TPM_KH_SRK } from "../tpm12/constants/mod.ts";
import { TSS_PS_TYPE_SYSTEM, TSS_PS_TYPE_USER } from "./constants/storage.ts";
import { TSS_UUID_SRK } from "./constants/well_known.ts";
import { ContextObjects } from "./context_objects.ts";
import type { Key } from "./key.ts";
import { SRK_INIT_FLAGS } from "./key_base.ts";
import { parentStorageOf } from "./registered_key.ts";
import { isTssError, tspError } from "./tsp_error.ts";

/** No authorisation yet: asks to be told of the parent that wants it. */
const NOTHING: LoadkeyInfo = {
  keyUUID: new Uint8Array(16),
  parentKeyUUID: new Uint8Array(16),
  paramDigest: new Uint8Array(20),
  authHandle: 0,
  nonceOdd: new Uint8Array(20),
  nonceEven: new Uint8Array(20),
  continueAuthSession: false,
  authData: new Uint8Array(20),
};

/** Where a key is registered. */
export interface KeyPlace {
  /** TSS_PS_TYPE_*. */
  readonly storageType: number;
  /** UUID of the key. */
  readonly uuid: string;
}

/** Loading keys by blob and by name. */
export abstract class ContextKeys extends ContextObjects {
  /**
   * `Tspi_Context_LoadKeyByBlob`: loads a key, an encoded TPM_KEY or TPM_KEY12, under a loaded
   * storage key. Throws TSS_E_BAD_PARAMETER for bytes that are no key, TSS_E_KEY_NOT_LOADED,
   * TPM_AUTHFAIL when the parent's secret is wrong.
   */
  async loadKeyByBlob(unwrappingKey: Key, blobData: Uint8Array): Promise<Key> {
    const key = this.createRsaKey(0);
    try {
      key.blob = blobData;
      await key.loadKey(unwrappingKey);
      return key;
    } catch (error) {
      await this.closeObject(key);
      throw error;
    }
  }

  /**
   * `Tspi_Context_LoadKeyByUUID`: loads a registered key of user or system storage
   * (TSS_PS_TYPE_*), and its parents for as long as that takes. The policies of parents are those of
   * the key objects that the context has of them, its default policy for others. TSS_UUID_SRK
   * names the storage root key.
   *
   * Throws TSS_E_PS_KEY_NOTFOUND when no key has the UUID, TSS_E_BAD_PARAMETER for another storage.
   */
  async loadKeyByUUID(storageType: number, uuid: string): Promise<Key> {
    const place = { storageType, uuid: uuid.toLowerCase() };
    const key = await this.keyAt(place);
    try {
      await this.#load(key, place);
      return key;
    } catch (error) {
      await this.closeObject(key);
      throw error;
    }
  }

  /**
   * The handle of the SRK, which is always loaded. A tcsd must be asked for it, or it does not let
   * the context use the SRK; one that does not know the SRK is not its registrar.
   */
  async srkHandle(): Promise<number> {
    const keyUUID = uuidToBytes(TSS_UUID_SRK);
    try {
      return (await this.tcsi.loadKeyByUUID({ keyUUID, loadkeyInfo: NOTHING })).hKeyTCSI ??
        TPM_KH_SRK;
    } catch (error) {
      if (!isTssError(error, "TSS_E_PS_KEY_NOTFOUND")) throw error;
      return TPM_KH_SRK;
    }
  }

  /** A key object for a registered key, not loaded. */
  protected async keyAt({ storageType, uuid }: KeyPlace): Promise<Key> {
    const blob = await this.#blobAt({ storageType, uuid });
    const key = this.createRsaKey(SRK_INIT_FLAGS);
    if (blob !== null) key.blob = blob;
    key.uuid = uuid;
    key.storageType = storageType;
    return key;
  }

  /** A key of user storage; throws TSS_E_PS_KEY_NOTFOUND. */
  protected async userKey(uuid: string): Promise<StoredKey> {
    const keys = await this.userStorage.load();
    const found = keys.find((key) => uuidToString(key.uuid) === uuid);
    if (found !== undefined) return found;
    throw tspError("TSS_E_PS_KEY_NOTFOUND", `user storage has no key ${uuid}`);
  }

  /** `null` for an SRK that is not registered: the TPM was owned by other software. */
  async #blobAt({ storageType, uuid }: KeyPlace): Promise<Uint8Array | null> {
    if (storageType === TSS_PS_TYPE_USER) return (await this.userKey(uuid)).blob;
    if (storageType !== TSS_PS_TYPE_SYSTEM) throw noStorage(storageType);
    try {
      return (await this.tcsi.getRegisteredKeyBlob({ keyUUID: uuidToBytes(uuid) })).prgbKey;
    } catch (error) {
      if (uuid === TSS_UUID_SRK && isTssError(error, "TSS_E_PS_KEY_NOTFOUND")) return null;
      throw error;
    }
  }

  async #load(key: Key, place: KeyPlace): Promise<void> {
    const { storageType, uuid } = place;
    if (uuid === TSS_UUID_SRK) return key.adoptHandle(await this.srkHandle());
    if (storageType === TSS_PS_TYPE_SYSTEM) {
      const keyUUID = uuidToBytes(uuid);
      const { hKeyTCSI } = await this.tcsi.loadKeyByUUID({ keyUUID, loadkeyInfo: NOTHING });
      if (hKeyTCSI !== undefined) return key.adoptHandle(hKeyTCSI);
    }
    // Some parent asks for its secret, which only this side can prove.
    await this.#underParent(await this.#parentOf(place), (parent) => key.loadKey(parent));
  }

  async #parentOf({ storageType, uuid }: KeyPlace): Promise<KeyPlace> {
    if (storageType === TSS_PS_TYPE_USER) {
      const stored = await this.userKey(uuid);
      return { storageType: parentStorageOf(stored), uuid: uuidToString(stored.parentUuid) };
    }
    const [info] = await this.tcsi.enumRegisteredKeys({ keyUUID: uuidToBytes(uuid) });
    return { storageType, uuid: uuidToString(info!.parentKeyUUID) };
  }

  /** Runs something with a registered key loaded: as it is, or for as long as that takes. */
  async #underParent(place: KeyPlace, task: (parent: Key) => Promise<void>): Promise<void> {
    const known = this.#knownKey(place.uuid);
    if (known?.isLoaded) return await task(known);
    const parent = known ?? await this.keyAt(place);
    try {
      await this.#load(parent, place);
      await task(parent);
    } finally {
      if (known === undefined) await this.closeObject(parent);
      else if (known.isLoaded) await known.unloadKey();
    }
  }

  #knownKey(uuid: string): Key | undefined {
    const known = [...this.keys()].filter((key) => key.uuid === uuid);
    return known.find((key) => key.isLoaded) ?? known[0];
  }
}

/** TSS_E_BAD_PARAMETER for a storage that there is not. */
export function noStorage(storageType: number): Error {
  return tspError("TSS_E_BAD_PARAMETER", `there is no persistent storage ${storageType}`);
}
