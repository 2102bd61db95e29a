import { BOOL, bytes, type Codec, SIZED32, struct, U32, U8 } from "../codec/mod.ts";
import { TPM_AUTHDATA, TPM_DIGEST, TPM_NONCE } from "../tpm12/structures/mod.ts";
import type { AuthRequest, AuthResponse } from "../wire/mod.ts";

/** TSS_UUID: 16 bytes, its integers big-endian. */
export const TSS_UUID: Codec<Uint8Array> = bytes("TSS_UUID", 16);

/** TSS_VERSION and TPM_VERSION: major, minor, revMajor, revMinor. */
export const TSS_VERSION: Codec<Uint8Array> = bytes("TSS_VERSION", 4);

/** A registered key, as an enumeration tells of it. */
export interface TssKmKeyInfo {
  /** TSS_VERSION, 4 bytes. */
  versionInfo: Uint8Array;
  /** Name of the key, 16 bytes. */
  keyUUID: Uint8Array;
  /** Name of the key it is wrapped with, 16 bytes; zeros for the SRK. */
  parentKeyUUID: Uint8Array;
  /** TPM_AUTH_DATA_USAGE: whether loading a key below it takes its secret. */
  bAuthDataUsage: number;
  /** Whether the TPM holds it now. */
  fIsLoaded: boolean;
  /** What was registered with it. */
  rgbVendorData: Uint8Array;
}

/** Wire form of {@linkcode TssKmKeyInfo}. */
export const TSS_KM_KEYINFO: Codec<TssKmKeyInfo> = struct("TSS_KM_KEYINFO", {
  versionInfo: TSS_VERSION,
  keyUUID: TSS_UUID,
  parentKeyUUID: TSS_UUID,
  bAuthDataUsage: U8,
  fIsLoaded: BOOL,
  rgbVendorData: SIZED32,
});

/** As {@linkcode TssKmKeyInfo}, with where the keys are stored. */
export interface TssKmKeyInfo2 extends TssKmKeyInfo {
  /** TSS_PS_TYPE_*: where the key is registered; 2 is the system's storage. */
  persistentStorageType: number;
  /** TSS_PS_TYPE_*: where its parent is registered. */
  persistentStorageTypeParent: number;
}

/** Wire form of {@linkcode TssKmKeyInfo2}. */
export const TSS_KM_KEYINFO2: Codec<TssKmKeyInfo2> = struct("TSS_KM_KEYINFO2", {
  versionInfo: TSS_VERSION,
  keyUUID: TSS_UUID,
  parentKeyUUID: TSS_UUID,
  bAuthDataUsage: U8,
  persistentStorageType: U32,
  persistentStorageTypeParent: U32,
  fIsLoaded: BOOL,
  rgbVendorData: SIZED32,
});

/** TCS_AUTH: both halves of a session's block, as TCS_LOADKEY_INFO carries it. */
export type TcsAuth = AuthRequest & AuthResponse;

/** Wire form of {@linkcode TcsAuth}. */
export const TCS_AUTH: Codec<TcsAuth> = struct("TCS_AUTH", {
  authHandle: U32,
  nonceOdd: TPM_NONCE,
  nonceEven: TPM_NONCE,
  continueAuthSession: BOOL,
  authData: TPM_AUTHDATA,
});

/** What loading a key by its name tells about the key on the way that takes a secret. */
export interface TcsLoadKeyInfo {
  /** The key whose parent's secret is needed, 16 bytes. */
  keyUUID: Uint8Array;
  /** The key whose secret it is, 16 bytes. */
  parentKeyUUID: Uint8Array;
  /** inParamDigest of the TPM_LoadKey or TPM_LoadKey2 to be authorised, 20 bytes. */
  paramDigest: Uint8Array;
  /** The session. */
  authData: TcsAuth;
}

/** Wire form of {@linkcode TcsLoadKeyInfo}. */
export const TCS_LOADKEY_INFO: Codec<TcsLoadKeyInfo> = struct("TCS_LOADKEY_INFO", {
  keyUUID: TSS_UUID,
  parentKeyUUID: TSS_UUID,
  paramDigest: TPM_DIGEST,
  authData: TCS_AUTH,
});

/** An entry of the event log. */
export interface TssPcrEvent {
  /** TSS_VERSION, 4 bytes. */
  versionInfo: Uint8Array;
  /** The PCR. */
  ulPcrIndex: number;
  /** TSS_EV_* or a number of the platform's specification. */
  eventType: number;
  /** What the PCR was extended with. */
  rgbPcrValue: Uint8Array;
  /** What it stands for. */
  rgbEvent: Uint8Array;
}

/** Wire form of {@linkcode TssPcrEvent}. */
export const TSS_PCR_EVENT: Codec<TssPcrEvent> = struct("TSS_PCR_EVENT", {
  versionInfo: TSS_VERSION,
  ulPcrIndex: U32,
  eventType: U32,
  rgbPcrValue: SIZED32,
  rgbEvent: SIZED32,
});
