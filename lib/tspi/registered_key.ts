import { decode } from "../codec/mod.ts";
import { type StoredKey, uuidToString } from "../formats/mod.ts";
import type { KmKeyinfo2 } from "../tcs/mod.ts";
import { TPM_KEY_ANY } from "../tpm12/structures/mod.ts";
import { TSS_PS_TYPE_SYSTEM, TSS_PS_TYPE_USER } from "./constants/storage.ts";

/** TSS_KM_KEYINFO: a registered key (TSS 1.2, 3.20.1). */
export interface TssKmKeyinfo {
  /** Version of its structure: 1.1.0.0 or 1.2.0.0. */
  readonly versionInfo: Uint8Array;
  /** UUID of the key. */
  readonly keyUUID: string;
  /** UUID of its parent; all zero for the root. */
  readonly parentKeyUUID: string;
  /** TPM_AUTH_*: whether its use takes authorisation. */
  readonly bAuthDataUsage: number;
  /** Whether the core services have it loaded; `false` for keys of user storage. */
  readonly fIsLoaded: boolean;
  /** What was registered with it. */
  readonly rgbVendorData: Uint8Array;
}

/** TSS_KM_KEYINFO2: a registered key and where it and its parent are (TSS 1.2, 3.20.2). */
export interface TssKmKeyinfo2 extends TssKmKeyinfo {
  /** TSS_PS_TYPE_* of the key. */
  readonly persistentStorageType: number;
  /** TSS_PS_TYPE_* of its parent. */
  readonly persistentStorageTypeParent: number;
}

/** A key of the core services. */
export function fromSystemStorage(info: KmKeyinfo2): TssKmKeyinfo2 {
  return {
    ...info,
    keyUUID: uuidToString(info.keyUUID),
    parentKeyUUID: uuidToString(info.parentKeyUUID),
  };
}

/** A key of user storage. */
export function fromUserStorage(stored: StoredKey): TssKmKeyinfo2 {
  const key = decode(TPM_KEY_ANY, stored.blob);
  return {
    versionInfo: Uint8Array.of(1, "ver" in key ? 1 : 2, 0, 0),
    keyUUID: uuidToString(stored.uuid),
    parentKeyUUID: uuidToString(stored.parentUuid),
    bAuthDataUsage: key.authDataUsage,
    persistentStorageType: TSS_PS_TYPE_USER,
    persistentStorageTypeParent: parentStorageOf(stored),
    fIsLoaded: false,
    rgbVendorData: stored.vendorData,
  };
}

/** TSS_PS_TYPE_* of the parent of a key of user storage. */
export function parentStorageOf(stored: StoredKey): number {
  return stored.parentInSystemStorage ? TSS_PS_TYPE_SYSTEM : TSS_PS_TYPE_USER;
}
