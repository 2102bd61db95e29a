import {
  TPM_NV_INDEX0,
  TPM_NV_INDEX_D_BIT,
  TPM_NV_INDEX_DIR,
  TPM_NV_INDEX_LOCK,
  TPM_NV_INDEX_RESVD,
  TPM_NV_INDEX_TRIAL,
  TPM_NV_PER_AUTHREAD,
  TPM_NV_PER_AUTHWRITE,
  TPM_NV_PER_GLOBALLOCK,
  TPM_NV_PER_OWNERREAD,
  TPM_NV_PER_OWNERWRITE,
  TPM_NV_PER_PPWRITE,
  TPM_NV_PER_WRITE_STCLEAR,
  TPM_NV_PER_WRITEDEFINE,
  TPM_TAG_NV_DATA_SENSITIVE,
} from "../../tpm12/constants/mod.ts";
import type { TpmNvDataPublic, TpmNvDataSensitive } from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import type { Call } from "../call.ts";
import { endSessionsOf, nvEntity, ownerEntity } from "../entities.ts";
import { nextWriteWithoutOwner, nvSize, nvSpaceLeft, wipeArea } from "../nv.ts";
import { ALL_LOCALITIES } from "../state/release_condition.ts";
import type { Tpm } from "../tpm.ts";
import type { Handler } from "./handler.ts";

/** TPM_NV_DefineSpace (Part 3, 20.1). A refusal leaves an area that was to be redefined alone. */
export const TPM_NV_DefineSpace: Handler<"TPM_NV_DefineSpace"> = (
  tpm,
  { pubInfo, encAuth },
  call,
) => {
  const { permanent } = tpm;
  const { nvIndex, dataSize } = pubInfo;
  // 1.
  if (nvIndex === TPM_NV_INDEX_LOCK && !call.has("owner")) {
    lockNv(tpm, dataSize);
    return {};
  }
  // 2, 3.
  const ofMaker = permanent.flags.nvLocked && (nvIndex & TPM_NV_INDEX_D_BIT) !== 0;
  if (nvIndex === TPM_NV_INDEX0 || ofMaker) {
    throw tpmError("TPM_BADINDEX", "the index is one of the TPM's maker, or 0");
  }
  // 4, 5.
  const { authValue, writes } = permitDefinition(tpm, call, { dataSize, encAuth });
  // 6.
  const old = permanent.nvAreas.find((area) => area.pubInfo.nvIndex === nvIndex);
  if (old !== undefined) requireUnlocked(tpm, old.pubInfo);
  if (old !== undefined && dataSize === 0) removeArea(tpm, old);
  else {
    // 7, 8 were the decoder's. 9.
    requireConsistent(pubInfo);
    // 11.
    const space = nvSpaceLeft(tpm) + (old === undefined ? 0 : nvSize(old.pubInfo));
    if (nvSize(pubInfo) > space) {
      throw tpmError("TPM_NOSPACE", `the area takes ${nvSize(pubInfo)} bytes, ${space} are left`);
    }
    if (old !== undefined) removeArea(tpm, old);
    // 12.
    if (nvIndex === TPM_NV_INDEX_TRIAL) return {};
    permanent.nvAreas.push(newArea(pubInfo, authValue));
  }
  // 6.e, 12.c.
  permanent.noOwnerNVWrite = writes;
  tpm.changed();
  return {};
};

/** 1. From now on all authorisation checks are made, for good. */
function lockNv(tpm: Tpm, dataSize: number): void {
  if (dataSize !== 0) throw tpmError("TPM_BADINDEX", "the index that locks NV storage has no data");
  tpm.permanent.flags.nvLocked = true;
  tpm.changed();
}

