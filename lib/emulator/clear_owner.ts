import { commandRows } from "../tpm12/commands/mod.ts";
import {
  TPM_NV_INDEX_D_BIT,
  TPM_NV_PER_OWNERREAD,
  TPM_NV_PER_OWNERWRITE,
} from "../tpm12/constants/mod.ts";
import type { TpmNvDataSensitive } from "../tpm12/structures/mod.ts";
import { wipeArea } from "./nv.ts";
import { VolatileState } from "./state/volatile.ts";
import type { Tpm } from "./tpm.ts";

const OWNER_AREA = TPM_NV_PER_OWNERWRITE | TPM_NV_PER_OWNERREAD;

/**
 * Actions 3 to 14 of TPM_OwnerClear (Part 3, 6.2), which TPM_ForceClear and TPM_RevokeTrust share.
 * `allNvAreas`: those of the maker (D bit) go too (14.3, action 4.a).
 */
export function clearOwner(
  tpm: Tpm,
  { allNvAreas = false }: { readonly allNvAreas?: boolean } = {},
): void {
  const { permanent } = tpm;
  // 3.
  for (const { key } of tpm.volatile.keys.values()) key.wipe();
  permanent.ownerEvictKeys = [];
  // 5.
  wipe(permanent.ownerAuth);
  permanent.ownerAuth = new Uint8Array(20);
  permanent.ownerInstalled = false;
  permanent.srk?.wipe();
  permanent.srk = null;
  wipe(...permanent.delegateTable.map(({ row }) => row.authValue));
  permanent.delegateTable = [];
  wipe(permanent.operatorAuth);
  permanent.operatorAuth = new Uint8Array(20);
  drawOwnerSecrets(tpm);
  // 6.
  permanent.noOwnerNVWrite = 0;
  permanent.auditedOrdinals = defaultAudit();
  permanent.restrictDelegate = 0;
  // 9, 10.
  Object.assign(permanent.flags, {
    disable: true,
    deactivated: true,
    readPubek: true,
    disableOwnerClear: false,
    disableFullDALogicInfo: false,
    allowMaintenance: true,
    readSRKPub: false,
    ownership: true,
    operator: false,
    maintenanceDone: false,
  });
  // 11. Counts go on from the highest.
  wipe(...permanent.counters.map(({ authData }) => authData));
  permanent.counters = [];
  // 12.
  for (const area of permanent.nvAreas) if (goes(area, allNvAreas)) wipeArea(area);
  permanent.nvAreas = permanent.nvAreas.filter((area) => !goes(area, allNvAreas));
  // 13.
  permanent.familyTable = [];
  // 7, 8, 14.
  clearVolatile(tpm);
  tpm.changed();
}

function goes({ pubInfo }: TpmNvDataSensitive, allNvAreas: boolean): boolean {
  if ((pubInfo.permission.attributes & OWNER_AREA) === 0) return false;
  return allNvAreas || (pubInfo.nvIndex & TPM_NV_INDEX_D_BIT) === 0;
}

/** The secrets that die with an owner, drawn anew: 5.c, 5.e, 5.f and 6.1, actions 13 to 15. */
export function drawOwnerSecrets({ permanent, random }: Tpm): void {
  wipe(permanent.contextKey, permanent.delegateKey, permanent.tpmProof);
  permanent.contextKey = random(16);
  permanent.delegateKey = random(16);
  permanent.tpmProof = random(20);
}

/** The secrets that all DAA credentials stand on, drawn anew: 14.1, actions 6 to 8; 14.3, 5 to 7. */
export function drawDaaSecrets({ permanent, random }: Tpm): void {
  wipe(permanent.tpmDAASeed, permanent.daaProof, permanent.daaBlobKey);
  permanent.tpmDAASeed = random(20);
  permanent.daaProof = random(20);
  permanent.daaBlobKey = random(16);
}

function wipe(...secrets: Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0);
}

/** Everything volatile but the PCRs, the flags, the tick counter and the lockout. */
function clearVolatile(tpm: Tpm): void {
  const fresh = new VolatileState(tpm.limits);
  const { pcrs, flags, tickNonce, tickStart, lockoutEnd, TOSPresent } = tpm.volatile;
  fresh.pcrs.bytes.set(pcrs.bytes);
  Object.assign(fresh.flags, flags);
  Object.assign(fresh, { tickNonce, tickStart, lockoutEnd, TOSPresent });
  tpm.volatile = fresh;
}

/** The ordinals a new TPM audits, rising. */
export function defaultAudit(): number[] {
  return commandRows().filter((row) => row.audit === "default").map((row) => row.ordinal)
    .sort((a, b) => a - b);
}
