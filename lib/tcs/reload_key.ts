import { TssError, tssError } from "../tpm12/tss_error.ts";
import type { KeyResource } from "./resource.ts";
import type { TpmLink } from "./tpm_link.ts";

/** What reloading a key takes. */
export interface ReloadTools {
  /** The way to the TPM. */
  readonly link: TpmLink;
  /** Minor version of the TPM. */
  readonly minor: number;
  /** Brings a parent into the TPM. */
  bringIn(parent: KeyResource): Promise<void>;
  /** Runs a task that takes a key slot, with a parent kept inside. */
  room<T>(parents: readonly KeyResource[], task: () => Promise<T>): Promise<T>;
  /** Takes a parent out again that nobody holds. */
  dismiss(parent: KeyResource): Promise<void>;
}

/**
 * Loads a key from its blob, and its parents before it. Throws TCS_E_KM_LOADFAILED for one that
 * took a session to load: only its user can do that again.
 */
export async function reloadKey(
  { blob, parent }: KeyResource,
  { link, minor, bringIn, room, dismiss }: ReloadTools,
): Promise<number> {
  if (blob === null || parent === null) {
    throw tssError("tcs", "TCS_E_KM_LOADFAILED", {
      detail: "the TPM has lost the key, and loading it takes authorisation",
      hint: "Load the key again.",
    });
  }
  if (typeof parent === "object" && parent.tpmHandle === null) await bringIn(parent);
  const parents = typeof parent === "object" ? [parent] : [];
  try {
    return await room(parents, async () => {
      const parentHandle = typeof parent === "object" ? parent.tpmHandle! : parent;
      const request = { parentHandle, inKey: blob };
      return minor === 1
        ? (await link.command("TPM_LoadKey", request)).inkeyHandle
        : (await link.command("TPM_LoadKey2", request)).inkeyHandle;
    });
  } catch (error) {
    if (!(error instanceof TssError) || error.codeName !== "TPM_AUTHFAIL") throw error;
    throw tssError("tcs", "TCS_E_KM_LOADFAILED", { command: "TPM_LoadKey2", cause: error });
  } finally {
    for (const key of parents) if (key.released) await dismiss(key);
  }
}
