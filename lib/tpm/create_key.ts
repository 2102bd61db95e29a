import type { Key } from "../tspi/mod.ts";
import { makeIdentity } from "../tspi/make_identity.ts";
import {
  keyFlags,
  type KeySize,
  purposeOf,
  SIGNATURE_SCHEMES,
  type SignatureSchemeName,
} from "./key_template.ts";
import { withPcrs } from "./pcr_values.ts";
import { closeKey, giveSecret, type Secret } from "./secrets.ts";
import { type KeyPurpose, TpmCryptoKey } from "./tpm_key.ts";

/** What `tpm.createKey()` takes. */
export interface CreateKeyOptions {
  /** What the key is for. */
  readonly usage: KeyPurpose;
  /** Bits of its modulus; 2048 by default. */
  readonly bits?: KeySize;
  /** What has to be known to use it; nothing by default. */
  readonly secret?: Secret;
  /** PCRs that must have the values they have now to use it. */
  readonly pcrs?: Iterable<number>;
  /** What a signing key signs; "DER", which is any hash, by default. */
  readonly scheme?: SignatureSchemeName;
}

/** Makes a key under the storage root key and loads it. */
export async function createKey(
  srk: Key,
  { usage, bits = 2048, secret, pcrs = [], scheme = "DER" }: CreateKeyOptions,
): Promise<TpmCryptoKey> {
  const { context } = srk;
  const key = context.createRsaKey(keyFlags({ usage, bits, authorized: secret !== undefined }));
  try {
    if (secret !== undefined) giveSecret(context, key, { secret });
    if (usage === "sign") {
      const { algorithmParms } = key.fields;
      const sigScheme = SIGNATURE_SCHEMES[scheme];
      key.change({ algorithmParms: { ...algorithmParms, sigScheme } });
    }
    await withPcrs(context, pcrs, async (pcrComposite) => {
      if (usage === "attest") await makeIdentity(key, { srk, pcrComposite });
      else await key.createKey(srk, pcrComposite);
    });
    await key.loadKey(srk);
    return new TpmCryptoKey(context, key, usage);
  } catch (error) {
    await closeKey(key);
    throw error;
  }
}

/** Loads a key that the TPM has wrapped. */
export async function loadKey(
  srk: Key,
  wrapped: Uint8Array,
  secret: Secret | undefined,
): Promise<TpmCryptoKey> {
  const { context } = srk;
  const key = await context.loadKeyByBlob(srk, wrapped);
  try {
    if (secret !== undefined) giveSecret(context, key, { secret });
    return new TpmCryptoKey(context, key, purposeOf(key));
  } catch (error) {
    await closeKey(key);
    throw error;
  }
}