/** 4, 5. Who may define an area; gives its secret and the count of writes without owner. */
function permitDefinition(
  tpm: Tpm,
  call: Call,
  { dataSize, encAuth }: { readonly dataSize: number; readonly encAuth: Uint8Array },
): { authValue: Uint8Array; writes: number } {
  const { permanent } = tpm;
  if (call.has("owner")) {
    call.authorize("owner", ownerEntity(tpm));
    return { authValue: call.decryptAuth("encAuth", encAuth), writes: permanent.noOwnerNVWrite };
  }
  if (permanent.flags.nvLocked) {
    tpm.requirePhysicalPresence();
    if (permanent.ownerInstalled) {
      throw tpmError("TPM_OWNER_SET", "there is an owner, who alone may define areas");
    }
    if (dataSize === 0) {
      throw tpmError("TPM_BAD_DATASIZE", "deleting an area takes the owner's authorisation");
    }
  }
  return { authValue: encAuth, writes: nextWriteWithoutOwner(tpm) };
}

/** 6.b, 6.c. An area locked for writing cannot be defined anew. */
function requireUnlocked(tpm: Tpm, { permission, bWriteSTClear }: TpmNvDataPublic): void {
  if (!tpm.permanent.flags.nvLocked) return;
  const { attributes } = permission;
  if ((attributes & TPM_NV_PER_GLOBALLOCK) !== 0 && tpm.volatile.flags.bGlobalLock) {
    throw tpmError("TPM_AREA_LOCKED", "the global lock of NV storage is set");
  }
  if ((attributes & TPM_NV_PER_WRITE_STCLEAR) !== 0 && bWriteSTClear) {
    throw tpmError("TPM_AREA_LOCKED", "the area is locked until the next start");
  }
}

/** 6.d, 6.f. Takes an area away, and the sessions bound to it. */
function removeArea(tpm: Tpm, area: TpmNvDataSensitive): void {
  const { permanent } = tpm;
  endSessionsOf(tpm, nvEntity(area));
  permanent.nvAreas = permanent.nvAreas.filter((other) => other !== area);
  wipeArea(area);
}

/** 9. Whether index, attributes and size make sense together. */
function requireConsistent(pubInfo: TpmNvDataPublic): void {
  const { nvIndex, dataSize, permission, pcrInfoWrite } = pubInfo;
  const has = (bit: number): boolean => (permission.attributes & bit) !== 0;
  if (has(TPM_NV_PER_OWNERWRITE) && has(TPM_NV_PER_AUTHWRITE)) {
    throw tpmError("TPM_AUTH_CONFLICT", "writing takes the owner's secret or the area's, not both");
  }
  if (has(TPM_NV_PER_OWNERREAD) && has(TPM_NV_PER_AUTHREAD)) {
    throw tpmError("TPM_AUTH_CONFLICT", "reading takes the owner's secret or the area's, not both");
  }
  // 8.b, 9.d.
  const writeLocalities = pcrInfoWrite.localityAtRelease !== ALL_LOCALITIES;
  if (!has(WRITE_PROTECTION) && !writeLocalities) {
    throw tpmError("TPM_PER_NOWRITE", "nothing would protect the area from being written");
  }
  if (nvIndex === TPM_NV_INDEX_DIR || (nvIndex & TPM_NV_INDEX_RESVD) !== 0) {
    throw tpmError("TPM_BADINDEX", "the index is reserved");
  }
  if (dataSize === 0) throw tpmError("TPM_BAD_PARAM_SIZE", "there is no such area to delete");
}

const WRITE_PROTECTION = TPM_NV_PER_OWNERWRITE | TPM_NV_PER_AUTHWRITE | TPM_NV_PER_WRITEDEFINE |
  TPM_NV_PER_PPWRITE;

/** 9.a, 10, 12.b. The area as it begins: unlocked, its bytes 0xFF. */
function newArea(pubInfo: TpmNvDataPublic, authValue: Uint8Array): TpmNvDataSensitive {
  return {
    tag: TPM_TAG_NV_DATA_SENSITIVE,
    pubInfo: { ...pubInfo, bReadSTClear: false, bWriteSTClear: false, bWriteDefine: false },
    authValue,
    data: new Uint8Array(pubInfo.dataSize).fill(0xff),
  };
}
