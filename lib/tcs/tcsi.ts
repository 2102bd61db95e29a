import { tssError } from "../tpm12/tss_error.ts";
import type { AuthRequest, AuthResponse } from "../wire/mod.ts";
import { TcsiCommands } from "./tcsi_commands.ts";
import type { TcsRequest, TcsResponse } from "./tcs_command.ts";
import type { KmKeyinfo, KmKeyinfo2, LoadkeyInfo, PcrEvent } from "./types.ts";

/** A key that was loaded by its blob. */
export interface LoadedKey {
  /** TCS handle of the key. */
  readonly hKeyTCSI: number;
  /** The handle in the answer's digest, of a 1.1 TPM alone. */
  readonly hKeyHMAC?: number;
  /** The answer to the session. */
  readonly auths: readonly (AuthResponse | null)[];
}

/** A key that stays in the TPM until this is disposed of. */
export interface LentKey extends Disposable {
  /** The TPM's handle. */
  readonly tpmHandle: number;
}

/** What loading a registered key wants when it fails with TCS_E_KM_LOADFAILED. */
export interface LoadKeyByUuidResult {
  /** TCS handle of the key; `undefined` when authorisation is wanted first. */
  readonly hKeyTCSI: number | undefined;
  /** The authorisation used, or wanted. */
  readonly loadkeyInfo: LoadkeyInfo | undefined;
}

/**
 * One context of the core services: the TCSI of TSS 1.2, whole. The same interface stands before
 * the services in this process and before a tcsd. Handles are the TCS's own and this context's
 * alone; what the context holds is gone when it is closed. Only {@linkcode TcsService.openContext}
 * makes one.
 */
export abstract class Tcsi extends TcsiCommands implements AsyncDisposable {
  /** Minor version of the TPM: 1 or 2. */
  abstract readonly tpmVersion: number;

  /** `Tcsi_CloseContext`: lets go of everything the context holds. */
  abstract closeContext(): Promise<void>;

  /** As {@linkcode closeContext}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.closeContext();
  }

  /** `Tcsi_FreeMemory`: nothing to do where memory is collected. */
  freeMemory(): Promise<void> {
    return Promise.resolve();
  }

  /** `Tcsi_GetCapability`: a capability of the TCS (TSS_TCSCAP_*); numbers big-endian. */
  abstract getTcsCapability(
    request: { readonly capArea: number; readonly subCap: Uint8Array },
  ): Promise<{ readonly resp: Uint8Array }>;

  /** `Tcsi_RegisterKey`: puts a key blob into persistent storage. UUIDs take 16 bytes. */
  abstract registerKey(request: {
    readonly wrappingKeyUUID: Uint8Array;
    readonly keyUUID: Uint8Array;
    readonly rgbKey: Uint8Array;
    readonly gbVendorData: Uint8Array;
  }): Promise<void>;

  /** `Tcsip_UnregisterKey`: takes a key out of persistent storage. */
  abstract unregisterKey(request: { readonly keyUUID: Uint8Array }): Promise<void>;

  /** `Tcsi_EnumRegisteredKeys`: all registered keys, or one and its parents up to the root. */
  abstract enumRegisteredKeys(
    request?: { readonly keyUUID?: Uint8Array },
  ): Promise<readonly KmKeyinfo[]>;

  /** `Tcsi_EnumRegisteredKeys` of 1.2: the same, with the storage of key and parent. */
  abstract enumRegisteredKeys2(
    request?: { readonly keyUUID?: Uint8Array },
  ): Promise<readonly KmKeyinfo2[]>;

  /** `Tcsi_GetRegisteredKey`: what is known of one registered key. */
  abstract getRegisteredKey(request: { readonly keyUUID: Uint8Array }): Promise<KmKeyinfo>;

  /** `Tcsi_GetRegisteredKeyBlob`: the blob of a registered key. */
  abstract getRegisteredKeyBlob(
    request: { readonly keyUUID: Uint8Array },
  ): Promise<{ readonly prgbKey: Uint8Array }>;

  /** `Tcsip_GetRegisteredKeyByPublicInfo`: the blob of the registered key with a modulus. */
  abstract getRegisteredKeyByPublicInfo(
    request: { readonly algID: number; readonly rgbPublicInfo: Uint8Array },
  ): Promise<{ readonly keyBlob: Uint8Array }>;

