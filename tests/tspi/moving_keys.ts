import { assertEquals } from "@std/assert";
import { type Context, type Key, TSS_KEY_TYPE_STORAGE } from "../../lib/tspi/mod.ts";
import { type OwnedBed, secretPolicy, signs } from "./bed.ts";

/** The public part of a storage key as an object of another context. */
export function publicPart(context: Context, key: Key): Key {
  const copy = context.createRsaKey(TSS_KEY_TYPE_STORAGE);
  copy.publicBlob = key.publicBlob;
  return copy;
}

/** The owner's ticket for a key of another TPM, by a scheme (TSS_MS_*). */
export function ticketFor(from: OwnedBed, to: Key, scheme: number): Promise<Uint8Array> {
  const { context } = from;
  return context.tpm.authorizeMigrationTicket(publicPart(context, to), scheme);
}

/** Requires that a signing key with the secret "key" is the one that was meant, and works. */
export async function arrived(key: Key, parent: Key, original: Key): Promise<void> {
  secretPolicy(key.context, "key").assignToObject(key);
  await key.loadKey(parent);
  assertEquals(key.publicBlob, original.publicBlob);
  await signs(key);
}
