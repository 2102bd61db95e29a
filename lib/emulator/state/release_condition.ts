import type { TpmPcrInfo, TpmPcrInfoLong, TpmPcrInfoShort } from "../../tpm12/structures/mod.ts";

/** Under which PCR values and localities something may be used or opened. */
export interface ReleaseCondition {
  /** Selected PCRs, bit i%8 of byte i/8 for PCR i. */
  readonly pcrSelect: Uint8Array;
  /** Composite digest they must have, 20 bytes. */
  readonly digestAtRelease: Uint8Array;
  /** TPM_LOC_* bits, one for each locality. */
  readonly localityAtRelease: number;
}

/** TPM_LOCALITY_SELECTION with every locality (Part 2, 8.6). */
export const ALL_LOCALITIES = 0x1f;

/** What PCR information asks for at release; that of 1.1 knows no localities. */
export function releaseOf(info: TpmPcrInfo | TpmPcrInfoLong | TpmPcrInfoShort): ReleaseCondition {
  const selection = "tag" in info ? info.releasePCRSelection : info.pcrSelection;
  return {
    pcrSelect: selection.pcrSelect,
    digestAtRelease: info.digestAtRelease,
    localityAtRelease: "localityAtRelease" in info ? info.localityAtRelease : ALL_LOCALITIES,
  };
}
