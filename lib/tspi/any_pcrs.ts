import { SHA1_SIZE } from "../crypto/mod.ts";
import { TPM_LOC_ALL } from "../tpm12/constants/mod.ts";
import type { TpmPcrInfoShort } from "../tpm12/structures/mod.ts";

/** No PCRs, and every locality. */
export function anyPcrs(): TpmPcrInfoShort {
  return {
    pcrSelection: { pcrSelect: new Uint8Array(3) },
    localityAtRelease: TPM_LOC_ALL,
    digestAtRelease: new Uint8Array(SHA1_SIZE),
  };
}
