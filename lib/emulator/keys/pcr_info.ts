import { CodecError, decode, encode } from "../../codec/mod.ts";
import { TPM_TAG_PCR_INFO_LONG } from "../../tpm12/constants/mod.ts";
import {
  TPM_PCR_INFO,
  TPM_PCR_INFO_LONG,
  type TpmKey,
  type TpmKey12,
} from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import type { Tpm } from "../tpm.ts";

/** Encoded TPM_PCR_INFO with digestAtCreation as the PCRs are now. */
export function pcrInfoAtCreation(tpm: Tpm, pcrInfo: Uint8Array): Uint8Array {
  const info = decode(TPM_PCR_INFO, pcrInfo);
  const digestAtCreation = tpm.pcrCompositeDigest(info.pcrSelection.pcrSelect);
  return encode(TPM_PCR_INFO, { ...info, digestAtCreation });
}

/** Encoded TPM_PCR_INFO_LONG with digest and locality at creation as they are now. */
export function pcrInfoLongAtCreation(tpm: Tpm, pcrInfo: Uint8Array): Uint8Array {
  const info = decode(TPM_PCR_INFO_LONG, pcrInfo);
  return encode(TPM_PCR_INFO_LONG, {
    ...info,
    localityAtCreation: tpm.localityBit,
    digestAtCreation: tpm.pcrCompositeDigest(info.creationPCRSelection.pcrSelect),
  });
}

/** Whether encoded PCR information says it is a TPM_PCR_INFO_LONG: by its tag (Part 3, 10.1, 5.b). */
export function isPcrInfoLong(pcrInfo: Uint8Array): boolean {
  return pcrInfo[0] === TPM_TAG_PCR_INFO_LONG >> 8 && pcrInfo[1] === (TPM_TAG_PCR_INFO_LONG & 0xff);
}

/** A new key's template with what its PCRInfo says of creation filled in. */
export function withPcrsAtCreation<K extends TpmKey | TpmKey12>(tpm: Tpm, key: K): K {
  if (key.PCRInfo.length === 0) return key;
  try {
    const fill = "tag" in key ? pcrInfoLongAtCreation : pcrInfoAtCreation;
    return { ...key, PCRInfo: fill(tpm, key.PCRInfo) };
  } catch (error) {
    throw error instanceof CodecError ? tpmError("TPM_INVALID_PCR_INFO", error.message) : error;
  }
}
