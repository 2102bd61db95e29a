import { TPM_KH_SRK, TPM_RT_AUTH, TPM_RT_KEY, TPM_RT_TRANS } from "../tpm12/constants/mod.ts";
import { TssError, tssError } from "../tpm12/tss_error.ts";
import type {
  AuthResource,
  KeyResource,
  Resource,
  ResourceKind,
  TransportResource,
} from "./resource.ts";
import { randomHandle } from "./resource.ts";
import type { TpmLink } from "./tpm_link.ts";

const RESOURCE_TYPE: Readonly<Record<ResourceKind, number>> = {
  key: TPM_RT_KEY,
  auth: TPM_RT_AUTH,
  transport: TPM_RT_TRANS,
};
const LABEL = new Uint8Array(16);

/** Return codes by which a TPM says that a slot is missing. */
const FULL: readonly string[] = ["TPM_NOSPACE", "TPM_RESOURCES", "TPM_NOCONTEXTSPACE"];

/**
 * Makes the slots of the TPM seem many: what does not fit inside is saved outside and comes back
 * when it is used. The caller sees to it that one command runs at a time.
 */
export class ResourceManager {
  readonly #link: TpmLink;
  readonly #resources = new Map<number, Resource>();
  #clock = 0;

  /** Manages the TPM behind a link. */
  constructor(link: TpmLink) {
    this.#link = link;
  }

  /** How many resources of a kind a context holds. */
  count(owner: object, kind: ResourceKind): number {
    let count = 0;
    for (const resource of this.#resources.values()) {
      if (resource.owner === owner && resource.kind === kind) count++;
    }
    return count;
  }

  /** How many resources of a kind are inside the TPM. */
  inside(kind: ResourceKind): number {
    let count = 0;
    for (const resource of this.#resources.values()) {
      if (resource.kind === kind && resource.tpmHandle !== null) count++;
    }
    return count;
  }

  /** Whether some context has loaded the registered key with a UUID. */
  isLoaded(uuid: string): boolean {
    for (const resource of this.#resources.values()) {
      if (resource.kind === "key" && (resource as KeyResource).uuid === uuid) return true;
    }
    return false;
  }

  /** A handle for a new resource. */
  newHandle(): number {
    return randomHandle((handle) => this.#resources.has(handle));
  }

  /** Takes a new resource in. */
  add<R extends Resource>(resource: R): R {
    this.#resources.set(resource.handle, resource);
    this.touch(resource);
    return resource;
  }

  /** Marks a resource as used now. */
  touch(resource: Resource): void {
    resource.lastUse = ++this.#clock;
  }

  /** The key with a handle of a context; throws TCS_E_INVALID_KEYHANDLE. */
  key(owner: object, handle: number): KeyResource {
    const found = this.#find(owner, handle, "key");
    if (found !== undefined) return found as KeyResource;
    throw tssError("tcs", "TCS_E_INVALID_KEYHANDLE", {
      detail: `no key of this context has the handle 0x${handle.toString(16)}`,
    });
  }

  /** The authorisation session with a handle of a context; throws TCS_E_INVALID_AUTHHANDLE. */
  auth(owner: object, handle: number): AuthResource {
    const found = this.#find(owner, handle, "auth");
    if (found !== undefined) return found as AuthResource;
    throw tssError("tcs", "TCS_E_INVALID_AUTHHANDLE", {
      detail: `no session of this context has the handle 0x${handle.toString(16)}`,
    });
  }

  /** The transport session with a handle of a context; `undefined` when there is none. */
  transport(owner: object, handle: number): TransportResource | undefined {
    return this.#find(owner, handle, "transport") as TransportResource | undefined;
  }

  #find(owner: object, handle: number, kind: ResourceKind): Resource | undefined {
    const resource = this.#resources.get(handle);
    return resource?.owner === owner && resource.kind === kind ? resource : undefined;
  }

