import { copyBytes, equalBytes } from "../../crypto/mod.ts";
import {
  TPM_NV_INDEX0,
  TPM_NV_INDEX_DIR,
  TPM_NV_PER_AUTHREAD,
  TPM_NV_PER_AUTHWRITE,
  TPM_NV_PER_GLOBALLOCK,
  TPM_NV_PER_OWNERREAD,
  TPM_NV_PER_OWNERWRITE,
  TPM_NV_PER_PPREAD,
  TPM_NV_PER_PPWRITE,
  TPM_NV_PER_READ_STCLEAR,
  TPM_NV_PER_WRITE_STCLEAR,
  TPM_NV_PER_WRITEALL,
  TPM_NV_PER_WRITEDEFINE,
} from "../../tpm12/constants/mod.ts";
import type { TpmNvDataPublic, TpmNvDataSensitive } from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import type { Call } from "../call.ts";
import { nvEntity, ownerEntity } from "../entities.ts";
import { isPin, nextWriteWithoutOwner, nvAreaOrDir } from "../nv.ts";
import { releaseOf } from "../state/release_condition.ts";
import type { Tpm } from "../tpm.ts";
import type { Handler } from "./handler.ts";

/** TPM_NV_WriteValue (Part 3, 20.2). */
export const TPM_NV_WriteValue: Handler<"TPM_NV_WriteValue"> = (
  tpm,
  { nvIndex, offset, data },
  call,
) => {
  const { permanent, volatile } = tpm;
  // 6. TPM_NV_INDEX0 has no area: writing it locks those that have TPM_NV_PER_GLOBALLOCK.
  if (nvIndex === TPM_NV_INDEX0) {
    if (call.has("owner")) call.authorize("owner", ownerEntity(tpm));
    if (data.length !== 0) throw tpmError("TPM_BADINDEX", "index 0 has no data");
    volatile.flags.bGlobalLock = true;
    return {};
  }
  const area = nvAreaOrDir(tpm, nvIndex);
  const { pubInfo } = area;
  const { nvLocked } = permanent.flags;
  // 3 to 5.
  const writes = permitWrite(tpm, call, pubInfo);
  // 7.
  if (has(pubInfo, TPM_NV_PER_AUTHWRITE)) {
    throw tpmError("TPM_AUTH_CONFLICT", "writing takes the secret of the area");
  }
  // 1. Until nvLocked, that was all.
  if (nvLocked) {
    const release = releaseOf(pubInfo.pcrInfoWrite);
    tpm.requireLocality(release); // 8.
    requirePresence(tpm, pubInfo, TPM_NV_PER_PPWRITE); // 9.
    requireWritable(tpm, pubInfo); // 10 to 12.
    tpm.requirePcrs(release); // 13.
  }
  // 14 to 16. What changes nothing wears nothing out, and does not count.
  if (write(tpm, area, { offset, data })) permanent.noOwnerNVWrite = writes;
  return {};
};

/** 3 to 5. Who may write; gives the count of writes without owner after this one. */
function permitWrite(tpm: Tpm, call: Call, pubInfo: TpmNvDataPublic): number {
  const { permanent } = tpm;
  const byOwner = has(pubInfo, TPM_NV_PER_OWNERWRITE);
  if (byOwner) requireOperational(tpm);
  if (call.has("owner")) {
    if (!byOwner) throw tpmError("TPM_AUTH_CONFLICT", "writing takes no secret of the owner");
    call.authorize("owner", ownerEntity(tpm));
    return permanent.noOwnerNVWrite;
  }
  if (byOwner && permanent.flags.nvLocked) {
    throw tpmError("TPM_AUTH_CONFLICT", "writing takes the secret of the owner");
  }
  return permanent.ownerInstalled ? permanent.noOwnerNVWrite : nextWriteWithoutOwner(tpm);
}

/** TPM_NV_WriteValueAuth (Part 3, 20.3). */
export const TPM_NV_WriteValueAuth: Handler<"TPM_NV_WriteValueAuth"> = (
  tpm,
  { nvIndex, offset, data },
  call,
) => {
  // 1.
  const area = tpm.nvArea(nvIndex);
  const { pubInfo } = area;
  // 2.
  if (!has(pubInfo, TPM_NV_PER_AUTHWRITE)) {
    throw tpmError("TPM_AUTH_CONFLICT", "writing takes no secret of the area");
  }
  // 3.
  call.authorize("nv", nvEntity(area));
  const release = releaseOf(pubInfo.pcrInfoWrite);
  tpm.requireLocality(release); // 4.
  requirePresence(tpm, pubInfo, TPM_NV_PER_PPWRITE); // 5.
  tpm.requirePcrs(release); // 6.
  requireWritable(tpm, pubInfo); // 7 to 9.
  // 10 to 12.
  write(tpm, area, { offset, data });
  return {};
};

/** TPM_NV_ReadValue (Part 3, 20.4). */
export const TPM_NV_ReadValue: Handler<"TPM_NV_ReadValue"> = (
  tpm,
  { nvIndex, offset, dataSize },
  call,
) => {
  // 2.
  const area = nvAreaOrDir(tpm, nvIndex);
  const { pubInfo } = area;
  const { nvLocked } = tpm.permanent.flags;
  // 3 to 5.
  permitRead(tpm, call, pubInfo);
  // 1. Until nvLocked, that was all.
  if (nvLocked) {
    const release = releaseOf(pubInfo.pcrInfoRead);
    tpm.requireLocality(release); // 6.
    requirePresence(tpm, pubInfo, TPM_NV_PER_PPREAD); // 7.
    requireReadable(pubInfo); // 8.
    tpm.requirePcrs(release); // 9.
  }
  // 10, 11.
  return { data: read(area, { offset, dataSize }) };
};

