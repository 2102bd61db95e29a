import { decode } from "../codec/mod.ts";
import { TPM_CAP_VERSION_INFO, type TpmCapVersionInfo } from "../tpm12/structures/mod.ts";

/** What a TPM says of itself, as the answer to TPM_CAP_VERSION_VAL. */
export function decodeVersion(resp: Uint8Array): TpmCapVersionInfo {
  return decode(TPM_CAP_VERSION_INFO, resp);
}

/** The maker of a TPM by its four ASCII characters. */
export function vendorName(tpmVendorID: Uint8Array): string {
  return String.fromCharCode(...tpmVendorID.filter((byte) => byte !== 0)).trim();
}

/** A TPM in a few words. */
export function describeVersion({ version, tpmVendorID }: TpmCapVersionInfo): string {
  const { major, minor, revMajor, revMinor } = version;
  return `TPM ${major}.${minor} of ${vendorName(tpmVendorID)}, firmware ${revMajor}.${revMinor}`;
}
