import { decode } from "../codec/mod.ts";
import { TPM_CAP_VERSION, TPM_CAP_VERSION_VAL } from "../tpm12/constants/mod.ts";
import { TPM_CAP_VERSION_INFO, TPM_VERSION } from "../tpm12/structures/mod.ts";
import { TssError } from "../tpm12/tss_error.ts";
import type { TpmLink } from "./tpm_link.ts";

const NOTHING = new Uint8Array(0);

/** Minor version of the TPM: 1 or 2. A 1.1 TPM knows the older of the two questions alone. */
export async function minorVersion(link: TpmLink): Promise<number> {
  const ask = async (capArea: number) =>
    (await link.command("TPM_GetCapability", { capArea, subCap: NOTHING })).resp;
  try {
    return decode(TPM_CAP_VERSION_INFO, await ask(TPM_CAP_VERSION_VAL)).version.minor;
  } catch (error) {
    if (!(error instanceof TssError) || error.codeName !== "TPM_BAD_MODE") throw error;
    return decode(TPM_VERSION, await ask(TPM_CAP_VERSION)).minor;
  }
}
