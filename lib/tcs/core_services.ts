import { decode, encode, U32 } from "../codec/mod.ts";
import { uuidToString } from "../formats/mod.ts";
import { type Command, COMMANDS } from "../tpm12/commands/mod.ts";
import {
  TPM_CAP_PROP_KEYS,
  TPM_CAP_PROPERTY,
  TPM_CAP_VERSION_VAL,
  TPM_KH_SRK,
} from "../tpm12/constants/mod.ts";
import { TPM_CAP_VERSION_INFO } from "../tpm12/structures/mod.ts";
import { TssError } from "../tpm12/tss_error.ts";
import type { Tddl } from "../tddl/mod.ts";
import { type AuthRequest, requestDigest, type Values } from "../wire/mod.ts";
import { tcsCapability, type TcsCapabilityOptions } from "./capability.ts";
import { Credentials, type CredentialSources } from "./credentials.ts";
import { EventLog, type EventLogSources } from "./event_log.ts";
import { FairLock } from "./fair_lock.ts";
import { type KeyStorage, MemoryKeyStorage } from "./key_storage.ts";
import { RegisteredKeys } from "./registered_keys.ts";
import type { KeyResource, Resource } from "./resource.ts";
import { ResourceManager } from "./resource_manager.ts";
import { TcsContext } from "./tcs_context.ts";
import type { TcsRequest, TcsResponse } from "./tcs_command.ts";
import type { LoadKeyByUuidResult, Tcsi, TcsService } from "./tcsi.ts";
import { TpmLink } from "./tpm_link.ts";
import type { LoadkeyInfo } from "./types.ts";

/** What the core services are made of; everything may be left out. */
export interface CoreServicesOptions {
  /** Where registered keys are kept; by default in memory. */
  readonly keyStorage?: KeyStorage;
  /** Logs of firmware and kernel. */
  readonly eventLog?: EventLogSources;
  /** The platform's credentials. */
  readonly credentials?: CredentialSources;
  /** What the TCS says of the platform. */
  readonly platform?: TcsCapabilityOptions;
  /** Most keys, and most sessions of either kind, one context may hold. */
  readonly limits?: { readonly keys?: number; readonly sessions?: number };
}

/**
 * The TSS core services over one TPM, in this process: contexts, keys and sessions that are many
 * though the TPM's slots are few, registered keys, the event log. One command runs at a time, first
 * come, first served.
 */
export class CoreServices implements TcsService {
  /** The way to the TPM. */
  readonly link: TpmLink;
  /** The TPM's slots. */
  readonly resources: ResourceManager;
  /** Whose turn it is. */
  readonly lock: FairLock = new FairLock();
  /** Persistent storage. */
  readonly registeredKeys: RegisteredKeys;
  /** The platform's credentials. */
  readonly credentials: Credentials;
  /** What PCRs were extended with. */
  readonly eventLog: EventLog;
  /** Minor version of the TPM: 1 or 2. */
  readonly tpmVersion: number;
  readonly #options: CoreServicesOptions;
  #keySlots: number;

  private constructor(
    link: TpmLink,
    options: CoreServicesOptions,
    facts: { readonly tpmVersion: number; readonly keySlots: number },
  ) {
    this.link = link;
    this.#options = options;
    this.tpmVersion = facts.tpmVersion;
    this.#keySlots = facts.keySlots;
    this.resources = new ResourceManager(link);
    this.registeredKeys = new RegisteredKeys(
      options.keyStorage ?? new MemoryKeyStorage(),
      (uuid) => this.resources.isLoaded(uuidToString(uuid)),
    );
    this.credentials = new Credentials(options.credentials);
    this.eventLog = new EventLog(options.eventLog);
  }

  /**
   * Starts the services on an open TDDL, which they close in the end. The TPM must have had its
   * TPM_Startup; a TssError tells when it has not, or is no TPM 1.2.
   */
  static async start(tddl: Tddl, options: CoreServicesOptions = {}): Promise<CoreServices> {
    const link = new TpmLink(tddl);
    const version = await link.command("TPM_GetCapability", {
      capArea: TPM_CAP_VERSION_VAL,
      subCap: new Uint8Array(0),
    });
    const keys = await link.command("TPM_GetCapability", {
      capArea: TPM_CAP_PROPERTY,
      subCap: encode(U32, TPM_CAP_PROP_KEYS),
    });
    return new CoreServices(link, options, {
      tpmVersion: decode(TPM_CAP_VERSION_INFO, version.resp).version.minor,
      keySlots: decode(U32, keys.resp),
    });
  }

  /** Opens a context of its own. */
  openContext(): Promise<Tcsi> {
    return Promise.resolve(new TcsContext(this));
  }

  /** Closes the TDDL; contexts still open are worth nothing from then on. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.lock.run(() => this.link.close());
  }

  /** How many key slots of the TPM are free, as far as these services use them. */
  freeKeySlots(): number {
    return this.#keySlots - this.resources.inside("key");
  }

  /** Throws TPM_RESOURCES when a context holds as much of a kind as it may. */
  requireQuota(owner: TcsContext, kind: Resource["kind"]): void {
    const { keys = 256, sessions = 64 } = this.#options.limits ?? {};
    const limit = kind === "key" ? keys : sessions;
    if (this.resources.count(owner, kind) >= limit) {
      const detail = `the context holds ${limit} of this kind already`;
      throw TssError.fromResult(0x15, { detail });
    }
  }

  /** The key of a context with a handle; `null` for the fixed handles, which stay as they are. */
  findKey(owner: TcsContext, handle: number): KeyResource | null {
    return handle >>> 24 === 0x40 ? null : this.resources.key(owner, handle);
  }

