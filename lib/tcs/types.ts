/** TSS_KM_KEYINFO: a registered key (TSS 1.2, 3.20.1). */
export interface KmKeyinfo {
  /** Version, four bytes: 1, 1, 0, 0. */
  versionInfo: Uint8Array;
  /** Name of the key, 16 bytes. */
  keyUUID: Uint8Array;
  /** Name of its parent, 16 bytes; zeros for the SRK. */
  parentKeyUUID: Uint8Array;
  /** TPM_AUTH_NEVER or TPM_AUTH_ALWAYS. */
  bAuthDataUsage: number;
  /** Whether the TCS has it loaded. */
  fIsLoaded: boolean;
  /** What was registered with it. */
  rgbVendorData: Uint8Array;
}

/** TSS_KM_KEYINFO2: a registered key and where it and its parent are (TSS 1.2, 3.20.2). */
export interface KmKeyinfo2 extends KmKeyinfo {
  /** TSS_PS_TYPE_* of the key. */
  persistentStorageType: number;
  /** TSS_PS_TYPE_* of its parent. */
  persistentStorageTypeParent: number;
}

/** TSS_PCR_EVENT: an entry of the event log (TSS 1.2, 3.9). */
export interface PcrEvent {
  /** Version, four bytes. */
  versionInfo: Uint8Array;
  /** The PCR that was extended. */
  ulPcrIndex: number;
  /** TSS_EV_* or another number of the caller's. */
  eventType: number;
  /** What the PCR was extended with, 20 bytes as a rule. */
  rgbPcrValue: Uint8Array;
  /** What happened. */
  rgbEvent: Uint8Array;
}

/** TCS_LOADKEY_INFO: the authorisation that loading a registered key wants (TSS 1.2, 4.4.4). */
export interface LoadkeyInfo {
  /** The key whose parent wants authorisation, 16 bytes. */
  keyUUID: Uint8Array;
  /** That parent, 16 bytes. */
  parentKeyUUID: Uint8Array;
  /** Digest of the parameters of TPM_LoadKey2, 20 bytes. */
  paramDigest: Uint8Array;
  /** The session. */
  authHandle: number;
  /** Nonce of the caller, 20 bytes. */
  nonceOdd: Uint8Array;
  /** Nonce of the TPM, 20 bytes. */
  nonceEven: Uint8Array;
  /** Whether the session is to stay open. */
  continueAuthSession: boolean;
  /** HMAC, 20 bytes. */
  authData: Uint8Array;
}
