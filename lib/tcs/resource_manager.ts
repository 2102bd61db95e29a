import { tpmError, TssError } from "../tpm12/tss_error.ts";
import { ContextAge } from "./context_age.ts";
import {
  type AuthResource,
  type KeyResource,
  type Resource,
  RESOURCE_TYPES,
  type ResourceKind,
  type ResourceOwner,
} from "./resource.ts";
import { mayBeTheSame } from "./key_resource.ts";
import { ResourceTable } from "./resource_table.ts";
import { reloadKey } from "./reload_key.ts";
import type { TcsLimits } from "./core_services.ts";
import { after, type Eventually } from "./eventually.ts";
import { SlotBudget } from "./slot_budget.ts";
import type { TpmSlots } from "./slots.ts";
import type { TpmLink } from "./tpm_link.ts";

/** Codes by which it says that it knows nothing under a handle that we had from it. */
const GONE = ["TPM_INVALID_RESOURCE", "TPM_INVALID_KEYHANDLE", "TPM_INVALID_AUTHHANDLE"];
/** Codes by which it says that a saved context is of no use any more. */
const USELESS = ["TPM_BADCONTEXT", "TPM_RESOURCEMISSING", "TPM_BAD_HANDLE", "TPM_DECRYPT_ERROR"];

/**
 * Makes the slots of the TPM seem many: what does not fit inside is saved outside and comes back
 * when it is used. The caller sees to it that one command runs at a time.
 */
export class ResourceManager {
  /** What all contexts hold. */
  readonly table: ResourceTable;
  /** How much of it fits. */
  readonly budget: SlotBudget;
  readonly #link: TpmLink;
  readonly #slots: TpmSlots;
  readonly #age: ContextAge;

  private constructor(link: TpmLink, slots: TpmSlots, rest: {
    readonly table: ResourceTable;
    readonly budget: SlotBudget;
    readonly distance: number;
  }) {
    this.table = rest.table;
    this.budget = rest.budget;
    this.#link = link;
    this.#slots = slots;
    this.#age = new ContextAge(rest.distance);
  }

  /** Manages the slots of a TPM, as many as are free now. */
  static async start(
    link: TpmLink,
    slots: TpmSlots,
    { limits = {} }: { readonly limits?: TcsLimits | undefined } = {},
  ): Promise<ResourceManager> {
    const table = new ResourceTable();
    const budget = await SlotBudget.start(table, slots, { limits });
    return new ResourceManager(link, slots, { table, budget, distance: await slots.distance() });
  }

  /** Whether some context has loaded the registered key with a UUID. */
  isLoaded(uuid: string): boolean {
    for (const key of this.table.all("key")) if ((key as KeyResource).uuid === uuid) return true;
    return false;
  }

  /** The name of a registered key is free: loaded keys have it no more. */
  forgetName(uuid: string): void {
    for (const resource of this.table.all("key")) {
      const key = resource as KeyResource;
      if (key.uuid === uuid) key.uuid = undefined;
    }
  }

  /** Whether all of these are in the TPM; if so they count as used now. */
  areInside(needed: readonly Resource[]): boolean {
    if (!needed.every(({ tpmHandle }) => tpmHandle !== null)) return false;
    for (const resource of needed) {
      const boundTo = resource.kind === "auth" ? (resource as AuthResource).boundTo : null;
      if (typeof boundTo === "object" && boundTo !== null) this.table.touch(boundTo);
      this.table.touch(resource);
    }
    return true;
  }

