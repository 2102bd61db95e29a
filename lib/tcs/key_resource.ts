import { CodecError, decode } from "../codec/mod.ts";
import { TPM_KEY_ANY } from "../tpm12/structures/mod.ts";
import type { KeyResource, ResourceOwner } from "./resource.ts";

/** What keys have in common when they are new. */
export const freshKey = {
  kind: "key",
  uuid: undefined,
  references: 1,
  ownerEvict: false,
  lent: 0,
  released: false,
} as const satisfies Partial<KeyResource>;

/** A key that the owner made stay, under another handle of a context. */
export function ownerEvictKey(
  owner: ResourceOwner,
  { handle, tpmHandle, uuid }: {
    readonly handle: number;
    readonly tpmHandle: number;
    readonly uuid: string;
  },
): KeyResource {
  return {
    ...freshKey,
    handle,
    owner,
    tpmHandle,
    saved: null,
    pinned: true,
    uuid,
    modulus: null,
    origin: null,
    ownerEvict: true,
  };
}

/** The public modulus in a TPM_KEY or TPM_KEY12; `null` when it is none. */
export function modulusOf(blob: Uint8Array): Uint8Array | null {
  try {
    return decode(TPM_KEY_ANY, blob).pubKey.key;
  } catch (error) {
    if (error instanceof CodecError) return null;
    throw error;
  }
}
