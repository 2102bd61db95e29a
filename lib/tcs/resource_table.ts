import { tssError } from "../tpm12/tss_error.ts";
import {
  type AuthResource,
  type KeyResource,
  randomHandle,
  type Resource,
  type ResourceKind,
  type ResourceOwner,
  type TransportResource,
} from "./resource.ts";

/** What all contexts hold, by handle, by context, and by whether it is in the TPM. */
export class ResourceTable {
  readonly #byHandle = new Map<number, Resource>();
  readonly #byOwner = new Map<ResourceOwner, Set<Resource>>();
  /** How many of each kind a client holds. */
  readonly #byClient = new Map<object, Record<ResourceKind, number>>();
  readonly #totals: Record<ResourceKind, number> = { key: 0, auth: 0, transport: 0 };
  /** What is in a slot, the least recently used first; keys in the owner's slots left out. */
  readonly #inside: Readonly<Record<ResourceKind, Set<Resource>>> = {
    key: new Set(),
    auth: new Set(),
    transport: new Set(),
  };

  /** How many of a kind there are. */
  total(kind: ResourceKind): number {
    return this.#totals[kind];
  }

  /** How many of a kind a client holds. */
  held(client: object, kind: ResourceKind): number {
    return this.#byClient.get(client)?.[kind] ?? 0;
  }

  /** What is in the TPM of a kind, the least recently used first. */
  inside(kind: ResourceKind): ReadonlySet<Resource> {
    return this.#inside[kind];
  }

  /** A handle for a new resource. */
  newHandle(): number {
    return randomHandle((handle) => this.#byHandle.has(handle));
  }

  /** Whether a handle is in use. */
  has(handle: number): boolean {
    return this.#byHandle.has(handle);
  }

  /** Takes a new resource in. */
  add<R extends Resource>(resource: R): R {
    const { handle, owner, kind } = resource;
    this.#byHandle.set(handle, resource);
    let held = this.#byOwner.get(owner);
    if (held === undefined) this.#byOwner.set(owner, held = new Set());
    held.add(resource);
    let counts = this.#byClient.get(owner.client);
    if (counts === undefined) {
      this.#byClient.set(owner.client, counts = { key: 0, auth: 0, transport: 0 });
    }
    counts[kind]++;
    this.#totals[kind]++;
    this.place(resource, resource.tpmHandle);
    return resource;
  }

  /** Takes a resource out of the table. */
  delete(resource: Resource): void {
    const { handle, owner, kind } = resource;
    if (this.#byHandle.get(handle) !== resource) return;
    this.#byHandle.delete(handle);
    const held = this.#byOwner.get(owner)!;
    held.delete(resource);
    if (held.size === 0) this.#byOwner.delete(owner);
    const counts = this.#byClient.get(owner.client)!;
    counts[kind]--;
    if (counts.key + counts.auth + counts.transport === 0) this.#byClient.delete(owner.client);
    this.#totals[kind]--;
    this.#inside[kind].delete(resource);
  }

  /** Notes where a resource is: its handle in the TPM, or `null` when it is out. */
  place(resource: Resource, tpmHandle: number | null): void {
    resource.tpmHandle = tpmHandle;
    this.touch(resource);
  }

  /** Notes that a resource is used now. */
  touch(resource: Resource): void {
    const inside = this.#inside[resource.kind];
    inside.delete(resource);
    const takesSlot = !(resource.kind === "key" && (resource as KeyResource).ownerEvict);
    if (resource.tpmHandle !== null && takesSlot) inside.add(resource);
  }

  /** All that a context holds. */
  of(owner: ResourceOwner): Resource[] {
    return [...this.#byOwner.get(owner) ?? []];
  }

  /** All of a kind, wherever they are. */
  *all(kind: ResourceKind): Generator<Resource> {
    for (const resource of this.#byHandle.values()) if (resource.kind === kind) yield resource;
  }

  /** The key with a handle of a context; throws TCS_E_INVALID_KEY. */
  key(owner: ResourceOwner, handle: number): KeyResource {
    const found = this.#find(owner, handle, "key");
    if (found !== undefined) return found as KeyResource;
    throw tssError("tcs", "TCS_E_INVALID_KEY", {
      detail: `no key of this context has the handle 0x${handle.toString(16)}`,
    });
  }

  /** The authorisation session with a handle of a context; throws TCS_E_INVALID_AUTHHANDLE. */
  auth(owner: ResourceOwner, handle: number): AuthResource {
    const found = this.#find(owner, handle, "auth");
    if (found !== undefined) return found as AuthResource;
    throw tssError("tcs", "TCS_E_INVALID_AUTHHANDLE", {
      detail: `no session of this context has the handle 0x${handle.toString(16)}`,
    });
  }

  /** The transport session with a handle of a context; throws TCS_E_INVALID_AUTHHANDLE. */
  transport(owner: ResourceOwner, handle: number): TransportResource {
    const found = this.#find(owner, handle, "transport");
    if (found !== undefined) return found as TransportResource;
    throw tssError("tcs", "TCS_E_INVALID_AUTHHANDLE", {
      detail: `no transport session of this context has the handle 0x${handle.toString(16)}`,
    });
  }

  #find(owner: ResourceOwner, handle: number, kind: ResourceKind): Resource | undefined {
    const resource = this.#byHandle.get(handle);
    return resource?.owner === owner && resource.kind === kind ? resource : undefined;
  }
}