  /**
   * Brings resources into the TPM, all of them at once, keys first. Throws TPM_RESOURCES when they
   * do not fit together.
   */
  async bringIn(needed: readonly Resource[]): Promise<void> {
    if (this.#age.isDue) await this.#renewSaved();
    const all = withBoundKeys(needed);
    for (const resource of all) {
      if (resource.tpmHandle === null) await this.#load(resource, all);
      else this.table.touch(resource);
    }
  }

  /** Sees to it that a slot is free, as far as we know, with others kept inside. */
  async reserve(kind: ResourceKind, kept: readonly Resource[]): Promise<void> {
    const keep = withBoundKeys(kept);
    while (!this.budget.hasFree(kind)) {
      if (await this.#evictOne(kind, keep)) continue;
      // Somebody else may have left the TPM meanwhile.
      await this.budget.measure();
      if (!this.budget.hasFree(kind)) {
        throw tpmError("TPM_RESOURCES", `every ${kind} slot is in use`);
      }
    }
  }

  /**
   * Runs something that takes a new slot of a kind; makes room and runs it again when the TPM is
   * full. Only for commands without sessions, which a failure would end.
   */
  async withRoom<T>(
    kind: ResourceKind,
    kept: readonly Resource[],
    task: () => Promise<T>,
  ): Promise<T> {
    await this.reserve(kind, kept);
    const keep = withBoundKeys(kept);
    for (;;) {
      try {
        return await task();
      } catch (error) {
        if (!isFull(error)) throw error;
        // Somebody else uses the TPM too.
        await this.budget.measure();
        if (!await this.#evictOne(kind, keep)) throw error;
      }
    }
  }

  /** Lets a resource go: out of the TPM, and out of the table. */
  release(resource: Resource): Eventually<void> {
    return after(this.endSessions(resource), () => {
      const { kind, saved, tpmHandle } = resource;
      const stays = kind === "key" && (resource as KeyResource).ownerEvict;
      this.forget(resource);
      if (tpmHandle !== null) return stays ? undefined : this.#slots.flush(kind, tpmHandle);
      return saved === null ? undefined : this.#slots.discard(kind, saved);
    });
  }

  /** Before a key goes for good, ends the sessions that are bound to it. */
  endSessions(resource: Resource): Eventually<void> {
    if (resource.kind !== "key" || (resource as KeyResource).ownerEvict) return;
    for (const session of this.table.all("auth")) {
      if ((session as AuthResource).boundTo !== null) return this.#endSessions(resource);
    }
  }

  async #endSessions(resource: Resource): Promise<void> {
    for (const session of [...this.table.all("auth")] as AuthResource[]) {
      if (session.boundTo === resource) await this.release(session);
    }
    if (resource.tpmHandle !== null) await this.#saveSessions(resource as KeyResource);
  }

  /** Lets everything go that a context holds, sessions first. The table forgets it in any case. */
  releaseAll(owner: ResourceOwner): Eventually<void> {
    const held = this.table.of(owner);
    return held.length === 0 ? undefined : this.#releaseAll(held);
  }

  async #releaseAll(held: readonly Resource[]): Promise<void> {
    const keys = held.filter(({ kind }) => kind === "key");
    for (const resource of [...held.filter(({ kind }) => kind !== "key"), ...keys]) {
      try {
        await this.release(resource);
      } catch {
        // The TPM cannot be reached: the next command will tell.
        this.forget(resource);
      }
    }
  }

  /** Takes a resource out of the table that the TPM has let go already. */
  forget(resource: Resource): void {
    this.table.delete(resource);
    if (resource.kind === "key") (resource as KeyResource).released = true;
  }

  /**
   * Asks the TPM what it still has, after a command that takes away what others hold, or when it
   * does not know what it should: it may have been reset. What is lost and cannot come back leaves
   * the table.
   */
  async resynchronize(): Promise<void> {
    for (const kind of ["key", "auth", "transport"] as const) {
      const left = new Set(await this.#slots.handles(RESOURCE_TYPES[kind]));
      for (const resource of [...this.table.inside(kind)]) {
        if (!left.has(resource.tpmHandle!)) this.#lose(resource);
      }
      // An owner's key may have gone with the owner.
      if (kind === "key") this.#loseOwnerKeys(left);
    }
    await this.budget.measure();
  }

  /** Forgets everything: the TPM has been cleared, and what was saved is of no use. */
  async resetAfterClear(): Promise<void> {
    for (const kind of ["auth", "transport", "key"] as const) {
      for (const resource of [...this.table.all(kind)]) await this.release(resource);
    }
    await this.budget.measure();
  }

  /** Notes that a key has got or lost the owner's will to stay, and the name that comes with it. */
  async setOwnerEvict(
    key: KeyResource,
    { ownerEvict, uuid }: { readonly ownerEvict: boolean; readonly uuid: string | undefined },
  ): Promise<void> {
    if (!ownerEvict) {
      // Other contexts have no claim to the slot that it takes from now on.
      for (const other of [...this.table.all("key")] as KeyResource[]) {
        const same = other.ownerEvict && other.tpmHandle === key.tpmHandle;
        if (same && other !== key) this.forget(other);
      }
    }
    key.ownerEvict = ownerEvict;
    key.pinned = ownerEvict;
    key.uuid = uuid;
    this.table.touch(key);
    await this.budget.measure();
  }

  async #load(resource: Resource, kept: ReadonlySet<Resource>): Promise<void> {
    const { kind } = resource;
    if (resource.saved !== null) {
      try {
        this.table.place(resource, await this.#loadSaved(resource, kept));
        // The context of a session serves once; that of a key stays good.
        if (kind !== "key") resource.saved = null;
        return;
      } catch (error) {
        if (!isOneOf(error, USELESS)) throw error;
        resource.saved = null;
      }
    }
    if (kind === "key") {
      const key = resource as KeyResource;
      const handle = await reloadKey(key, {
        link: this.#link,
        minor: this.#slots.minor,
        bringIn: (parent) => this.#load(parent, new Set([...kept, parent])),
        room: (parents, task) => this.withRoom("key", [...kept, ...parents], task),
        // A parent that its context has let go was brought back for this alone.
        dismiss: (parent) => this.#expel(parent),
      });
      this.table.place(key, handle);
      return;
    }
    this.forget(resource);
    throw tpmError("TPM_INVALID_AUTHHANDLE", "the TPM has been reset since the session began");
  }

  #loadSaved(resource: Resource, kept: ReadonlySet<Resource>): Promise<number> {
    const { kind, saved } = resource;
    const boundTo = kind === "auth" ? (resource as AuthResource).boundTo : null;
    return this.withRoom(kind, [...kept], () => {
      const entityHandle = typeof boundTo === "object" ? boundTo?.tpmHandle ?? 0 : boundTo;
      return this.#slots.load(kind, saved!, { entityHandle });
    });
  }

  /** Takes the resource of a kind out that was used least recently; `false` when none can go. */
  async #evictOne(kind: ResourceKind, kept: ReadonlySet<Resource>): Promise<boolean> {
    for (const resource of this.table.inside(kind)) {
      if (resource.pinned || kept.has(resource) || !this.#canGo(resource, kept)) continue;
      try {
        await this.#evict(resource);
        return true;
      } catch (error) {
        if (!(error instanceof TssError) || error.layer !== "tpm") throw error;
        // An unowned TPM saves no contexts, and none has more places for them than it has.
        if (!isOneOf(error, GONE)) return false;
        this.#lose(resource);
        return true;
      }
    }
    return false;
  }

  #canGo(resource: Resource, kept: ReadonlySet<Resource>): boolean {
    if (resource.kind !== "key") return this.#slots.canSave(resource.kind);
    const key = resource as KeyResource;
    if (key.lent > 0) return false;
    for (const session of this.#sessionsOf(key)) if (kept.has(session)) return false;
    return this.#slots.canSave("key") || key.parent !== null;
  }

  async #evict(resource: Resource): Promise<void> {
    const { kind } = resource;
    const handle = resource.tpmHandle!;
    if (kind === "key") await this.#saveSessions(resource as KeyResource);
    if (resource.saved === null && this.#slots.canSave(kind)) {
      resource.saved = await this.#slots.save(kind, handle);
      const count = this.#slots.count(kind, resource.saved);
      if (count !== undefined) this.#age.note(count);
    }
    // Saving takes a session out of the TPM, but leaves a key.
    if (kind === "key") await this.#slots.flush("key", handle);
    this.table.place(resource, null);
  }

