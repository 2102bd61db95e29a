import * as C from "../../tpm12/constants/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import type { Tpm } from "../tpm.ts";
import { resetEstablishment } from "../trusted_boot.ts";
import type { Handler } from "./handler.ts";

/** 1.a. What holds for the lifetime of the platform. */
const LIFETIME = C.TPM_PHYSICAL_PRESENCE_LIFETIME_LOCK | C.TPM_PHYSICAL_PRESENCE_HW_ENABLE |
  C.TPM_PHYSICAL_PRESENCE_CMD_ENABLE | C.TPM_PHYSICAL_PRESENCE_HW_DISABLE |
  C.TPM_PHYSICAL_PRESENCE_CMD_DISABLE;
/** 1.b. What asserts presence. */
const ASSERTION = C.TPM_PHYSICAL_PRESENCE_LOCK | C.TPM_PHYSICAL_PRESENCE_PRESENT |
  C.TPM_PHYSICAL_PRESENCE_NOTPRESENT;

/** TSC_PhysicalPresence (Part 3, 6.6). */
export const TSC_PhysicalPresence: Handler<"TSC_PhysicalPresence"> = (
  tpm,
  { physicalPresence },
) => {
  const lifetime = physicalPresence & LIFETIME;
  const assertion = physicalPresence & ASSERTION;
  if ((physicalPresence & ~(LIFETIME | ASSERTION)) !== 0) {
    throw tpmError("TPM_BAD_PARAMETER", "a bit has no meaning");
  }
  // 2.b, 3.a.
  if (lifetime !== 0 && assertion !== 0) {
    throw tpmError("TPM_BAD_PARAMETER", "one command either sets up presence or asserts it");
  }
  if (lifetime !== 0) setUp(tpm, lifetime);
  else if (assertion !== 0) assert(tpm, assertion);
  // 4.
  else throw tpmError("TPM_BAD_PARAMETER", "no bit is set");
  return {};
};

/** 2. */
function setUp(tpm: Tpm, bits: number): void {
  const { flags } = tpm.permanent;
  // 2.a.
  if (flags.physicalPresenceLifetimeLock) {
    throw tpmError("TPM_BAD_PARAMETER", "the ways to assert presence are locked for ever");
  }
  // 2.c, 2.d.
  refuseBoth(bits, C.TPM_PHYSICAL_PRESENCE_HW_ENABLE | C.TPM_PHYSICAL_PRESENCE_HW_DISABLE);
  refuseBoth(bits, C.TPM_PHYSICAL_PRESENCE_CMD_ENABLE | C.TPM_PHYSICAL_PRESENCE_CMD_DISABLE);
  // 2.e to 2.i.
  if (bits & C.TPM_PHYSICAL_PRESENCE_HW_ENABLE) flags.physicalPresenceHWEnable = true;
  if (bits & C.TPM_PHYSICAL_PRESENCE_HW_DISABLE) flags.physicalPresenceHWEnable = false;
  if (bits & C.TPM_PHYSICAL_PRESENCE_CMD_ENABLE) flags.physicalPresenceCMDEnable = true;
  if (bits & C.TPM_PHYSICAL_PRESENCE_CMD_DISABLE) flags.physicalPresenceCMDEnable = false;
  if (bits & C.TPM_PHYSICAL_PRESENCE_LIFETIME_LOCK) flags.physicalPresenceLifetimeLock = true;
  tpm.changed();
}

/** 3. */
function assert(tpm: Tpm, bits: number): void {
  const { flags } = tpm.volatile;
  // 3.b.
  if (!tpm.permanent.flags.physicalPresenceCMDEnable) {
    throw tpmError("TPM_BAD_PARAMETER", "presence cannot be asserted by command");
  }
  // 3.c, 3.d.
  refuseBoth(bits, C.TPM_PHYSICAL_PRESENCE_LOCK | C.TPM_PHYSICAL_PRESENCE_PRESENT);
  refuseBoth(bits, C.TPM_PHYSICAL_PRESENCE_PRESENT | C.TPM_PHYSICAL_PRESENCE_NOTPRESENT);
  // 3.e.
  if (flags.physicalPresenceLock) {
    throw tpmError("TPM_BAD_PARAMETER", "presence is locked until the next start");
  }
  // 3.f to 3.h.
  flags.physicalPresence = (bits & C.TPM_PHYSICAL_PRESENCE_PRESENT) !== 0;
  if (bits & C.TPM_PHYSICAL_PRESENCE_LOCK) flags.physicalPresenceLock = true;
}

function refuseBoth(bits: number, pair: number): void {
  if ((bits & pair) !== pair) return;
  throw tpmError("TPM_BAD_PARAMETER", "two bits say the opposite of each other");
}

/** TSC_ResetEstablishmentBit (Part 3, 6.7). */
export const TSC_ResetEstablishmentBit: Handler<"TSC_ResetEstablishmentBit"> = (tpm) => {
  // 1, 2.
  resetEstablishment(tpm, tpm.locality);
  return {};
};
