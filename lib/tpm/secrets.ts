import { sha1 } from "../crypto/mod.ts";
import type { Context, Key, Policy, TspObject } from "../tspi/mod.ts";
import { TSS_POLICY_USAGE, TSS_SECRET_MODE_SHA1 } from "../tspi/constants/mod.ts";

/**
 * A secret: a password, of which the SHA-1 over its UTF-8 bytes counts (as tpm-tools have it), or
 * its 20 bytes themselves. The well-known secret is 20 zero bytes.
 */
export type Secret = string | Uint8Array;

/** TSS_WELL_KNOWN_SECRET: 20 zero bytes. */
export const WELL_KNOWN_SECRET: Secret = new Uint8Array(20);

/** The 20 bytes of a secret, to be wiped; throws a TypeError for bytes that are not 20. */
function secretBytes(secret: Secret): Uint8Array {
  if (typeof secret === "string") {
    const text = new TextEncoder().encode(secret);
    const digest = sha1(text);
    text.fill(0);
    return digest;
  }
  if (secret.length === 20) return secret.slice();
  throw new TypeError(`Cannot use a secret of ${secret.length} bytes: it takes 20, or a string`);
}

/** A new policy with a secret. */
export function secretPolicy(
  context: Context,
  secret: Secret,
  policyType: number = TSS_POLICY_USAGE,
): Policy {
  const bytes = secretBytes(secret);
  try {
    const policy = context.createPolicy(policyType);
    policy.setSecret(TSS_SECRET_MODE_SHA1, bytes);
    return policy;
  } finally {
    bytes.fill(0);
  }
}

/** Gives an object a policy of its own with a secret. */
export function giveSecret(
  context: Context,
  object: TspObject,
  { secret, policyType }: { readonly secret: Secret; readonly policyType?: number },
): Policy {
  const policy = secretPolicy(context, secret, policyType);
  policy.assignToObject(object);
  return policy;
}

/** Takes a key out of the TPM, and wipes the secret that {@linkcode giveSecret} gave it. */
export async function closeKey(key: Key): Promise<void> {
  const policy = key.policyOf(TSS_POLICY_USAGE);
  await key.context.closeObject(key);
  if (policy !== undefined) await key.context.closeObject(policy);
}