  /** All resources of a context. */
  of(owner: object): Resource[] {
    return [...this.#resources.values()].filter((resource) => resource.owner === owner);
  }

  /**
   * Brings resources into the TPM, all of them at once, keys first. Throws TPM_RESOURCES when they
   * do not fit together.
   */
  async bringIn(needed: readonly Resource[]): Promise<void> {
    const all = withBoundKeys(needed);
    for (const resource of all) {
      this.touch(resource);
      if (resource.tpmHandle === null) await this.#load(resource, all);
    }
  }

  /**
   * Runs something that takes a new slot of a kind, with others kept inside; makes room and runs
   * it again when the TPM is full. Only for commands without sessions, which a failure would end.
   */
  async withRoom<T>(
    kind: ResourceKind,
    kept: readonly Resource[],
    task: () => Promise<T>,
  ): Promise<T> {
    for (;;) {
      try {
        return await task();
      } catch (error) {
        if (!isFull(error) || !await this.#evictOne(kind, kept)) throw error;
      }
    }
  }

  /** Sees to it that a key slot is free before a command that cannot be sent twice. */
  async requireKeySlot(kept: readonly Resource[], freeSlots: () => number): Promise<void> {
    while (freeSlots() <= 0) {
      if (!await this.#evictOne("key", kept)) {
        throw TssError.fromResult(0x15, { detail: "every key slot of the TPM is in use" });
      }
    }
  }

  /** Lets a resource go: out of the TPM, and out of the table. */
  async release(resource: Resource): Promise<void> {
    this.forget(resource);
    if (resource.tpmHandle !== null && resource.tpmHandle !== TPM_KH_SRK) {
      await this.#flush(resource.kind, resource.tpmHandle);
    }
  }

  /** Takes a resource out of the table that the TPM has let go already. */
  forget(resource: Resource): void {
    this.#resources.delete(resource.handle);
  }

  /** Forgets every session, or every resource: the TPM did. */
  forgetWhere(condition: (resource: Resource) => boolean): void {
    for (const resource of this.#resources.values()) {
      if (condition(resource)) this.#resources.delete(resource.handle);
    }
  }

  async #load(resource: Resource, kept: readonly Resource[]): Promise<void> {
    if (resource.saved === null) throw new TypeError("A resource is out that was never saved");
    const request = {
      entityHandle: 0,
      keepHandle: false,
      contextBlob: resource.saved,
    };
    const { handle } = await this.withRoom(
      resource.kind,
      kept,
      () => this.#link.command("TPM_LoadContext", request),
    );
    resource.tpmHandle = handle;
    // The context of a session serves once; that of a key stays good.
    if (resource.kind !== "key") resource.saved = null;
  }

  /** Saves the resource of a kind that was used least recently; `false` when none can go. */
  async #evictOne(kind: ResourceKind, kept: readonly Resource[]): Promise<boolean> {
    let oldest: Resource | undefined;
    for (const resource of this.#resources.values()) {
      if (resource.kind !== kind || resource.tpmHandle === null || resource.pinned) continue;
      if (kept.includes(resource)) continue;
      if (oldest === undefined || resource.lastUse < oldest.lastUse) oldest = resource;
    }
    if (oldest === undefined) return false;
    try {
      await this.#save(oldest);
      return true;
    } catch (error) {
      // A TPM that cannot save contexts, or not now: an unowned one saves none.
      if (error instanceof TssError && error.layer === "tpm") return false;
      throw error;
    }
  }

  async #save(resource: Resource): Promise<void> {
    // Evicting a key would end the sessions that are bound to it: they go out first.
    if (resource.kind === "key") {
      for (const other of this.#resources.values()) {
        const bound = other.kind === "auth" && (other as AuthResource).boundTo === resource;
        if (bound && other.tpmHandle !== null) await this.#save(other);
      }
    }
    const handle = resource.tpmHandle!;
    if (resource.saved === null) {
      const { contextBlob } = await this.#link.command("TPM_SaveContext", {
        handle,
        resourceType: RESOURCE_TYPE[resource.kind],
        label: LABEL,
      });
      resource.saved = contextBlob;
    }
    // Saving takes a session out of the TPM, but leaves a key.
    if (resource.kind === "key") await this.#flush("key", handle);
    resource.tpmHandle = null;
  }

  async #flush(kind: ResourceKind, handle: number): Promise<void> {
    try {
      await this.#link.command("TPM_FlushSpecific", { handle, resourceType: RESOURCE_TYPE[kind] });
    } catch (error) {
      // The TPM has let it go already.
      if (!(error instanceof TssError) || error.layer !== "tpm") throw error;
    }
  }
}

/** Keys that sessions are bound to must be inside before them. */
function withBoundKeys(needed: readonly Resource[]): Resource[] {
  const keys = new Set<Resource>();
  const sessions = new Set<Resource>();
  for (const resource of needed) {
    if (resource.kind === "key") keys.add(resource);
    else sessions.add(resource);
    const boundTo = resource.kind === "auth" ? (resource as AuthResource).boundTo : null;
    if (boundTo !== null) keys.add(boundTo);
  }
  return [...keys, ...sessions];
}

function isFull(error: unknown): boolean {
  return error instanceof TssError && error.layer === "tpm" && FULL.includes(error.codeName);
}