  /** `Tcsip_LoadKeyByBlob`: loads a key under a loaded parent. */
  abstract loadKeyByBlob(request: {
    readonly hUnwrappingKey: number;
    readonly rgbWrappedKeyBlob: Uint8Array;
    readonly auths?: readonly (AuthRequest | null)[];
  }): Promise<LoadedKey>;

  /** `Tcsip_LoadKey2ByBlob`: as {@linkcode loadKeyByBlob}, which picks the command by the TPM. */
  loadKey2ByBlob(
    request: Parameters<Tcsi["loadKeyByBlob"]>[0],
  ): ReturnType<Tcsi["loadKeyByBlob"]> {
    return this.loadKeyByBlob(request);
  }

  /**
   * `Tcsip_LoadKeyByUUID`: loads a registered key and its parents. When a parent wants
   * authorisation and none is given, the answer says for which and over what digest.
   */
  abstract loadKeyByUUID(
    request: { readonly keyUUID: Uint8Array; readonly loadkeyInfo?: LoadkeyInfo },
  ): Promise<LoadKeyByUuidResult>;

  /**
   * Tells the TPM's handle of a key, for TPM_DAA_Sign, which takes it as data that the owner's HMAC
   * covers. Of ours, not of the TCSI: throws TSS_E_NOTIMPL where the services are behind a tcsd.
   */
  lendKey(_request: { readonly hKey: number }): Promise<LentKey> {
    return Promise.reject(
      tssError("tcs", "TSS_E_NOTIMPL", {
        detail: "the protocol of tcsd tells no handle of the TPM's",
      }),
    );
  }

  /** `Tcsip_EvictKey`: lets go of a key. */
  abstract evictKey(request: { readonly hKey: number }): Promise<void>;

  /** `Tcsip_KeyControlOwner`: the owner makes a key stay; it is known by a UUID from then on. */
  abstract keyControlOwner(
    request: TcsRequest<"TPM_KeyControlOwner">,
  ): Promise<TcsResponse<"TPM_KeyControlOwner"> & { readonly uuidData: Uint8Array }>;

  /** `Tcsip_MakeIdentity`: makes an identity key, and gives the credentials of the platform. */
  abstract makeIdentity(request: TcsRequest<"TPM_MakeIdentity">): Promise<
    TcsResponse<"TPM_MakeIdentity"> & {
      readonly endorsementCredential: Uint8Array;
      readonly platformCredential: Uint8Array;
      readonly conformanceCredential: Uint8Array;
    }
  >;

  /** `Tcsi_GetCredential`: a credential of the platform; empty when there is none. */
  abstract getCredential(
    request: { readonly ulCredentialType: number; readonly ulCredentialAccessMode: number },
  ): Promise<{ readonly rgbCredentialData: Uint8Array }>;

  /** `Tcsi_LogPcrEvent`: adds to the event log; the answer is how many its PCR has now. */
  abstract logPcrEvent(
    request: { readonly event: PcrEvent },
  ): Promise<{ readonly ulEventNumber: number }>;

  /** `Tcsi_GetPcrEvent`: the n-th event of a PCR (from 0), or with `lengthOnly` how many it has. */
  abstract getPcrEvent(
    request: {
      readonly pcrIndex: number;
      readonly eventNumber: number;
      readonly lengthOnly?: boolean;
    },
  ): Promise<{ readonly number: number; readonly event: PcrEvent | undefined }>;

  /** `Tcsi_GetPcrEventsByPcr`: events of a PCR from the n-th (from 0) on, at most so many. */
  abstract getPcrEventsByPcr(
    request: {
      readonly pcrIndex: number;
      readonly firstEvent: number;
      readonly eventCount: number;
    },
  ): Promise<readonly PcrEvent[]>;

  /** `Tcsi_GetPcrEventLog`: all events, by PCR. */
  abstract getPcrEventLog(): Promise<readonly PcrEvent[]>;

  /** `Tcsi_Admin_TSS_SessionsPerLocality`: how many sessions each locality may have open. */
  adminTssSessionsPerLocality(
    _request: { readonly ulLocality: number; readonly ulSessions: number },
  ): Promise<void> {
    return Promise.reject(
      tssError("tcs", "TSS_E_NOTIMPL", { detail: "sessions are not counted by locality" }),
    );
  }
}

/** Gives out contexts: the core services in this process, or a connection to a tcsd. */
export interface TcsService extends AsyncDisposable {
  /**
   * `Tcsi_OpenContext`: opens a context of its own. What contexts with one `client` hold is counted
   * together where holdings are limited; without one, a context is counted alone.
   */
  openContext(client?: object): Promise<Tcsi>;
}
