import { CodecError, decode, encode } from "../codec/mod.ts";
import { SRK_UUID, type StoredKey } from "../formats/mod.ts";
import { TPM_AUTH_NEVER } from "../tpm12/constants/mod.ts";
import { TPM_KEY_ANY } from "../tpm12/structures/mod.ts";
import { tssError } from "../tpm12/tss_error.ts";
import { TSS_PS_TYPE_SYSTEM } from "./constants/storage.ts";
import type { KeyStorage } from "./key_storage.ts";
import type { KmKeyinfo2 } from "./types.ts";

/** Most keys that are registered: any client may register some. */
const MAX_KEYS = 4096;
/** Longest way from a key up to the root. */
const MAX_DEPTH = 10;
const NO_PARENT = new Uint8Array(16);
const VERSION = [1, 1, 0, 0];

/** The registered keys of the TCS: system storage, and the keys the owner made stay. */
export class RegisteredKeys {
  readonly #storage: KeyStorage;
  readonly #isLoaded: (uuid: Uint8Array) => boolean;
  readonly #ownerEvict = new Map<number, Uint8Array>();

  /** Over a storage; `isLoaded` tells whether a key is loaded now. */
  constructor(storage: KeyStorage, isLoaded: (uuid: Uint8Array) => boolean) {
    this.#storage = storage;
    this.#isLoaded = isLoaded;
  }

