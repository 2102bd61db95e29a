import { uuidToString } from "../formats/mod.ts";
import { COMMANDS } from "../tpm12/commands/mod.ts";
import { TPM_KH_SRK } from "../tpm12/constants/mod.ts";
import { TssError } from "../tpm12/tss_error.ts";
import { type AuthRequest, requestDigest } from "../wire/mod.ts";
import type { TcsCore } from "./tcs_core.ts";
import { after, type Eventually } from "./eventually.ts";
import type { Executor } from "./executor.ts";
import { ownerEvictKey } from "./key_resource.ts";
import type { KeyResource } from "./resource.ts";
import type { LoadedKey, LoadKeyByUuidResult, Tcsi } from "./tcsi.ts";
import type { LoadkeyInfo } from "./types.ts";

/** Loads keys for contexts, by blob and by name; to be called with the TPM to oneself. */
export class KeyLoader {
  readonly #services: TcsCore;

  /** For the contexts of these services. */
  constructor(services: TcsCore) {
    this.#services = services;
  }

  /** `Tcsip_LoadKeyByBlob`. */
  byBlob(
    executor: Executor,
    { hUnwrappingKey, rgbWrappedKeyBlob, auths = [] }: Parameters<Tcsi["loadKeyByBlob"]>[0],
  ): Eventually<LoadedKey> {
    const request = { parentHandle: hUnwrappingKey, inKey: rgbWrappedKeyBlob, auths };
    return after(executor.execute(this.#row, request), (answer) => {
      const hKeyTCSI = answer.inkeyHandle as number;
      const loaded = { hKeyTCSI, auths: answer.auths as LoadedKey["auths"] };
      // The answer of a 1.1 TPM is authorised with the number that the key has in it.
      return this.#services.tpmVersion === 1 ? { ...loaded, hKeyHMAC: hKeyTCSI } : loaded;
    });
  }

  /** `Tcsip_LoadKeyByUUID`: parents are loaded on the way, and let go again. */
  async byUuid(
    executor: Executor,
    { keyUUID, loadkeyInfo }: {
      readonly keyUUID: Uint8Array;
      readonly loadkeyInfo?: LoadkeyInfo;
    },
  ): Promise<LoadKeyByUuidResult> {
    const { registeredKeys } = this.#services;
    const there = this.#alreadyThere(executor, keyUUID, loadkeyInfo);
    if (there !== undefined) return { hKeyTCSI: there, loadkeyInfo };
    let parent = TPM_KH_SRK;
    let info = loadkeyInfo;
    for (const { uuid, parentUuid, blob } of await registeredKeys.chain(keyUUID)) {
      const auth = info !== undefined && sameUuid(info.keyUUID, uuid) ? authOf(info) : null;
      let loaded;
      try {
        loaded = await this.byBlob(executor, {
          hUnwrappingKey: parent,
          rgbWrappedKeyBlob: blob,
          auths: auth === null ? [] : [auth],
        });
      } catch (error) {
        if (!isAuthFailure(error) || auth !== null) throw error;
        return { hKeyTCSI: undefined, loadkeyInfo: this.#wanted(uuid, parentUuid, blob) };
      } finally {
        if (parent !== TPM_KH_SRK) await this.#release(executor, parent);
      }
      parent = loaded.hKeyTCSI;
      this.#key(executor, parent).uuid = uuidToString(uuid);
      const block = loaded.auths[0];
      if (auth !== null && block) info = { ...info!, ...block };
    }
    return { hKeyTCSI: parent, loadkeyInfo: info };
  }

  /** `Tcsip_EvictKey`: a key that its context has loaded more than once stays. */
  evict(executor: Executor, handle: number): Eventually<void> {
    if (handle === TPM_KH_SRK) return;
    const key = this.#key(executor, handle);
    if (--key.references === 0) return this.#services.resources.release(key);
  }

  /** A key that needs no loading: the SRK, one the owner made stay, one the context has already. */
  #alreadyThere(
    executor: Executor,
    keyUUID: Uint8Array,
    loadkeyInfo: LoadkeyInfo | undefined,
  ): number | undefined {
    const { resources, registeredKeys } = this.#services;
    const { owner } = executor;
    const uuid = uuidToString(keyUUID);
    // A session that was opened for it wants its answer from the TPM.
    if (loadkeyInfo !== undefined && authOf(loadkeyInfo) !== null) return undefined;
    for (const resource of resources.table.of(owner)) {
      if (resource.kind !== "key" || (resource as KeyResource).uuid !== uuid) continue;
      (resource as KeyResource).references++;
      return resource.handle;
    }
    const tpmHandle = registeredKeys.ownerEvictHandle(keyUUID);
    if (tpmHandle === undefined) return undefined;
    resources.budget.requireQuota(owner, "key");
    const handle = resources.table.newHandle();
    return resources.table.add(ownerEvictKey(owner, { handle, tpmHandle, uuid })).handle;
  }

  /** Says over what digest the parent of a key wants to be authorised. */
  #wanted(keyUUID: Uint8Array, parentKeyUUID: Uint8Array, blob: Uint8Array): LoadkeyInfo {
    return {
      keyUUID,
      parentKeyUUID,
      paramDigest: requestDigest(this.#row.ordinal, blob),
      authHandle: 0,
      nonceOdd: new Uint8Array(20),
      nonceEven: new Uint8Array(20),
      continueAuthSession: false,
      authData: new Uint8Array(20),
    };
  }

  get #row() {
    return this.#services.tpmVersion === 1 ? COMMANDS.TPM_LoadKey : COMMANDS.TPM_LoadKey2;
  }

  #key({ owner }: Executor, handle: number): KeyResource {
    return this.#services.resources.table.key(owner, handle);
  }

  async #release(executor: Executor, handle: number): Promise<void> {
    await this.#services.resources.release(this.#key(executor, handle));
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
