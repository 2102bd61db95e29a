/** The secret that everybody knows: 20 zero bytes, to be set with TSS_SECRET_MODE_SHA1. */
export const TSS_WELL_KNOWN_SECRET: Uint8Array = new Uint8Array(20);

/** UUID of the storage root key. */
export const TSS_UUID_SRK = "00000000-0000-0000-0000-000000000001";
/** UUID of the system key. */
export const TSS_UUID_SK = "00000000-0000-0000-0000-000000000002";
/** UUID of the roaming key. */
export const TSS_UUID_RK = "00000000-0000-0000-0000-000000000003";
/** UUID of the first user storage key. */
export const TSS_UUID_USK1 = "00000000-0000-0000-0000-000000000004";
/** UUID of the second user storage key. */
export const TSS_UUID_USK2 = "00000000-0000-0000-0000-000000000005";
/** UUID of the third user storage key. */
export const TSS_UUID_USK3 = "00000000-0000-0000-0000-000000000006";
/** UUID of the fourth user storage key. */
export const TSS_UUID_USK4 = "00000000-0000-0000-0000-000000000007";
/** UUID of the corporate roaming key. */
export const TSS_UUID_CRK = "00000000-0000-0000-0000-000000000008";
/** UUID of the fifth user storage key. */
export const TSS_UUID_USK5 = "00000000-0000-0000-0000-000000000009";
/** UUID of the sixth user storage key. */
export const TSS_UUID_USK6 = "00000000-0000-0000-0000-00000000000a";

/** The UUID of the i-th key that the owner made stay in the TPM, 0 to 255. */
export function TSS_UUID_OWNEREVICT(i: number): string {
  if (!Number.isInteger(i) || i < 0 || i > 255) {
    throw new RangeError(`Cannot name owner-evict key ${i}: there are 0 to 255`);
  }
  return `00000000-0000-0000-0000-0000000001${i.toString(16).padStart(2, "0")}`;
}