  /** Adds a key; throws TSS_E_BAD_PARAMETER, TSS_E_KEY_ALREADY_REGISTERED, TSS_E_PS_KEY_NOTFOUND. */
  async register({ wrappingKeyUUID, keyUUID, rgbKey, gbVendorData }: {
    readonly wrappingKeyUUID: Uint8Array;
    readonly keyUUID: Uint8Array;
    readonly rgbKey: Uint8Array;
    readonly gbVendorData: Uint8Array;
  }): Promise<void> {
    if (isOwnerEvictUuid(keyUUID) || isOwnerEvictUuid(wrappingKeyUUID)) {
      throw tssError("tcs", "TSS_E_BAD_PARAMETER", {
        detail: "UUIDs of this form name keys that stay in the TPM",
      });
    }
    const key = storedKey(keyUUID, wrappingKeyUUID, { blob: rgbKey, vendorData: gbVendorData });
    await this.#storage.update((keys) => {
      if (keys.some(({ uuid }) => same(uuid, keyUUID))) {
        throw tssError("tcs", "TSS_E_KEY_ALREADY_REGISTERED", {
          detail: "another key has this UUID",
        });
      }
      // The SRK is there, whether this storage was when it was made or not.
      const known = keys.some(({ uuid }) => same(uuid, wrappingKeyUUID));
      if (!known && !same(wrappingKeyUUID, SRK_UUID)) {
        throw notFound("the parent of the key is not registered");
      }
      if (keys.length >= MAX_KEYS) {
        throw tssError("tcs", "TSS_E_OUTOFMEMORY", { detail: `${MAX_KEYS} keys are registered` });
      }
      return [...keys, key];
    });
  }

  /** Takes a key away; throws TSS_E_PS_KEY_NOTFOUND. Its children stay, and cannot be loaded. */
  async unregister(keyUUID: Uint8Array): Promise<void> {
    await this.#storage.update((keys) => {
      const left = keys.filter(({ uuid }) => !same(uuid, keyUUID));
      if (left.length === keys.length) throw notFound("no key is registered under this UUID");
      return left;
    });
  }

  /** The key with a UUID; throws TSS_E_PS_KEY_NOTFOUND. */
  async get(keyUUID: Uint8Array): Promise<StoredKey> {
    const found = (await this.#storage.load()).find(({ uuid }) => same(uuid, keyUUID));
    if (found === undefined) throw notFound("no key is registered under this UUID");
    return found;
  }

  /** The key with a modulus; throws TSS_E_PS_KEY_NOTFOUND. */
  async byPublicKey(modulus: Uint8Array): Promise<StoredKey> {
    const keys = await this.#storage.load();
    const found = keys.find(({ publicKey }) =>
      publicKey.length === modulus.length && same(publicKey, modulus)
    );
    if (found === undefined) throw notFound("no registered key has this public key");
    return found;
  }

  /** The keys to load for a key, topmost first, the SRK not among them. */
  async chain(keyUUID: Uint8Array): Promise<StoredKey[]> {
    return (await this.#ancestry(keyUUID)).filter(({ uuid }) => !same(uuid, SRK_UUID)).reverse();
  }

  /** All keys, or one and its parents up to the root, itself first. */
  async list(keyUUID?: Uint8Array): Promise<KmKeyinfo2[]> {
    const keys = keyUUID === undefined ? await this.#storage.load() : await this.#ancestry(keyUUID);
    return keys.map((key) => ({
      versionInfo: Uint8Array.from(VERSION),
      keyUUID: key.uuid,
      parentKeyUUID: key.parentUuid,
      bAuthDataUsage: parseKey(key.blob).authDataUsage === TPM_AUTH_NEVER ? 0 : 1,
      persistentStorageType: TSS_PS_TYPE_SYSTEM,
      persistentStorageTypeParent: TSS_PS_TYPE_SYSTEM,
      fIsLoaded: same(key.uuid, SRK_UUID) || this.#isLoaded(key.uuid),
      rgbVendorData: key.vendorData,
    }));
  }

  /** Puts the SRK in, its public key blotted out: it tells which platform this is. */
  async setSrk(srkPub: Uint8Array): Promise<void> {
    const key = parseKey(srkPub);
    const blob = encode(TPM_KEY_ANY, {
      ...key,
      pubKey: { key: new Uint8Array(key.pubKey.key.length) },
    });
    const srk = storedKey(SRK_UUID, NO_PARENT, { blob, vendorData: new Uint8Array(0) });
    await this.#storage.update((
      keys,
    ) => [srk, ...keys.filter(({ uuid }) => !same(uuid, SRK_UUID))]);
  }

  /** The owner is gone: takes the SRK out, and the names of the keys that the owner made stay. */
  async forgetOwner(): Promise<void> {
    this.#ownerEvict.clear();
    await this.#storage.update((keys) => keys.filter(({ uuid }) => !same(uuid, SRK_UUID)));
  }

  /** The UUID of a key that the owner made stay, given when it is made to, taken when it is not. */
  ownerEvictUuid(tpmHandle: number, stays: boolean): Uint8Array {
    const known = this.#ownerEvict.get(tpmHandle);
    if (!stays) {
      this.#ownerEvict.delete(tpmHandle);
      return known ?? NO_PARENT.slice();
    }
    if (known !== undefined) return known;
    const uuid = new Uint8Array(16);
    uuid[14] = 1;
    const taken = [...this.#ownerEvict.values()].map((other) => other[15]!);
    while (taken.includes(uuid[15]!)) uuid[15]!++;
    this.#ownerEvict.set(tpmHandle, uuid);
    return uuid;
  }

  /** The UUID of a key that the owner made stay, by the TPM's handle. */
  uuidOfOwnerEvict(tpmHandle: number): Uint8Array | undefined {
    return this.#ownerEvict.get(tpmHandle);
  }

  /** The TPM's handle of a key that the owner made stay, by its UUID. */
  ownerEvictHandle(keyUUID: Uint8Array): number | undefined {
    for (const [handle, uuid] of this.#ownerEvict) if (same(uuid, keyUUID)) return handle;
    return undefined;
  }

  async #ancestry(keyUUID: Uint8Array): Promise<StoredKey[]> {
    const keys = await this.#storage.load();
    const way: StoredKey[] = [];
    for (let uuid = keyUUID; !same(uuid, NO_PARENT);) {
      const key = keys.find((other) => same(other.uuid, uuid));
      if (key === undefined && way.length > 0 && same(uuid, SRK_UUID)) break;
      if (key === undefined) {
        throw notFound(
          way.length === 0
            ? "no key is registered under this UUID"
            : "a parent of the key is not registered",
        );
      }
      way.push(key);
      if (way.length > MAX_DEPTH) {
        throw tssError("tcs", "TSS_E_PS_BAD_KEY_STATE", {
          detail: "the parents of a key go round",
        });
      }
      uuid = key.parentUuid;
    }
    return way;
  }
}

function storedKey(
  uuid: Uint8Array,
  parentUuid: Uint8Array,
  { blob, vendorData }: { readonly blob: Uint8Array; readonly vendorData: Uint8Array },
): StoredKey {
  const publicKey = parseKey(blob).pubKey.key;
  return {
    uuid,
    parentUuid,
    publicKey,
    blob,
    vendorData,
    valid: true,
    parentInSystemStorage: true,
  };
}

function parseKey(blob: Uint8Array) {
  try {
    return decode(TPM_KEY_ANY, blob);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    throw tssError("tcs", "TSS_E_BAD_PARAMETER", { detail: error.message });
  }
}

/** UUIDs 0-0-0-0-0-(0,0,0,0,1,n) are those of owner-evict keys. */
function isOwnerEvictUuid(uuid: Uint8Array): boolean {
  return uuid.subarray(0, 14).every((byte) => byte === 0) && uuid[14] === 1;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function notFound(detail: string): Error {
  return tssError("tcs", "TSS_E_PS_KEY_NOTFOUND", { detail });
}
