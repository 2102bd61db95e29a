import { TPM_TAG_CAP_VERSION_INFO } from "../tpm12/constants/mod.ts";
import type { TpmCapVersionInfo } from "../tpm12/structures/mod.ts";

/** Four letters that name the maker, "DENO". */
export const VENDOR_ID: Uint8Array = Uint8Array.of(0x44, 0x45, 0x4e, 0x4f);

/** What TPM_CAP_VERSION_VAL and TPM_Quote2 tell: specification level 2, errata 3 (rev 116). */
export function capVersionInfo(): TpmCapVersionInfo {
  return {
    tag: TPM_TAG_CAP_VERSION_INFO,
    version: { major: 1, minor: 2, revMajor: 0, revMinor: 1 },
    specLevel: 2,
    errataRev: 3,
    tpmVendorID: VENDOR_ID.slice(),
    vendorSpecific: new Uint8Array(0),
  };
}
