import { type Codec, encode } from "../../codec/mod.ts";
import { TPM_ET_KEY, TPM_PT_SEAL } from "../../tpm12/constants/mod.ts";
import { TPM_SEALED_DATA, TPM_STORE_ASYMKEY } from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import { requireKeyPayload } from "./key_blob.ts";

/** What a parent wrapped: its secret, and the same with another. */
export interface OpenEntity {
  /** The secret it has, 20 bytes. */
  readonly secret: Uint8Array;
  /** Encodes it with another secret. */
  readonly withSecret: (secret: Uint8Array) => Uint8Array;
}

/** Reads what was decrypted; the commands differ in what they say to bytes that do not fit. */
export type ReadPlain = <T>(codec: Codec<T>, plain: Uint8Array) => T;

/**
 * A decrypted key (TPM_ET_KEY) or sealed data, as the commands that change secrets see it. Throws
 * TPM_INVALID_STRUCTURE for another payload type, and whatever `read` throws.
 */
export function openEntity(
  plain: Uint8Array,
  { entityType, read }: { readonly entityType: number; readonly read: ReadPlain },
): OpenEntity {
  return entityType === TPM_ET_KEY ? openKey(plain, read) : openData(plain, read);
}

function openKey(plain: Uint8Array, read: ReadPlain): OpenEntity {
  const key = read(TPM_STORE_ASYMKEY, plain);
  requireKeyPayload(key);
  return {
    secret: key.usageAuth,
    withSecret: (usageAuth) => encode(TPM_STORE_ASYMKEY, { ...key, usageAuth }),
  };
}

function openData(plain: Uint8Array, read: ReadPlain): OpenEntity {
  const sealed = read(TPM_SEALED_DATA, plain);
  if (sealed.payload !== TPM_PT_SEAL) {
    throw tpmError("TPM_INVALID_STRUCTURE", "encData is not sealed data's");
  }
  return {
    secret: sealed.authData,
    withSecret: (authData) => encode(TPM_SEALED_DATA, { ...sealed, authData }),
  };
}