  /** Lets a key of a context go. */
  async releaseKey(owner: TcsContext, handle: number): Promise<void> {
    if (handle === TPM_KH_SRK) return;
    await this.resources.release(this.resources.key(owner, handle));
  }

  /** Lets everything go that a context holds, sessions first. */
  async releaseContext(owner: TcsContext): Promise<void> {
    const held = this.resources.of(owner);
    for (const resource of held.filter(({ kind }) => kind !== "key")) {
      await this.resources.release(resource);
    }
    for (const resource of held.filter(({ kind }) => kind === "key")) {
      await this.resources.release(resource);
    }
  }

  /** `Tcsip_LoadKeyByBlob`. */
  async loadKeyByBlob(
    owner: TcsContext,
    { hUnwrappingKey, rgbWrappedKeyBlob, auths = [] }: Parameters<Tcsi["loadKeyByBlob"]>[0],
    uuid?: string,
  ): ReturnType<Tcsi["loadKeyByBlob"]> {
    const row = this.tpmVersion === 1 ? COMMANDS.TPM_LoadKey : COMMANDS.TPM_LoadKey2;
    const answer = await owner.execute(row, {
      parentHandle: hUnwrappingKey,
      inKey: rgbWrappedKeyBlob,
      auths,
    });
    const hKeyTCSI = answer.inkeyHandle as number;
    if (uuid !== undefined) this.resources.key(owner, hKeyTCSI).uuid = uuid;
    return { hKeyTCSI, auths: answer.auths as never };
  }

  /** `Tcsip_LoadKeyByUUID`: parents are loaded on the way, and let go again. */
  async loadKeyByUuid(
    owner: TcsContext,
    { keyUUID, loadkeyInfo }: {
      readonly keyUUID: Uint8Array;
      readonly loadkeyInfo?: LoadkeyInfo;
    },
  ): Promise<LoadKeyByUuidResult> {
    const chain = await this.registeredKeys.chain(keyUUID);
    let parent = TPM_KH_SRK;
    let info = loadkeyInfo;
    for (const key of chain) {
      const auth = info !== undefined && sameUuid(info.keyUUID, key.uuid) ? authOf(info) : null;
      try {
        const loaded = await this.loadKeyByBlob(owner, {
          hUnwrappingKey: parent,
          rgbWrappedKeyBlob: key.blob,
          auths: auth === null ? [] : [auth],
        }, uuidToString(key.uuid));
        if (parent !== TPM_KH_SRK) await this.releaseKey(owner, parent);
        parent = loaded.hKeyTCSI;
        const block = loaded.auths[0];
        if (auth !== null && block) info = { ...info!, ...block };
      } catch (error) {
        if (parent !== TPM_KH_SRK) await this.releaseKey(owner, parent);
        if (!isAuthFailure(error) || auth !== null) throw error;
        return { hKeyTCSI: undefined, loadkeyInfo: wanted(key.uuid, key.parentUuid, key.blob) };
      }
    }
    return { hKeyTCSI: parent, loadkeyInfo: info };
  }

  /** `Tcsip_KeyControlOwner`: the key keeps its place in the TPM, and a UUID names it. */
  async keyControlOwner(
    owner: TcsContext,
    request: TcsRequest<"TPM_KeyControlOwner">,
  ): ReturnType<Tcsi["keyControlOwner"]> {
    const answer = await owner.execute(
      COMMANDS.TPM_KeyControlOwner,
      request as unknown as Values,
    );
    const key = this.resources.key(owner, request.keyHandle);
    const uuidData = this.registeredKeys.ownerEvictUuid(key.tpmHandle!, request.bitValue);
    key.pinned = request.bitValue;
    return { ...answer as unknown as TcsResponse<"TPM_KeyControlOwner">, uuidData };
  }

  /** The answer to `Tcsi_GetCapability`. */
  capability(capArea: number, subCap: Uint8Array): Uint8Array {
    return tcsCapability(capArea, subCap, this.#options.platform);
  }

  /** What a command changes in the services besides handles. */
  async afterCommand(
    row: Command,
    owner: TcsContext,
    { request, answer }: { readonly request: Values; readonly answer: Values },
  ): Promise<void> {
    switch (row.name) {
      case "TPM_TakeOwnership":
        await this.registeredKeys.setSrk(answer.srkPub as Uint8Array);
        break;
      case "TPM_OwnerClear":
      case "TPM_ForceClear":
      case "TPM_RevokeTrust":
        // The TPM has flushed every key and every session of the owner.
        this.resources.forgetWhere(() => true);
        await this.registeredKeys.removeSrk();
        break;
      case "TPM_DAA_Join":
      case "TPM_DAA_Sign":
        if (request.stage === 0) owner.noteDaaSession(decode(U32, answer.outputData as Uint8Array));
        break;
    }
  }
}

function sameUuid(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((byte, i) => byte === b[i]);
}

function authOf(info: LoadkeyInfo): AuthRequest | null {
  if (info.authHandle === 0) return null;
  const { authHandle, nonceOdd, continueAuthSession, authData } = info;
  return { authHandle, nonceOdd, continueAuthSession, authData };
}

function isAuthFailure(error: unknown): boolean {
  return error instanceof TssError && error.codeName === "TPM_AUTHFAIL";
}

/** Says over what digest the parent of a key wants to be authorised. */
function wanted(keyUUID: Uint8Array, parentKeyUUID: Uint8Array, blob: Uint8Array): LoadkeyInfo {
  return {
    keyUUID,
    parentKeyUUID,
    paramDigest: requestDigest(COMMANDS.TPM_LoadKey2.ordinal, blob),
    authHandle: 0,
    nonceOdd: new Uint8Array(20),
    nonceEven: new Uint8Array(20),
    continueAuthSession: false,
    authData: new Uint8Array(20),
  };
}
