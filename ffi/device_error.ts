import type { TssError } from "../lib/tpm12/tss_error.ts";
import { tddlError } from "../lib/tddl/tddl_error.ts";
import { LibcError } from "./libc.ts";

/** Why a device could not be opened, each cause with its own sentence and remedy. */
export function openError(path: string, cause: LibcError): TssError {
  switch (cause.errnoName) {
    case "ENOENT":
      return tddlError("TDDL_E_COMPONENT_NOT_FOUND", `there is no device ${path}`, {
        cause,
        hint: "load the driver of the TPM (tpm_tis), or use the connection string emulator to " +
          "try without hardware",
      });
    case "ENODEV":
    case "ENXIO":
      return tddlError("TDDL_E_COMPONENT_NOT_FOUND", `no TPM is behind ${path}`, {
        cause,
        hint: "switch the TPM on in the firmware's set-up",
      });
    case "EACCES":
    case "EPERM":
      return tddlError("TSS_E_FAIL", `permission to use ${path} was denied`, {
        cause,
        hint: "add yourself to the group that owns it (tss), or go through a TCS daemon with the " +
          "connection string tcsd",
      });
    case "EBUSY":
      return tddlError("TSS_E_FAIL", `${path} is in use by another process`, {
        cause,
        hint: "a TCS daemon may have it: go through that with the connection string tcsd",
      });
    default:
      return tddlError("TDDL_E_IOERROR", `${path} could not be opened: ${cause.errnoName}`, {
        cause,
      });
  }
}

/** Something else than a TPM: commands are not written into files. */
export function noTpmError(path: string): TssError {
  return tddlError("TDDL_E_COMPONENT_NOT_FOUND", `${path} is no TPM, but is used as files are`);
}

/** A TPM of the other family. */
export function tpm20Error(path: string): TssError {
  return tddlError(
    "TDDL_E_BADTAG",
    `${path} is a TPM 2.0, and this module speaks TPM 1.2`,
    { hint: "some firmware lets a TPM be switched to 1.2" },
  );
}

/** Why an exchange failed. */
export function exchangeError(path: string, error: unknown): unknown {
  if (!(error instanceof LibcError)) return error;
  const fail = (detail: string) => tddlError("TDDL_E_IOERROR", detail, { cause: error });
  switch (error.errnoName) {
    case "ENODEV":
    case "ENXIO":
      return goneError(path, error);
    case "EIO":
      return fail(`${path} has gone, or its driver cannot reach the TPM (EIO)`);
    case "ETIME":
      return fail(`the driver of ${path} waited in vain for the TPM (ETIME)`);
    case "EBUSY":
      return fail(`${path} is busy with another command`);
    default:
      return fail(`${path} could not ${error.call}: ${error.errnoName}`);
  }
}

/** The device was taken away. */
export function goneError(path: string, cause?: unknown): TssError {
  return tddlError("TDDL_E_IOERROR", `${path} has gone`, { cause });
}
