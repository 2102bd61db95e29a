import { decode, encode, U32 } from "../codec/mod.ts";
import { TPM_CAP_KEY_HANDLE, TPM_CAP_KEY_STATUS } from "../tpm12/constants/mod.ts";
import { TPM_KEY_HANDLE_LIST } from "../tpm12/structures/mod.ts";
import { TssError } from "../tpm12/tss_error.ts";
import type { TpmLink } from "./tpm_link.ts";

/** The handles of the keys that the owner made stay in the TPM. */
export async function ownerEvictHandles(link: TpmLink): Promise<number[]> {
  const request = { capArea: TPM_CAP_KEY_HANDLE, subCap: new Uint8Array(0) };
  const { resp } = await link.command("TPM_GetCapability", request);
  const handles: number[] = [];
  for (const handle of decode(TPM_KEY_HANDLE_LIST, resp).handle) {
    if (await isOwnerEvict(link, handle)) handles.push(handle);
  }
  return handles;
}

/** Whether the owner made the key with a handle of the TPM stay. */
export async function isOwnerEvict(link: TpmLink, handle: number): Promise<boolean> {
  const request = { capArea: TPM_CAP_KEY_STATUS, subCap: encode(U32, handle) };
  try {
    const { resp } = await link.command("TPM_GetCapability", request);
    return resp.some((byte) => byte !== 0);
  } catch (error) {
    if (error instanceof TssError && error.layer === "tpm") return false;
    throw error;
  }
}
