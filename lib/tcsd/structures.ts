import { BOOL, bytes, type Codec, SIZED32, struct, U32, U8 } from "../codec/mod.ts";
import type { KmKeyinfo, KmKeyinfo2, LoadkeyInfo, PcrEvent } from "../tcs/types.ts";
import { TPM_AUTHDATA, TPM_DIGEST, TPM_NONCE } from "../tpm12/structures/mod.ts";

/** TSS_UUID: 16 bytes, its integers big-endian. */
export const TSS_UUID: Codec<Uint8Array> = bytes("TSS_UUID", 16);

/** TSS_VERSION and TPM_VERSION: major, minor, revMajor, revMinor. */
export const TSS_VERSION: Codec<Uint8Array> = bytes("TSS_VERSION", 4);

/** Wire form of {@linkcode KmKeyinfo}. */
export const TSS_KM_KEYINFO: Codec<KmKeyinfo> = struct("TSS_KM_KEYINFO", {
  versionInfo: TSS_VERSION,
  keyUUID: TSS_UUID,
  parentKeyUUID: TSS_UUID,
  bAuthDataUsage: U8,
  fIsLoaded: BOOL,
  rgbVendorData: SIZED32,
});

/** Wire form of {@linkcode KmKeyinfo2}. */
export const TSS_KM_KEYINFO2: Codec<KmKeyinfo2> = struct("TSS_KM_KEYINFO2", {
  versionInfo: TSS_VERSION,
  keyUUID: TSS_UUID,
  parentKeyUUID: TSS_UUID,
  bAuthDataUsage: U8,
  persistentStorageType: U32,
  persistentStorageTypeParent: U32,
  fIsLoaded: BOOL,
  rgbVendorData: SIZED32,
});

/** Wire form of {@linkcode LoadkeyInfo}: the TCS_AUTH at its end is taken apart. */
export const TCS_LOADKEY_INFO: Codec<LoadkeyInfo> = struct("TCS_LOADKEY_INFO", {
  keyUUID: TSS_UUID,
  parentKeyUUID: TSS_UUID,
  paramDigest: TPM_DIGEST,
  authHandle: U32,
  nonceOdd: TPM_NONCE,
  nonceEven: TPM_NONCE,
  continueAuthSession: BOOL,
  authData: TPM_AUTHDATA,
});

/** Wire form of {@linkcode PcrEvent}. */
export const TSS_PCR_EVENT: Codec<PcrEvent> = struct("TSS_PCR_EVENT", {
  versionInfo: TSS_VERSION,
  ulPcrIndex: U32,
  eventType: U32,
  rgbPcrValue: SIZED32,
  rgbEvent: SIZED32,
});