  /** Saves anew what has been outside for so long that the TPM would save no more because of it. */
  async #renewSaved(): Promise<void> {
    this.#age.postpone();
    const old: { readonly session: Resource; readonly count: number }[] = [];
    for (const kind of ["auth", "transport"] as const) {
      for (const session of this.table.all(kind)) {
        const count = session.saved === null ? undefined : this.#slots.count(kind, session.saved);
        if (count !== undefined && this.#age.isOld(count)) old.push({ session, count });
      }
    }
    for (const { session } of old.sort((a, b) => a.count - b.count)) {
      try {
        await this.bringIn([session]);
        await this.#evict(session);
      } catch (error) {
        if (!(error instanceof TssError) || error.layer !== "tpm") throw error;
        // It cannot come back, and must not stop the others.
        await this.release(session);
      }
    }
  }

  /** Takes a key out that nobody holds any more. */
  async #expel(key: KeyResource): Promise<void> {
    const handle = key.tpmHandle;
    this.table.place(key, null);
    if (handle !== null) await this.#slots.flush("key", handle);
  }

  /**
   * Flushing a key ends the sessions bound to it, or to one with the same public key, that are
   * inside: those that go on are saved before.
   */
  async #saveSessions(key: KeyResource): Promise<void> {
    if (!this.#slots.canSave("auth")) return;
    for (const session of this.#sessionsOf(key)) await this.#evict(session);
  }

  /** The sessions inside that flushing a key would end. */
  #sessionsOf(key: KeyResource): AuthResource[] {
    const inside = [...this.table.inside("auth")] as AuthResource[];
    return inside.filter(({ boundTo }) =>
      boundTo !== null && typeof boundTo === "object" && mayBeTheSame(boundTo, key)
    );
  }

  /** What the TPM has lost: a key may come back, a session cannot. */
  #lose(resource: Resource): void {
    if (resource.kind === "key") this.table.place(resource, null);
    else this.forget(resource);
  }

  #loseOwnerKeys(left: ReadonlySet<number>): void {
    for (const key of [...this.table.all("key")] as KeyResource[]) {
      if (key.ownerEvict && !left.has(key.tpmHandle!)) this.forget(key);
    }
  }
}

/** What is needed, and before the sessions the keys that they are bound to. */
function withBoundKeys(needed: Iterable<Resource>): Set<Resource> {
  const keys = new Set<Resource>();
  const sessions = new Set<Resource>();
  for (const resource of needed) {
    if (resource.kind === "key") keys.add(resource);
    else sessions.add(resource);
    const boundTo = resource.kind === "auth" ? (resource as AuthResource).boundTo : null;
    if (boundTo !== null && typeof boundTo === "object") keys.add(boundTo);
  }
  return new Set([...keys, ...sessions]);
}

/** Whether a TPM says that a slot is missing. */
export function isFull(error: unknown): boolean {
  return isOneOf(error, ["TPM_NOSPACE", "TPM_RESOURCES"]);
}

function isOneOf(error: unknown, names: readonly string[]): boolean {
  return error instanceof TssError && error.layer === "tpm" && names.includes(error.codeName);
}
