import { Sha1, sha1 } from "../crypto/mod.ts";
import { tpmError } from "../tpm12/tss_error.ts";
import { LAUNCH_PCR, LAUNCH_PCRS } from "./state/pcr_bank.ts";
import type { Tpm } from "./tpm.ts";

/**
 * TPM_HASH_START, the platform's signal that a dynamic launch begins, made at locality 4 (PC client
 * TPM interface specification). A second start, or one before TPM_Startup, is failure mode, as in
 * libtpms; throws TPM_INVALID_POSTINIT or TPM_FAIL then.
 */
export function hashStart(tpm: Tpm): void {
  if (tpm.postInitialise) {
    tpm.fail("TPM_HASH_START came before TPM_Startup");
    throw tpmError("TPM_INVALID_POSTINIT", "TPM_Startup has not run since power on");
  }
  if (tpm.launchHash !== null) {
    tpm.fail("TPM_HASH_START came twice");
    throw tpmError("TPM_FAIL", "a launch is being measured");
  }
  tpm.volatile.TOSPresent = true;
  for (const index of LAUNCH_PCRS) tpm.volatile.pcrs.reset(index, true);
  tpm.launchHash = new Sha1();
  setEstablished(tpm, true);
}

/** TPM_HASH_DATA: measures a piece of what is launched. As {@linkcode hashEnd} without a start. */
export function hashData(tpm: Tpm, data: Uint8Array): void {
  launchHash(tpm).update(data);
}

/** TPM_HASH_END: PCR 17 := SHA1(zeros ‖ hash). Throws TPM_SHA_THREAD, and failure mode is on. */
export function hashEnd(tpm: Tpm): void {
  const digest = launchHash(tpm).digest();
  tpm.launchHash = null;
  tpm.volatile.pcrs.write(LAUNCH_PCR, sha1(new Uint8Array(20), digest));
}

/** Takes back the record of a launch (tpmEstablished); throws TPM_BAD_LOCALITY but at 3 and 4. */
export function resetEstablishment(tpm: Tpm, locality: number): void {
  if (locality !== 3 && locality !== 4) {
    throw tpmError("TPM_BAD_LOCALITY", `locality ${locality} may not reset the establishment bit`);
  }
  setEstablished(tpm, false);
}

function launchHash(tpm: Tpm): Sha1 {
  if (tpm.launchHash === null) {
    tpm.fail("the hash of a launch came without TPM_HASH_START");
    throw tpmError("TPM_SHA_THREAD", "TPM_HASH_START has not come");
  }
  return tpm.launchHash;
}

function setEstablished(tpm: Tpm, established: boolean): void {
  const { flags } = tpm.permanent;
  if (flags.tpmEstablished === established) return;
  flags.tpmEstablished = established;
  tpm.changed();
}