/** 3 to 5. Who may read. Anybody may read the DIR, and its owner too. */
function permitRead(tpm: Tpm, call: Call, pubInfo: TpmNvDataPublic): void {
  const byOwner = has(pubInfo, TPM_NV_PER_OWNERREAD);
  if (byOwner) requireOperational(tpm);
  if (call.has("owner")) {
    if (!byOwner && pubInfo.nvIndex !== TPM_NV_INDEX_DIR) {
      throw tpmError("TPM_AUTH_CONFLICT", "reading takes no secret of the owner");
    }
    call.authorize("owner", ownerEntity(tpm));
    return;
  }
  if (has(pubInfo, TPM_NV_PER_AUTHREAD)) {
    throw tpmError("TPM_AUTH_CONFLICT", "reading takes the secret of the area");
  }
  if (byOwner && tpm.permanent.flags.nvLocked) {
    throw tpmError("TPM_AUTH_CONFLICT", "reading takes the secret of the owner");
  }
}

/** TPM_NV_ReadValueAuth (Part 3, 20.5). */
export const TPM_NV_ReadValueAuth: Handler<"TPM_NV_ReadValueAuth"> = (
  tpm,
  { nvIndex, offset, dataSize },
  call,
) => {
  // 1.
  const area = tpm.nvArea(nvIndex);
  const { pubInfo } = area;
  // 2.
  if (!has(pubInfo, TPM_NV_PER_AUTHREAD)) {
    throw tpmError("TPM_AUTH_CONFLICT", "reading takes no secret of the area");
  }
  // 3.
  call.authorize("nv", nvEntity(area));
  requirePresence(tpm, pubInfo, TPM_NV_PER_PPREAD); // 4.
  const release = releaseOf(pubInfo.pcrInfoRead);
  tpm.requireLocality(release); // 5.
  tpm.requirePcrs(release); // 6.
  requireReadable(pubInfo); // 7.
  // 8, 9.
  return { data: read(area, { offset, dataSize }) };
};

function has({ permission }: TpmNvDataPublic, bit: number): boolean {
  return (permission.attributes & bit) !== 0;
}

/** Once NV storage is locked, the owner's areas serve an enabled and active TPM alone. */
function requireOperational({ permanent, volatile }: Tpm): void {
  if (!permanent.flags.nvLocked) return;
  if (permanent.flags.disable) throw tpmError("TPM_DISABLED", "the TPM is disabled");
  if (volatile.flags.deactivated) throw tpmError("TPM_DEACTIVATED", "the TPM is deactivated");
}

function requirePresence(tpm: Tpm, pubInfo: TpmNvDataPublic, bit: number): void {
  if (has(pubInfo, bit)) tpm.requirePhysicalPresence();
}

/** The locks an area has against writing, in the order of Part 3. */
function requireWritable({ volatile }: Tpm, pubInfo: TpmNvDataPublic): void {
  if (has(pubInfo, TPM_NV_PER_WRITEDEFINE) && pubInfo.bWriteDefine) {
    throw tpmError("TPM_AREA_LOCKED", "the area is locked until it is defined anew");
  }
  if (has(pubInfo, TPM_NV_PER_GLOBALLOCK) && volatile.flags.bGlobalLock) {
    throw tpmError("TPM_AREA_LOCKED", "the global lock of NV storage is set");
  }
  if (has(pubInfo, TPM_NV_PER_WRITE_STCLEAR) && pubInfo.bWriteSTClear) {
    throw tpmError("TPM_AREA_LOCKED", "the area is locked until the next start");
  }
}

function requireReadable(pubInfo: TpmNvDataPublic): void {
  if (has(pubInfo, TPM_NV_PER_READ_STCLEAR) && pubInfo.bReadSTClear) {
    throw tpmError("TPM_DISABLED_CMD", "reading is locked until the next write or start");
  }
}

/**
 * Writes bytes; none lock the area. Either way it can be read again. Tells whether what is kept
 * changed.
 */
function write(
  tpm: Tpm,
  { pubInfo, data: content }: TpmNvDataSensitive,
  { offset, data }: { readonly offset: number; readonly data: Uint8Array },
): boolean {
  const place = content.subarray(offset, offset + data.length);
  let changes = false;
  if (data.length === 0) {
    changes = !pubInfo.bWriteDefine;
    pubInfo.bWriteSTClear = true;
    pubInfo.bWriteDefine = true;
  } else {
    requireRange(pubInfo, offset, data.length);
    if (has(pubInfo, TPM_NV_PER_WRITEALL) && data.length !== pubInfo.dataSize) {
      throw tpmError("TPM_NOT_FULLWRITE", `all ${pubInfo.dataSize} bytes must be written at once`);
    }
    changes = !isPin(pubInfo.nvIndex) && !equalBytes(place, data);
    if (changes) place.set(data);
  }
  pubInfo.bReadSTClear = false;
  if (changes) tpm.changed();
  return changes;
}

/** Reads bytes; reading none locks the area against reading. */
function read(
  { pubInfo, data }: TpmNvDataSensitive,
  { offset, dataSize }: { readonly offset: number; readonly dataSize: number },
): Uint8Array {
  if (dataSize === 0) {
    pubInfo.bReadSTClear = true;
    return new Uint8Array(0);
  }
  requireRange(pubInfo, offset, dataSize);
  if (isPin(pubInfo.nvIndex)) return new Uint8Array(dataSize);
  return copyBytes(data.subarray(offset, offset + dataSize));
}

function requireRange({ dataSize }: TpmNvDataPublic, offset: number, size: number): void {
  if (offset + size > dataSize) {
    throw tpmError("TPM_NOSPACE", `bytes ${offset} to ${offset + size} are not in ${dataSize}`);
  }
}
