import { CodecError, decode } from "../codec/mod.ts";
import { equalBytes } from "../crypto/mod.ts";
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
    blob: null,
    parent: null,
    ownerEvict: true,
  };
}

/** Whether two keys may be one to the TPM, which then ends the sessions of both with either. */
export function mayBeTheSame(a: KeyResource, b: KeyResource): boolean {
  if (a === b) return true;
  const [one, other] = [modulusOf(a), modulusOf(b)];
  return one === null || other === null || equalBytes(one, other);
}

/** The public modulus of a key; `null` when it is not known. */
function modulusOf({ blob }: KeyResource): Uint8Array | null {
  if (blob === null) return null;
  try {
    return decode(TPM_KEY_ANY, blob).pubKey.key;
  } catch (error) {
    if (error instanceof CodecError) return null;
    throw error;
  }
}
