import { systemRandom } from "../crypto/mod.ts";

/** The kinds of resource that are swapped in and out of the TPM. */
export type ResourceKind = "key" | "auth" | "transport";

/** A resource of the TPM under the handle that its context knows. */
export interface Resource {
  /** What it is. */
  readonly kind: ResourceKind;
  /** The handle its context knows. */
  readonly handle: number;
  /** The context it belongs to. */
  readonly owner: object;
  /** The TPM's handle while it is inside; `null` while it is out. */
  tpmHandle: number | null;
  /** Its saved context, once it was saved. */
  saved: Uint8Array | null;
  /** It cannot be swapped out: the TPM's handle is its name, or the TPM cannot save it. */
  pinned: boolean;
  /** Rises with each use: the lowest goes out first. */
  lastUse: number;
}

/** A key. */
export interface KeyResource extends Resource {
  readonly kind: "key";
  /** Name in persistent storage; `undefined` when it was loaded by its blob. */
  uuid: string | undefined;
}

/** An authorisation session. */
export interface AuthResource extends Resource {
  readonly kind: "auth";
  /** The key it is bound to: it must be inside when the session comes back. */
  readonly boundTo: KeyResource | null;
}

/** A transport session. */
export interface TransportResource extends Resource {
  readonly kind: "transport";
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
