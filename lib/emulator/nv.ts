import { encode } from "../codec/mod.ts";
import { selectedPcrs } from "../tpm12/pcr_selection.ts";
import {
  TPM_NV_INDEX_DIR,
  TPM_NV_INDEX_GPIO_00,
  TPM_NV_INDEX_GPIO_LAST,
  TPM_NV_PER_OWNERWRITE,
  TPM_NV_PER_WRITEALL,
  TPM_TAG_NV_ATTRIBUTES,
  TPM_TAG_NV_DATA_PUBLIC,
  TPM_TAG_NV_DATA_SENSITIVE,
} from "../tpm12/constants/mod.ts";
import {
  TPM_NV_DATA_PUBLIC,
  type TpmNvDataPublic,
  type TpmNvDataSensitive,
  type TpmPcrInfoShort,
} from "../tpm12/structures/mod.ts";
import { tpmError } from "../tpm12/tss_error.ts";
import { ALL_LOCALITIES } from "./state/release_condition.ts";
import type { Tpm } from "./tpm.ts";

/** What libtpms stores before the areas. */
const STORE_HEADER = 6;
const TAG_SIZE = 2;
const DIGEST_SIZE = 20;

/** Bytes of NV storage that no area takes (TPM_CAP_PROP_MAX_NV_AVAILABLE). */
export function nvSpaceLeft({ permanent, limits }: Tpm): number {
  const used = permanent.nvAreas.reduce((sum, area) => sum + nvSize(area.pubInfo), STORE_HEADER);
  return Math.max(limits.nvSpace - used, 0);
}

/** Bytes an area takes, counted as libtpms stores it: a digest of no PCRs is left out. */
export function nvSize(pubInfo: TpmNvDataPublic): number {
  const { pcrInfoRead, pcrInfoWrite, dataSize } = pubInfo;
  const unused = [pcrInfoRead, pcrInfoWrite].filter((info) => !bindsToPcrs(info));
  const publicSize = encode(TPM_NV_DATA_PUBLIC, pubInfo).length - DIGEST_SIZE * unused.length;
  return TAG_SIZE + publicSize + DIGEST_SIZE + dataSize;
}

function bindsToPcrs({ pcrSelection }: TpmPcrInfoShort): boolean {
  return selectedPcrs(pcrSelection.pcrSelect).length > 0;
}

/**
 * The count of NV writes without owner after one more; the caller keeps it once the write is made.
 * Throws TPM_MAXNVWRITES beyond the limit, which protects the memory from wear.
 */
export function nextWriteWithoutOwner({ permanent, limits }: Tpm): number {
  const count = permanent.noOwnerNVWrite + 1;
  if (count > limits.nvWritesWithoutOwner) {
    throw tpmError(
      "TPM_MAXNVWRITES",
      `NV storage was written ${limits.nvWritesWithoutOwner} times without owner authorisation`,
    );
  }
  return count;
}

/** The area with an index, the DIR among them; throws TPM_BADINDEX. */
export function nvAreaOrDir(tpm: Tpm, nvIndex: number): TpmNvDataSensitive {
  return nvIndex === TPM_NV_INDEX_DIR ? dirArea(tpm) : tpm.nvArea(nvIndex);
}

/** The DIR as an area: writing its data writes the DIR, its locks are nobody's (Part 3, 20). */
function dirArea({ permanent }: Tpm): TpmNvDataSensitive {
  const attributes = TPM_NV_PER_OWNERWRITE | TPM_NV_PER_WRITEALL;
  return openArea(TPM_NV_INDEX_DIR, { attributes, data: permanent.authDIR });
}

/** An area bound to no PCR, no locality and no secret; `data` is taken over. */
export function openArea(
  nvIndex: number,
  { attributes, data }: { readonly attributes: number; readonly data: Uint8Array },
): TpmNvDataSensitive {
  const info = (): TpmPcrInfoShort => ({
    pcrSelection: { pcrSelect: new Uint8Array(3) },
    localityAtRelease: ALL_LOCALITIES,
    digestAtRelease: new Uint8Array(20),
  });
  const pubInfo: TpmNvDataPublic = {
    tag: TPM_TAG_NV_DATA_PUBLIC,
    nvIndex,
    pcrInfoRead: info(),
    pcrInfoWrite: info(),
    permission: { tag: TPM_TAG_NV_ATTRIBUTES, attributes },
    bReadSTClear: false,
    bWriteSTClear: false,
    bWriteDefine: false,
    dataSize: data.length,
  };
  return { tag: TPM_TAG_NV_DATA_SENSITIVE, pubInfo, authValue: new Uint8Array(20), data };
}

/** Wipes contents and secret of an area that goes. */
export function wipeArea({ data, authValue }: TpmNvDataSensitive): void {
  data.fill(0);
  authValue.fill(0);
}

/** Whether an index stands for a pin instead of memory; this TPM has none: they read as 0. */
export function isPin(nvIndex: number): boolean {
  return nvIndex >= TPM_NV_INDEX_GPIO_00 && nvIndex <= TPM_NV_INDEX_GPIO_LAST;
}
