import { systemRandom } from "../crypto/mod.ts";
import { TPM_RT_AUTH, TPM_RT_KEY, TPM_RT_TRANS } from "../tpm12/constants/mod.ts";

/** The kinds of resource that are swapped in and out of the TPM. */
export type ResourceKind = "key" | "auth" | "transport";

/** What the TPM calls them: TPM_RT_*. */
export const RESOURCE_TYPES: Readonly<Record<ResourceKind, number>> = {
  key: TPM_RT_KEY,
  auth: TPM_RT_AUTH,
  transport: TPM_RT_TRANS,
};

/** The context that a resource belongs to. */
export interface ResourceOwner {
  /** Whoever opened it: what they hold in all their contexts is counted together. */
  readonly client: object;
}

/** A resource of the TPM under the handle that its context knows. */
export interface Resource {
  /** What it is. */
  readonly kind: ResourceKind;
  /** The handle its context knows. */
  readonly handle: number;
  /** The context it belongs to. */
  readonly owner: ResourceOwner;
  /** The TPM's handle while it is inside; `null` while it is out. The table alone sets it. */
  tpmHandle: number | null;
  /** Its saved context, once it was saved. */
  saved: Uint8Array | null;
  /** It cannot go out. */
  pinned: boolean;
}

/** A key. */
export interface KeyResource extends Resource {
  readonly kind: "key";
  /** Name in persistent storage; `undefined` when it was loaded by its blob. */
  uuid: string | undefined;
  /** How often its context has loaded it, and not yet let it go. */
  references: number;
  /** TPM_KEY or TPM_KEY12; `null` when it is not known. */
  readonly blob: Uint8Array | null;
  /**
   * The parent under which it can be loaded again without asking anybody, a number for one that is
   * always loaded; `null` for a key that took a session to load.
   */
  readonly parent: KeyResource | number | null;
  /** The owner made it stay: its slot is none of ours. */
  ownerEvict: boolean;
  /** How many of its context's callers use the TPM's own handle: until none does it stays inside. */
  lent: number;
  /** Its context has let it go; it lives on as the parent of others. */
  released: boolean;
}

/** An authorisation session. */
export interface AuthResource extends Resource {
  readonly kind: "auth";
  /** The key it is bound to, which must be inside when it comes back; a number for a fixed one. */
  readonly boundTo: KeyResource | number | null;
}

/** A transport session. */
export interface TransportResource extends Resource {
  readonly kind: "transport";
  /** It ends as soon as a command comes from elsewhere, and cannot be saved. */
  readonly exclusive: boolean;
  /** Parameters of the commands in it cannot be read. */
  readonly encrypted: boolean;
}

/** Whether a handle names something that every TPM has under it: SRK, EK, owner and the like. */
export function isFixedHandle(handle: number): boolean {
  return handle >>> 8 === 0x400000;
}

/** A handle that is hard to guess and not in use; the top byte 0x40 is the TPM's. */
export function randomHandle(inUse: (handle: number) => boolean): number {
  for (;;) {
    const bytes = systemRandom(4);
    const handle = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
    if (handle >>> 24 !== 0x40 && handle !== 0 && handle !== 0xffffffff && !inUse(handle)) {
      return handle;
    }
  }
}
