import { TssError } from "../tpm12/mod.ts";
import type { Context, Key } from "../tspi/mod.ts";
import {
  TSS_KEY_AUTHORIZATION,
  TSS_KEY_SIZE_2048,
  TSS_KEY_TSP_SRK,
  TSS_KEY_TYPE_LEGACY,
  TSS_PS_TYPE_SYSTEM,
  TSS_UUID_SRK,
} from "../tspi/constants/mod.ts";
import { closeKey, giveSecret, type Secret } from "./secrets.ts";

/** Secrets of the owner and of the storage root key. */
export interface OwnerSecrets {
  /** The owner's; well-known by default. */
  readonly ownerSecret?: Secret;
  /** The storage root key's; well-known by default. */
  readonly srkSecret?: Secret;
}

/** Makes the endorsement key where there is none, and takes ownership. Gives the loaded SRK. */
export async function takeOwnership(context: Context, srkSecret: Secret): Promise<Key> {
  await makeEndorsementKey(context);
  const srk = context.createRsaKey(TSS_KEY_TSP_SRK | TSS_KEY_AUTHORIZATION);
  try {
    giveSecret(context, srk, { secret: srkSecret });
    await context.tpm.takeOwnership(srk);
    return srk;
  } catch (error) {
    await closeKey(srk);
    throw error;
  }
}

/** The loaded storage root key. */
export async function loadSrk(context: Context, srkSecret: Secret): Promise<Key> {
  const srk = await context.loadKeyByUUID(TSS_PS_TYPE_SYSTEM, TSS_UUID_SRK);
  giveSecret(context, srk, { secret: srkSecret });
  return srk;
}

async function makeEndorsementKey(context: Context): Promise<void> {
  try {
    await context.tpm.getPubEndorsementKey();
  } catch (error) {
    if (!(error instanceof TssError) || error.codeName !== "TPM_NO_ENDORSEMENT") throw error;
    const key = context.createRsaKey(TSS_KEY_TYPE_LEGACY | TSS_KEY_SIZE_2048);
    await context.tpm.createEndorsementKey(key);
  }
}
